"""Loading a tokenizer of the Hugging Face kind, and asking it without trusting it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from models.errors import TokenizerError
from models.i18n import mark
from models.library import ModelFiles

if TYPE_CHECKING:  # loads a native library; wanted only when a model is opened
    from tokenizers import Encoding, Tokenizer

_ROBERTA: Final = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
_USUAL_PADS: Final = ("[PAD]", "<pad>", "<|pad|>", "<|endoftext|>")
_USUAL_UNKNOWNS: Final = ("[UNK]", "<unk>")
_LARGEST: Final = 200_000_000
_HEAD: Final = 64


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """A tokenizer and what must be known about its pieces.

    ``prefix`` marks a piece that continues a word (``##``), ``suffix`` one that ends it
    (``</w>``). ``byte_level`` pieces are spelled in stand-ins for bytes (GPT-2). ``added`` maps
    the ids of added special tokens to their spelling. ``usual_case`` is whether the file itself
    asks for lower case, None without a switch for it.
    """

    tokenizer: Tokenizer
    byte_level: bool
    byte_fallback: bool
    prefix: str
    suffix: str
    pad_id: int
    unknown_id: int | None
    mask_id: int | None
    added: Mapping[int, str]
    usual_case: bool | None = None

    @property
    def lower_case(self) -> bool | None:
        """Whether it lower-cases text first; None when it has no switch for that."""
        return getattr(self.tokenizer.normalizer, "lowercase", None)

    @property
    def in_text(self) -> frozenset[int]:
        """Added tokens that stand for text rather than frame it: the mask and the unknown."""
        return frozenset(i for i in (self.unknown_id, self.mask_id) if i is not None)

    def spelling(self, token_id: int) -> str:
        """Return the vocabulary's own spelling of a token."""
        return self.tokenizer.id_to_token(token_id) or f"#{token_id}"

    def encode(self, text: str, pair: str | None) -> Encoding:
        """Return the whole encoding of a sentence or a pair; raise TokenizerError if it fails."""
        with _faults(mark("The tokenizer failed on this text.")):
            return self.tokenizer.encode(text, pair)

    def encode_at_most(self, text: str, pair: str | None, limit: int) -> Encoding:
        """Return the encoding cut to ``limit`` tokens, the longer sentence first."""
        with _faults(mark("The tokenizer failed on this text.")):
            self.tokenizer.enable_truncation(limit)
            try:
                return self.tokenizer.encode(text, pair)
            finally:
                self.tokenizer.no_truncation()


def load_vocabulary(files: ModelFiles, *, lower_case: bool | None = None) -> Vocabulary:
    """Return the tokenizer beside a model, with baked-in padding and truncation taken out.

    ``lower_case`` switches lower-casing where the tokenizer has a switch for it. Raises
    TokenizerError, naming the file that is missing or broken, or without that switch.
    """
    path = files.tokenizer
    if path is None:
        raise TokenizerError(
            mark("There is no tokenizer beside “{model}”, so no text can be given to it."),
            hint=mark("Put the model's tokenizer.json into the folder “{folder}”."),
            model=files.onnx.name,
            folder=files.folder.name or str(files.folder),
        )
    _check(path)
    with _faults(mark("The tokenizer {file} cannot be used."), file=path.name):
        tokenizer = _load(path, files)
        tokenizer.no_padding()
        tokenizer.no_truncation()
    usual = getattr(tokenizer.normalizer, "lowercase", None)
    if lower_case is not None:
        _switch_case(tokenizer, lower_case=lower_case, file=path.name)
    with _faults(mark("The tokenizer {file} cannot be used."), file=path.name):
        return replace(_described(tokenizer, files), usual_case=usual)


def _switch_case(tokenizer: Tokenizer, *, lower_case: bool, file: str) -> None:
    normalizer = tokenizer.normalizer
    if not hasattr(normalizer, "lowercase"):
        raise TokenizerError(
            mark("The tokenizer {file} has no switch for lower-casing."),
            hint=mark("Use the tokenizer that was published with the model."),
            file=file,
        )
    normalizer.lowercase = lower_case
    tokenizer.normalizer = normalizer


def _check(path: Path) -> None:
    try:
        size = path.stat().st_size
        if not path.is_file():  # opening a pipe would wait for ever
            raise FileNotFoundError(str(path))  # told as every other fault below
        with path.open("rb") as file:
            head = file.read(_HEAD).lstrip() if size <= _LARGEST else b""
    except OSError as error:
        raise TokenizerError(
            mark("The tokenizer {file} cannot be read."), details=str(error), file=path.name
        ) from error
    sentence = ""
    if size == 0:
        sentence = mark("The tokenizer {file} is empty.")
    elif size > _LARGEST:
        sentence = mark("The tokenizer {file} is too large to be one.")
    elif head.startswith(b"version https://git-lfs"):
        sentence = mark("{file} is a Git LFS pointer, not the tokenizer itself.")
    elif head.lower().startswith((b"<!doctype", b"<html")):
        sentence = mark("{file} is a web page that was saved, not a tokenizer.")
    if sentence:
        raise TokenizerError(sentence, hint=mark("Download it again."), file=path.name)


@contextmanager
def _faults(message: str, **values: object) -> Iterator[None]:
    """Turn whatever the tokenizers library raises into TokenizerError.

    Its faults are plain Exceptions, and panics of its Rust code arrive as PanicException, which
    is no Exception at all.
    """
    try:
        yield
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise TokenizerError(
                message,
                hint=mark("Use the tokenizer that was published with the model."),
                details=f"{type(error).__name__}: {error}"[:2000],
                **values,
            ) from error
        raise


def _load(path: Path, files: ModelFiles) -> Tokenizer:
    from tokenizers import Tokenizer  # noqa: PLC0415  # a native library

    if path.suffix == ".txt":
        return _word_pieces(path, files)
    return _byte_pairs(path) if path.name == "vocab.json" else Tokenizer.from_file(str(path))


def _word_pieces(path: Path, files: ModelFiles) -> Tokenizer:
    from tokenizers import BertWordPieceTokenizer, Tokenizer  # noqa: PLC0415

    config = files.tokenizer_config
    lower = config.flag("do_lower_case")
    chinese = config.flag("tokenize_chinese_chars")
    built = BertWordPieceTokenizer(
        str(path),
        lowercase=True if lower is None else lower,
        strip_accents=config.flag("strip_accents"),
        handle_chinese_chars=True if chinese is None else chinese,
    )
    return Tokenizer.from_str(built.to_str())


def _byte_pairs(path: Path) -> Tokenizer:
    from tokenizers import ByteLevelBPETokenizer, Tokenizer, processors  # noqa: PLC0415

    built = Tokenizer.from_str(
        ByteLevelBPETokenizer(str(path), str(path.with_name("merges.txt"))).to_str()
    )
    known = {name: built.token_to_id(name) for name in _ROBERTA}
    start, end = known["<s>"], known["</s>"]
    if start is not None and end is not None:
        built.add_special_tokens([name for name in _ROBERTA if known[name] is not None])
        built.post_processor = processors.RobertaProcessing(
            ("</s>", end), ("<s>", start), add_prefix_space=False
        )
    return built


def _described(tokenizer: Tokenizer, files: ModelFiles) -> Vocabulary:
    model = tokenizer.model
    parts = f"{tokenizer.pre_tokenizer!r}{tokenizer.decoder!r}{tokenizer.normalizer!r}"
    unknown = _id_of(tokenizer, files, "unk_token", usual=_USUAL_UNKNOWNS)
    pad = _id_of(tokenizer, files, "pad_token", usual=_USUAL_PADS)
    if pad is None:
        pad = files.config.whole("pad_token_id")
    return Vocabulary(
        tokenizer=tokenizer,
        byte_level="ByteLevel" in parts,
        byte_fallback=bool(getattr(model, "byte_fallback", False)),
        prefix=getattr(model, "continuing_subword_prefix", None) or "",
        suffix=getattr(model, "end_of_word_suffix", None) or "",
        pad_id=pad or 0,
        unknown_id=unknown,
        mask_id=_id_of(tokenizer, files, "mask_token", usual=("[MASK]", "<mask>")),
        added={i: t.content for i, t in tokenizer.get_added_tokens_decoder().items() if t.special},
    )


def _id_of(
    tokenizer: Tokenizer, files: ModelFiles, field: str, *, usual: tuple[str, ...]
) -> int | None:
    said = (files.tokenizer_config.text(field), files.special_tokens.text(field))
    for name in (*said, *usual):
        number = None if name is None else tokenizer.token_to_id(name)
        if number is not None:
            return int(number)
    return None
