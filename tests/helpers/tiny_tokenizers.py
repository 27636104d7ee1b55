"""Tiny tokenizers of every common kind, made in code and saved as tokenizer.json."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tokenizers import (
    AddedToken,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

SENTENCES = (
    "O gato está no telhado e o cachorro dorme no chão",
    "the cat sat on the mat and the dog slept",
    "a água da guarda-chuva não é fria",
)
UNKNOWN, UNKNOWN_BERT = "<unk>", "[UNK]"
BERT_SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
ROBERTA_SPECIALS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")


def word_piece(folder: Path) -> Tokenizer:
    """BERT's kind, lower case: ``te ##lhado``."""
    letters = "abcdefghijklmnopqrstuvwxyzáãçéêíóõú.,!-'"
    pieces = ["gato", "esta", "no", "te", "##lhado", "the", "cat", "sat", "[", "]", "o"]
    vocabulary = [*BERT_SPECIALS, *letters, *(f"##{c}" for c in letters), *pieces]
    numbered = {piece: i for i, piece in enumerate(dict.fromkeys(vocabulary))}
    tokenizer = Tokenizer(models.WordPiece(numbered, unk_token=UNKNOWN_BERT))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.add_special_tokens(list(BERT_SPECIALS))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", numbered["[CLS]"]), ("[SEP]", numbered["[SEP]"])],
    )
    return _saved(tokenizer, folder)


def byte_level(folder: Path) -> Tokenizer:
    """GPT-2's and RoBERTa's kind: pieces spelled in stand-ins for bytes."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    _train(
        tokenizer,
        trainers.BpeTrainer(
            vocab_size=340,
            special_tokens=list(ROBERTA_SPECIALS),
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer.post_processor = processors.RobertaProcessing(
        ("</s>", 2), ("<s>", 0), add_prefix_space=False
    )
    return _saved(tokenizer, folder)


def metaspace(folder: Path, *, split: bool = True) -> Tokenizer:
    """SentencePiece's kind: ``▁te lhado``; without ``split`` the whole text is one pre-token."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    _train(
        tokenizer,
        trainers.UnigramTrainer(
            vocab_size=90,
            special_tokens=list(ROBERTA_SPECIALS),
            unk_token=UNKNOWN,
            show_progress=False,
        ),
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(split=split)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return _saved(tokenizer, folder)


def word_ends(folder: Path) -> Tokenizer:
    """CLIP's kind: pieces that end a word carry ``</w>``."""
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>", unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.decoder = decoders.BPEDecoder(suffix="</w>")
    _train(
        tokenizer,
        trainers.BpeTrainer(
            vocab_size=150,
            special_tokens=list(ROBERTA_SPECIALS),
            end_of_word_suffix="</w>",
            show_progress=False,
        ),
    )
    return _saved(tokenizer, folder)


def byte_fallback(folder: Path) -> Tokenizer:
    """Llama's kind: what is unknown is spelled in bytes, ``<0xC3>``."""
    pieces = [*ROBERTA_SPECIALS, *(f"<0x{i:02X}>" for i in range(256)), "▁", "a", "▁a", "o"]
    numbered = {piece: i for i, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.BPE(numbered, [("▁", "a")], unk_token=UNKNOWN, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_special_tokens([AddedToken("<s>", special=True)])
    return _saved(tokenizer, folder)


def _train(tokenizer: Tokenizer, trainer: trainers.Trainer) -> None:
    lines: Iterable[str] = SENTENCES * 4
    tokenizer.train_from_iterator(lines, trainer)


def _saved(tokenizer: Tokenizer, folder: Path) -> Tokenizer:
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    return tokenizer
