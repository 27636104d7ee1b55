"""Sentences to tokens: the bundled tokenizer's known facts, every kind of tokenizer, bad inputs."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Encoding, Tokenizer

from models.encoded import Encoded
from models.errors import InputError, TokenizerError
from models.library import resolve
from models.ports import roles_of
from models.runtime import Port
from models.text import TextEncoder
from models.text_tokens import tokens_of_encoding
from tests.helpers import tiny_tokenizers
from tests.helpers.tiny_models import write_json

NAMES = ("input_ids", "attention_mask", "token_type_ids")


def ports(
    *names: str, dtype: str = "int64", shape: tuple[int | str, int | str] = ("batch", "sequence")
) -> list[Port]:
    return [Port(name, np.dtype(dtype), shape) for name in names or NAMES]


def encoder(
    model: str | Path, *, inputs: Sequence[Port] = (), rows: int | None = None
) -> TextEncoder:
    inputs = inputs or ports()
    return TextEncoder(resolve(model), inputs=inputs, roles=roles_of(inputs), rows=rows)


@pytest.fixture(scope="module")
def bundled() -> TextEncoder:
    return encoder("text", rows=48828)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.onnx").write_bytes(b"never read here")
    tiny_tokenizers.word_piece(tmp_path)
    return tmp_path


def labels(encoded: Encoded) -> list[str]:
    return [token.label for token in encoded.tokens]


def joined(encoded: Encoded) -> list[str]:
    """What the words are, read back from the sentence by the tokens' spans."""
    texts, words = (encoded.text, encoded.pair or ""), {}
    for token in encoded.tokens:
        if token.word is not None and token.span is not None:
            start, end = words.get(token.word, (token.segment, token.span))[1]
            span = (min(start, token.span[0]), max(end, token.span[1]))
            words[token.word] = (token.segment, span)
    return [texts[segment][slice(*span)].strip() for segment, span in words.values()]


def sentences(encoded: Encoded) -> list[str]:
    return [notice.message.format(**notice.values) for notice in encoded.notices]


# -- the bundled tokenizer


def test_the_bundled_tokenizer_cuts_telhado_in_two_and_keeps_it_one_word(
    bundled: TextEncoder,
) -> None:
    encoded = bundled.encode("O gato está no telhado")
    assert labels(encoded) == ["<s>", "O", "gato", "está", "no", "te", "lhado", "</s>"]
    assert [t.text for t in encoded.tokens[5:7]] == ["▁te", "lhado"]
    assert [t.word for t in encoded.tokens] == [None, 0, 1, 2, 3, 4, 4, None]
    assert [t.kind for t in encoded.tokens] == ["special", *["text"] * 6, "special"]
    assert joined(encoded) == ["O", "gato", "está", "no", "telhado"]


def test_the_feeds_are_the_tokenizers_own_ids(bundled: TextEncoder) -> None:
    text = "Estou fazendo um bolo: it’s a cake"
    encoded = bundled.encode(text)
    reference = Tokenizer.from_file(str(resolve("text").tokenizer)).encode(text)
    assert encoded.feeds["input_ids"].tolist() == [reference.ids]
    assert encoded.feeds["input_ids"].dtype == np.int64
    assert encoded.feeds["attention_mask"].tolist() == [[1] * len(reference.ids)]
    assert encoded.feeds["token_type_ids"].tolist() == [[0] * len(reference.ids)]


def test_spans_are_characters_of_the_sentence_without_blanks(bundled: TextEncoder) -> None:
    text = "a\r\nb\u200bc\ufeff e\u0301 f"
    spans = [token.span for token in bundled.encode(text).tokens if token.span]
    assert [text[slice(*span)] for span in spans] == ["a", "b", "c", "e\u0301", "f"]


def test_an_unknown_piece_shows_the_original_text(bundled: TextEncoder) -> None:
    encoded = bundled.encode("gato 中")
    token = encoded.tokens[-2]
    assert (token.text, token.label) == ("<unk>", "<unk> 中")


def test_a_pair_has_two_segments(bundled: TextEncoder) -> None:
    encoded = bundled.encode("um gato", "dois")
    assert labels(encoded) == ["<s>", "um", "gato", "</s>", "</s>", "dois", "</s>"]
    assert [t.segment for t in encoded.tokens] == [0, 0, 0, 0, 0, 1, 1]
    assert [t.word for t in encoded.tokens] == [None, 0, 1, None, None, 2, None]
    assert joined(encoded) == ["um", "gato", "dois"]


def test_a_long_text_is_cut_visibly(bundled: TextEncoder) -> None:
    text = "gato" + " gato" * 508 + " casa" + " gato" * 490
    encoded = bundled.encode(text)
    assert len(encoded.tokens) == 512
    assert encoded.tokens[-1].text == "</s>"
    assert encoded.tokens[-2].span is not None
    end = encoded.tokens[-2].span[1]
    assert text[:end].endswith("gato casa")
    assert sentences(encoded) == [
        (
            "The text has 1,002 tokens, special ones counted, and the model takes 512: the last "
            f"490 were left out, everything after “…{text[end - 24 : end]}”."
        )
    ]


def test_a_long_pair_says_what_each_sentence_lost(bundled: TextEncoder) -> None:
    encoded = bundled.encode("gato" + " gato" * 399, "casa" + " casa" * 299)
    kept = [sum(t.segment == i and t.kind == "text" for t in encoded.tokens) for i in (0, 1)]
    assert sentences(encoded) == [
        (
            "The pair has 704 tokens, special ones counted, and the model takes 512: left out were "
            f"the last {400 - kept[0]} of sentence 1 and the last {300 - kept[1]} of sentence 2."
        )
    ]


def test_cutting_leaves_the_tokenizer_as_it_was(bundled: TextEncoder) -> None:
    bundled.encode("gato" + " gato" * 999)
    assert "has 602 tokens" in sentences(bundled.encode("gato" + " gato" * 599))[0]


def test_a_literal_special_token_is_text_and_noticed(bundled: TextEncoder) -> None:
    encoded = bundled.encode("um <s> aqui")
    typed = [token for token in encoded.tokens if token.text == "<s>"]
    assert [token.kind for token in typed] == ["special", "text"]
    assert sentences(encoded) == ["“<s>” in the text was read as the model's own special token."]


def test_the_mask_is_no_surprise(bundled: TextEncoder) -> None:
    assert bundled.encode("um <mask> aqui").notices == ()


# -- every kind of tokenizer


@pytest.mark.parametrize(
    "kind",
    [
        tiny_tokenizers.word_piece,
        tiny_tokenizers.byte_level,
        tiny_tokenizers.metaspace,
        tiny_tokenizers.byte_fallback,
        lambda folder: tiny_tokenizers.metaspace(folder, split=False),
        tiny_tokenizers.word_ends,
    ],
    ids=["word piece", "byte level", "metaspace", "byte fallback", "one pre-token", "word ends"],
)
def test_words_are_the_same_whatever_the_tokenizer(
    tmp_path: Path, kind: Callable[[Path], Tokenizer]
) -> None:
    kind(tmp_path)
    (tmp_path / "model.onnx").touch()
    encoded = encoder(tmp_path).encode("O gato está no telhado. Água-viva 👍 fim")
    words = ["O", "gato", "está", "no", "telhado", ".", "Água-viva", "👍", "fim"]
    assert joined(encoded) == words


def test_marks_of_the_tokenizer_are_stripped_from_labels(tmp_path: Path) -> None:
    shown = {}
    for kind in (tiny_tokenizers.word_piece, tiny_tokenizers.byte_level, tiny_tokenizers.word_ends):
        place = tmp_path / kind.__name__
        kind(place)
        (place / "model.onnx").touch()
        shown[kind.__name__] = labels(encoder(place).encode("gato telhado"))
    assert shown["word_piece"] == ["[CLS]", "gato", "te", "lhado", "[SEP]"]
    assert shown["byte_level"] == ["<s>", "gat", "o", "telhado", "</s>"]
    assert shown["word_ends"] == ["gato", "telhado"]


def test_bytes_of_one_character_are_counted(tmp_path: Path) -> None:
    tiny_tokenizers.byte_level(tmp_path)
    (tmp_path / "model.onnx").touch()
    encoded = encoder(tmp_path).encode("ü\n👍")
    assert labels(encoded)[1:-1] == [
        *("ü 1/2", "ü 2/2"),
        "↵",
        *("👍 1/4", "👍 2/4", "👍 3/4", "👍 4/4"),
    ]


def test_upper_case_is_shown_as_the_model_sees_it(folder: Path) -> None:
    assert "gato" in labels(encoder(folder).encode("GATO"))


def test_padding_and_truncation_baked_into_the_file_are_taken_out(folder: Path) -> None:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_padding(length=128)
    tokenizer.enable_truncation(4)
    tokenizer.save(str(folder / "tokenizer.json"))
    assert len(encoder(folder).encode("gato esta no telhado").tokens) == 7


def test_a_vocabulary_file_alone_is_enough(folder: Path) -> None:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    pieces = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    (folder / "vocab.txt").write_text("\n".join(p for p, _ in pieces), encoding="utf-8")
    (folder / "tokenizer.json").unlink()
    text = "Gato está no telhado!"
    encoded = encoder(folder).encode(text)
    assert encoded.feeds["input_ids"].tolist() == [tokenizer.encode(text).ids]


# -- what the graph declares


def test_only_declared_inputs_are_fed_in_their_own_type(folder: Path) -> None:
    inputs = ports("input_ids", "attention_mask", dtype="int32")
    feeds = encoder(folder, inputs=inputs).encode("gato").feeds
    assert set(feeds) == {"input_ids", "attention_mask"}
    assert all(array.dtype == np.int32 for array in feeds.values())


def test_a_pair_gets_type_ids_and_too_few_types_are_respected(folder: Path) -> None:
    assert encoder(folder).encode("gato", "no").feeds["token_type_ids"].tolist() == [
        [0, 0, 0, 1, 1]
    ]
    write_json(folder, "config.json", {"type_vocab_size": 1})
    assert encoder(folder).encode("gato", "no").feeds["token_type_ids"].tolist() == [[0] * 5]


def test_positions_begin_after_padding_in_robertas_kin(folder: Path) -> None:
    inputs = ports("input_ids", "position_ids")
    feeds = encoder(folder, inputs=inputs).encode("gato").feeds
    assert feeds["position_ids"].tolist() == [[0, 1, 2]]
    write_json(folder, "config.json", {"model_type": "roberta", "pad_token_id": 1})
    feeds = encoder(folder, inputs=inputs).encode("gato").feeds
    assert feeds["position_ids"].tolist() == [[2, 3, 4]]


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        ({}, 512),
        ({"config.json": {"max_position_embeddings": 64}}, 64),
        ({"config.json": {"model_type": "roberta", "max_position_embeddings": 514}}, 513),
        (
            {
                "config.json": {
                    "model_type": "roberta",
                    "max_position_embeddings": 514,
                    "pad_token_id": 1,
                }
            },
            512,
        ),
        ({"tokenizer_config.json": {"model_max_length": 32}}, 32),
        ({"tokenizer_config.json": {"model_max_length": 10**30}}, 512),
        ({"sentence_bert_config.json": {"max_seq_length": 24}}, 24),
        ({"config.json": {"max_position_embeddings": "nonsense"}}, 512),
        ({"config.json": {"max_position_embeddings": -1}}, 512),
    ],
)
def test_the_limit_is_the_smallest_that_is_stated(
    folder: Path, files: dict[str, dict[str, object]], limit: int
) -> None:
    for name, values in files.items():
        write_json(folder, name, values)
    assert encoder(folder).limit == limit


def test_a_fixed_length_is_padded_under_a_mask(folder: Path) -> None:
    encoded = encoder(folder, inputs=ports(shape=("batch", 9))).encode("gato no")
    assert [t.kind for t in encoded.tokens][4:] == ["padding"] * 5
    assert encoded.feeds["attention_mask"].tolist() == [[1] * 4 + [0] * 5]
    assert encoded.feeds["input_ids"][0, 4:].tolist() == [0] * 5
    assert encoded.visible == (0, 1, 2, 3)


def test_a_fixed_length_cuts_what_is_longer(folder: Path) -> None:
    encoded = encoder(folder, inputs=ports(shape=("batch", 5))).encode("gato no gato no gato")
    assert len(encoded.tokens) == 5
    assert "the model takes 5: the last 2 were left out" in sentences(encoded)[0]


def test_padding_without_a_mask_is_noticed(folder: Path) -> None:
    encoded = encoder(folder, inputs=ports("input_ids", shape=("batch", 6))).encode("gato")
    assert sentences(encoded) == [
        "The model has no mask, so 3 padding tokens take part in attention."
    ]


def test_an_unknown_input_is_filled_with_zeros_and_named(folder: Path) -> None:
    inputs = [*ports(), Port("bbox", np.dtype(np.int64), ("batch", "sequence", 4))]
    encoded = encoder(folder, inputs=inputs).encode("gato")
    assert encoded.feeds["bbox"].shape == (1, 3, 4)
    assert sentences(encoded) == ["The model also takes “bbox”; it was filled with 0."]


def test_inputs_without_telling_names_are_taken_in_berts_order() -> None:
    roles = roles_of(ports("input.1", "onnx::Cast_1", "onnx::Gather_2"))
    assert list(roles.values()) == ["ids", "mask", "types"]


# -- bad inputs


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b\ufeff", "<pad>", "<pad> <pad>"])
def test_nothing_to_look_at_is_a_hint_not_a_run(bundled: TextEncoder, text: str) -> None:
    with pytest.raises(InputError) as caught:
        bundled.encode(text)
    assert "Type a sentence" in str(caught.value)


def test_an_empty_second_sentence_is_left_out(bundled: TextEncoder) -> None:
    encoded = bundled.encode("um", "  ")
    assert encoded.pair is None
    assert labels(encoded) == ["<s>", "um", "</s>"]
    assert sentences(encoded) == ["The second sentence is empty, so the first one ran alone."]


def test_lone_surrogates_are_replaced_and_pairs_joined(bundled: TextEncoder) -> None:
    encoded = bundled.encode("a\ud800b \ud83d\ude00")
    assert encoded.text == "a\ufffdb 😀"
    assert sentences(encoded) == ["Broken characters were replaced by “\ufffd”."]


@pytest.mark.parametrize(
    "text", ["x" * 5000, "a\x00b", "Z̸̛͍a̷l̴g̶o̵", "ｆｕｌｌ", "שלום", "👨\u200d👩\u200d👧", "\u202edlrow"]
)
def test_strange_texts_keep_every_span_inside_the_sentence(bundled: TextEncoder, text: str) -> None:
    encoded = bundled.encode(text)
    spans = [token.span for token in encoded.tokens if token.span is not None]
    assert spans
    assert all(0 <= start <= end <= len(encoded.text) for start, end in spans)
    assert spans == sorted(spans)
    assert all(token.label for token in encoded.tokens)


def test_ids_beyond_the_embedding_are_refused_before_running(folder: Path) -> None:
    with pytest.raises(InputError) as caught:
        encoder(folder, rows=20).encode("gato")
    assert "knows only 20" in str(caught.value)


def test_a_tokenizer_of_another_size_is_noticed(folder: Path) -> None:
    size = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab_size()
    assert encoder(folder, rows=size).notices == ()
    (notice,) = encoder(folder, rows=size - 5).notices
    assert notice.values == {"size": size, "rows": size - 5}


def test_a_missing_tokenizer_names_the_file_and_the_folder(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").touch()
    with pytest.raises(TokenizerError) as caught:
        encoder(tmp_path)
    assert "tokenizer.json" in str(caught.value)
    assert tmp_path.name in str(caught.value)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"{", "cannot be used"),
        (b"[]", "cannot be used"),
        (b"{}", "cannot be used"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "Git LFS pointer"),
        (b'{"model": {"type": "Nonsense"}}', "cannot be used"),
        (b"\xff\xfe\x00", "cannot be used"),
    ],
)
def test_a_broken_tokenizer_says_what_it_is(tmp_path: Path, content: bytes, word: str) -> None:
    (tmp_path / "model.onnx").touch()
    (tmp_path / "tokenizer.json").write_bytes(content)
    with pytest.raises(TokenizerError) as caught:
        encoder(tmp_path)
    assert word in str(caught.value)


def test_a_panic_of_the_tokenizer_is_caught_by_name(folder: Path) -> None:
    class PanicException(BaseException):
        """As the Rust library's, which is no Exception."""

    class Panicking:
        def encode(self, *_given: object) -> None:
            raise PanicException

    broken = encoder(folder)
    object.__setattr__(broken.vocabulary, "tokenizer", Panicking())
    with pytest.raises(TokenizerError) as caught:
        broken.encode("gato")
    assert "PanicException" in caught.value.details


def test_an_interrupt_inside_the_tokenizer_is_not_swallowed(folder: Path) -> None:
    class Interrupted:
        def encode(self, *_given: object) -> None:
            raise KeyboardInterrupt

    broken = encoder(folder)
    object.__setattr__(broken.vocabulary, "tokenizer", Interrupted())
    with pytest.raises(KeyboardInterrupt):
        broken.encode("gato")


def test_a_panicking_file_is_refused(folder: Path) -> None:
    path = folder / "tokenizer.json"
    written = json.loads(path.read_text("utf-8"))
    written["truncation"] = {
        "direction": "Right",
        "max_length": 2,
        "strategy": "LongestFirst",
        "stride": 9,
    }
    path.write_text(json.dumps(written), encoding="utf-8")
    try:
        encoder(folder).encode("gato esta no telhado")
    except TokenizerError as error:
        assert error.details  # noqa: PT017  # either way is right, a panic is not


# -- raw ids


def test_ids_alone_tell_tokens_words_and_padding(folder: Path) -> None:
    made = encoder(folder)
    encoded = made.encode("gato telhado")
    feeds = {name: np.pad(array, ((0, 0), (0, 2))) for name, array in encoded.feeds.items()}
    told = made.describe(feeds)
    assert labels(told) == ["[CLS]", "gato", "te", "lhado", "[SEP]", "[PAD]", "[PAD]"]
    assert [t.word for t in told.tokens] == [None, 0, 1, 1, None, None, None]
    assert [t.kind for t in told.tokens][-3:] == ["special", "padding", "padding"]


def test_ids_of_the_bundled_model_are_told_as_in_the_sentence(bundled: TextEncoder) -> None:
    encoded = bundled.encode("O gato está no telhado")
    told = bundled.describe(encoded.feeds)
    assert labels(told) == labels(encoded)
    assert [t.word for t in told.tokens] == [t.word for t in encoded.tokens]


def test_a_tokenizer_one_level_up_serves_a_model_in_the_onnx_folder(folder: Path) -> None:
    (folder / "onnx").mkdir()
    shutil.move(folder / "model.onnx", folder / "onnx" / "model.onnx")
    assert labels(encoder(folder / "onnx" / "model.onnx").encode("gato"))[1] == "gato"


class Counted:
    """Stands for a tokenizer's answer, and counts how often a list of it is asked for."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding, self.asked = encoding, Counter[str]()

    def __getattr__(self, name: str) -> object:
        self.asked[name] += 1
        return getattr(self._encoding, name)


def test_a_tokenizers_lists_which_it_makes_anew_each_time_are_not_asked_for_by_every_token(
    bundled: TextEncoder,
) -> None:
    asked = []
    for words in (4, 40):
        text = " \u200b ".join(["gato"] * words)
        counted = Counted(bundled.vocabulary.encode(text, None))
        tokens = tokens_of_encoding(bundled.vocabulary, counted, (text, ""))  # type: ignore[arg-type]
        assert len(tokens) >= words
        asked.append(counted.asked)
    assert asked[0] == asked[1]
