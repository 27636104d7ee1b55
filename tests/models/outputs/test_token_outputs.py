"""What is said about tokens, against numbers worked out by other means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from models.api import Model, open_model
from models.outputs import (
    Answer,
    Output,
    Plain,
    TokenGuesses,
    TokenLabels,
    TokenStates,
    mask_in,
    read_outputs,
)
from models.outputs.token_labels import joined, kind_of_tag
from models.record import Record
from tests.helpers.tiny_heads import one_number, per_token, save_text
from tests.helpers.tiny_tokenizers import byte_level, word_piece
from tests.helpers.zoo import ZOO

IOB = {"0": "O", "1": "B-PER", "2": "I-PER", "3": "B-LOC", "4": "I-LOC"}


@pytest.fixture
def ids(tmp_path: Path) -> dict[str, int]:
    """Every piece of the tiny tokenizer and its number."""
    return word_piece(tmp_path / "vocabulary").get_vocab()


def read(folder: Path, text: str, pair: str | None = None) -> tuple[Record, list[Output]]:
    model = open_model(folder)
    record = model.run_text(text, pair)
    return record, list(read_outputs(record, model))


def share(numbers: Sequence[float], place: int) -> float:
    """Return the softmax of one of ``numbers``, summed as exactly as Python can."""
    top = max(numbers)
    powers = [math.exp(float(number) - top) for number in numbers]
    return powers[place] / math.fsum(powers)


# -- masked tokens


def test_guesses_under_a_mask_are_the_largest_of_pytorchs_own_numbers() -> None:
    model = open_model(ZOO / "bert_mlm")
    with np.load(ZOO / "bert_mlm" / "reference.npz") as stored:
        feeds = {key[5:]: stored[key][:1] for key in stored.files if key.startswith("B/in/")}
        logits = stored["B/out/logits"][0]
    record = model.run_feeds(feeds)
    guesses = read_outputs(record, model)[0]
    assert isinstance(guesses, TokenGuesses)
    for position in range(len(logits)):
        order = sorted(range(logits.shape[1]), key=lambda i: -logits[position][i])
        found = guesses.at(position, 5)
        assert [c.token_id for c in found] == order[:5]
        wanted = [share(logits[position].tolist(), i) for i in order[:5]]
        assert [c.probability for c in found] == pytest.approx(wanted, abs=1e-6)


def test_only_masks_are_guessed_and_their_sentence_is_told() -> None:
    model = open_model(ZOO / "bert_mlm")
    record = model.run_text("the cat [MASK] on [MASK]")
    guesses = read_outputs(record, model)[0]
    assert isinstance(guesses, TokenGuesses)
    assert [record.tokens[i].label for i in guesses.positions] == ["[MASK]", "[MASK]"]
    assert guesses.around(guesses.positions[0]) == ("the cat ", " on [MASK]")
    assert guesses.around(guesses.positions[1]) == ("the cat [MASK] on ", "")
    assert mask_in([guesses]) == "[MASK]"
    assert len(guesses.table(3).rows) == 6


def test_a_sentence_without_a_mask_says_so_and_still_ranks_its_tokens(
    tmp_path: Path, ids: dict[str, int]
) -> None:
    table = np.zeros((len(ids), len(ids)), dtype=np.float32)
    table[ids["cat"], ids["gato"]] = 3
    table[ids["cat"], ids["sat"]] = 2
    table[ids["cat"], ids["cat"]] = 1
    config = {"architectures": ["BertForMaskedLM"]}
    folder = save_text(tmp_path / "m", {"logits": per_token(table)}, config=config)
    _, outputs = read(folder, "the cat")
    guesses = outputs[0]
    assert isinstance(guesses, TokenGuesses)
    assert guesses.positions == ()
    assert "[MASK]" in guesses.remark
    assert [c.label for c in guesses.at(2, 2)] == ["gato", "sat"]
    actual = guesses.actual(2)
    assert actual is not None
    assert (actual[0].spelling, actual[1]) == ("cat", 3)
    assert actual[0].probability == pytest.approx(share(table[ids["cat"]].tolist(), ids["cat"]))


def test_equal_guesses_come_in_the_order_of_the_vocabulary(
    tmp_path: Path, ids: dict[str, int]
) -> None:
    folder = save_text(
        tmp_path / "m", {"logits": per_token(np.zeros((len(ids), len(ids)), dtype=np.float32))}
    )
    _, outputs = read(folder, "the [MASK]")
    guesses = outputs[0]
    assert isinstance(guesses, TokenGuesses)
    assert [c.token_id for c in guesses.at(2, 4)] == [0, 1, 2, 3]
    assert [c.token_id for c in guesses.at(2, 10_000)] == list(range(len(ids)))


def test_a_causal_model_guesses_what_comes_next(tmp_path: Path, ids: dict[str, int]) -> None:
    table = np.zeros((len(ids), len(ids)), dtype=np.float32)
    config = {"architectures": ["GPT2LMHeadModel"]}
    folder = save_text(tmp_path / "m", {"logits": per_token(table)}, config=config)
    record, outputs = read(folder, "the cat")
    guesses = outputs[0]
    assert isinstance(guesses, TokenGuesses)
    assert (guesses.mode, guesses.positions) == ("next", (len(record.tokens) - 1,))
    assert mask_in(outputs) is None


def test_one_number_per_piece_is_no_guess_where_nothing_says_about_which_token(
    tmp_path: Path, ids: dict[str, int]
) -> None:
    vocabulary = byte_level(tmp_path / "other").get_vocab_size()
    table = np.zeros((vocabulary, vocabulary), dtype=np.float32)
    folder = save_text(tmp_path / "m", {"scores": per_token(table)}, rows=vocabulary)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (folder / name).unlink()
    model = open_model(folder)
    record = model.run_feeds({"input_ids": np.array([[5, 6, 7]])})
    assert isinstance(read_outputs(record, model)[0], Plain)


# -- labels of tokens


def ner(folder: Path, ids: dict[str, int], marks: dict[str, int]) -> Path:
    """Save a model that labels these pieces so, and every other one ``O``."""
    table = np.zeros((len(ids), len(IOB)), dtype=np.float32)
    table[:, 0] = 2
    for piece, label in marks.items():
        table[ids[piece], label] = 5
    config = {"architectures": ["BertForTokenClassification"], "id2label": IOB}
    return save_text(folder, {"logits": per_token(table)}, config=config)


def test_each_token_has_its_likeliest_label_and_special_tokens_have_none(
    tmp_path: Path, ids: dict[str, int]
) -> None:
    marks = {"gato": 1, "te": 2, "##lhado": 2, "cat": 3, "[CLS]": 1, "[SEP]": 1}
    _, outputs = read(ner(tmp_path / "m", ids, marks), "the gato telhado cat")
    labels = outputs[0]
    assert isinstance(labels, TokenLabels)
    assert labels.tags == (None, None, "B-PER", "I-PER", "I-PER", "B-LOC", None)
    logits = [2.0, 5.0, 0.0, 0.0, 0.0]
    assert labels.probability(2) == pytest.approx(share(logits, 1), abs=1e-12)


def test_b_and_i_are_joined_for_display_with_the_text_they_stand_for(
    tmp_path: Path, ids: dict[str, int]
) -> None:
    marks = {"gato": 1, "te": 2, "##lhado": 2, "cat": 3}
    _, outputs = read(ner(tmp_path / "m", ids, marks), "the  Gato   TELHADO, cat cat")
    labels = outputs[0]
    assert isinstance(labels, TokenLabels)
    found = [(e.label, e.text, e.first, e.last) for e in labels.entities]
    assert found == [("PER", "Gato   TELHADO", 2, 4), ("LOC", "cat", 6, 6), ("LOC", "cat", 7, 7)]
    alone = share([2.0, 5.0, 0.0, 0.0, 0.0], 1)
    assert labels.entities[0].probability == pytest.approx(alone)


@pytest.mark.parametrize(
    ("tags", "runs"),
    [
        (["B-X", "I-X", None, "I-X"], [(0, 1), (3, 3)]),
        (["B-X", "B-X", "I-X"], [(0, 0), (1, 2)]),
        (["B-X", "I-Y"], [(0, 0), (1, 1)]),
        (["I-X", "I-X"], [(0, 1)]),
        (["B-X", "I-X", "E-X", "S-X"], [(0, 2), (3, 3)]),
        (["B-X", "L-X", "I-X"], [(0, 1), (2, 2)]),
        (["S-X", "I-X"], [(0, 0), (1, 1)]),
        (["NOUN", "NOUN"], [(0, 0), (1, 1)]),
        ([None], []),
    ],
)
def test_runs_of_tags(tags: list[str | None], runs: list[tuple[int, int]]) -> None:
    assert joined(tags) == tuple(runs)


def test_only_marks_of_place_are_cut_from_a_tag() -> None:
    assert [kind_of_tag(t) for t in ("B-PER", "I-", "X-RAY", "NOUN")] == [
        "PER", "I-", "X-RAY", "NOUN",
    ]  # fmt: skip


def test_labels_without_names_are_numbered_and_the_graph_wins_over_config(
    tmp_path: Path, ids: dict[str, int]
) -> None:
    table = np.eye(len(ids), 4, dtype=np.float32)
    config = {"architectures": ["BertForSequenceClassification"], "id2label": {"0": "a", "1": "b"}}
    folder = save_text(tmp_path / "m", {"logits": per_token(table)}, config=config)
    _, outputs = read(folder, "the cat")
    labels = outputs[0]
    assert isinstance(labels, TokenLabels)
    assert labels.tags[1] == "class 0"
    assert labels.notices[0].values == {"file": "config.json", "named": 2, "given": 4}


def test_electras_number_per_token_is_the_probability_that_it_was_replaced(
    tmp_path: Path, ids: dict[str, int]
) -> None:
    table = np.full(len(ids), -2, dtype=np.float32)
    table[ids["cat"]] = 1.5
    config = {"architectures": ["ElectraForPreTraining"]}
    folder = save_text(tmp_path / "m", {"logits": one_number(table)}, config=config)
    _, outputs = read(folder, "the cat sat")
    labels = outputs[0]
    assert isinstance(labels, TokenLabels)
    assert labels.tags == (None, "original", "replaced", "original", None)
    assert labels.probability(2) == pytest.approx(1 / (1 + math.exp(-1.5)))
    assert labels.probability(1) == pytest.approx(1 / (1 + math.exp(-2)))


# -- answers


def brute(starts: list[float], ends: list[float], places: list[int]) -> list[tuple[int, int]]:
    """Every span, best first, by trying all."""
    spans = [(i, j) for i in places for j in places if j >= i]
    return sorted(spans, key=lambda span: (-(starts[span[0]] + ends[span[1]]), span))


@pytest.mark.parametrize("seed", range(20))
def test_the_best_spans_are_those_that_trying_all_finds(seed: int) -> None:
    numbers = np.random.default_rng(seed)
    count = int(numbers.integers(3, 30))
    starts, ends = np.round(numbers.normal(size=(2, count)), 1)  # rounded, so that ties happen
    places = np.sort(numbers.choice(count, size=int(numbers.integers(1, count)), replace=False))
    answer = Answer(
        name="a", shape=(1, count), dtype="float32", starts=starts, ends=ends,
        tokens=(), texts=("", ""), places=places,
    )  # fmt: skip
    wanted = brute(starts.tolist(), ends.tolist(), places.tolist())
    object.__setattr__(answer, "_text", lambda *_: "")
    for count in (1, 3, 7):
        found = answer.best(count)
        scores = [starts[i] + ends[j] for i, j in wanted[:count]]
        assert [span.score for span in found] == pytest.approx(scores)
        assert found[0].score == pytest.approx(max(starts[i] + ends[j] for i, j in wanted))
        assert all(span.first <= span.last for span in found)


@pytest.mark.parametrize("names", [("start_logits", "end_logits"), ("output_end", "output_start")])
def test_the_answer_lies_in_the_text_and_never_in_the_question(
    tmp_path: Path, ids: dict[str, int], names: tuple[str, str]
) -> None:
    starts, ends = np.zeros((2, len(ids)), dtype=np.float32)
    starts[ids["the"]], starts[ids["gato"]] = 9, 4
    ends[ids["##lhado"]], ends[ids["[SEP]"]], ends[ids["cat"]] = 5, 9, 3
    tables = {name: starts if "start" in name else ends for name in names}
    heads = {name: one_number(table) for name, table in tables.items()}
    folder = save_text(tmp_path / "m", heads)
    record, outputs = read(folder, "the cat", "cat gato no Telhado cat")
    answer, *rest = outputs
    assert isinstance(answer, Answer)
    assert [output.name for output in rest] == ["last_hidden_state"]
    best = answer.best()[0]
    assert best.text == "gato no Telhado"
    assert best.score == 9
    places = [i for i, t in enumerate(record.tokens) if t.segment == 1 and not t.special]
    by_token = [record.tokens[i].text for i in places]
    starts_here = [float(starts[ids[piece]]) for piece in by_token]
    ends_here = [float(ends[ids[piece]]) for piece in by_token]
    wanted = share(starts_here, by_token.index("gato")) * share(
        ends_here, by_token.index("##lhado")
    )
    assert best.probability == pytest.approx(wanted)
    assert answer.none_score == pytest.approx(float(starts[2] + ends[2]))


def test_two_numbers_per_token_are_an_answer_only_where_config_says_so(
    tmp_path: Path, ids: dict[str, int]
) -> None:
    table = np.zeros((len(ids), 2), dtype=np.float32)
    table[ids["cat"]] = (3, 0)
    table[ids["sat"]] = (0, 3)
    heads = {"logits": per_token(table)}
    config = {"architectures": ["BertForQuestionAnswering"]}
    _, outputs = read(save_text(tmp_path / "qa", heads, config=config), "the cat sat")
    assert isinstance(outputs[0], Answer)
    assert outputs[0].best()[0].text == "cat sat"
    _, outputs = read(save_text(tmp_path / "ner", heads), "the cat sat")
    assert isinstance(outputs[0], TokenLabels)


# -- vectors


def test_norms_and_cosines_are_those_of_the_vectors() -> None:
    model = open_model(ZOO / "bert")
    record = model.run_text("the cat sat")
    states = next(o for o in read_outputs(record, model) if isinstance(o, TokenStates))
    vectors = record.outputs["last_hidden_state"][0].tolist()
    lengths = [math.sqrt(math.fsum(x * x for x in vector)) for vector in vectors]
    assert states.norms == pytest.approx(lengths, rel=1e-12)
    dots = [math.fsum(x * y for x, y in zip(v, vectors[2], strict=True)) for v in vectors]
    wanted = [dot / (length * lengths[2]) for dot, length in zip(dots, lengths, strict=True)]
    assert states.cosines(2) == pytest.approx(wanted, rel=1e-12)
    assert states.cosines(2)[2] == pytest.approx(1)
    assert states.cosines(1)[1] == pytest.approx(1)


def test_a_vector_without_length_has_no_direction() -> None:
    states = TokenStates(
        name="x", shape=(1, 2, 2), dtype="float32", states=np.array([[0.0, 0], [3, 4]]), tokens=()
    )
    assert states.norms.tolist() == [0, 5]
    assert np.isnan(states.cosines(1)[0])
    assert states.cosines(1)[1] == 1


def test_a_vector_per_token_is_known_by_its_size_where_it_has_no_name(
    tmp_path: Path, ids: dict[str, int]
) -> None:
    table = np.zeros((len(ids), 7), dtype=np.float32)
    _, outputs = read(save_text(tmp_path / "m", {"x": per_token(table)}, hidden=False), "the cat")
    assert [type(output) for output in outputs] == [Plain, TokenStates]


# -- what is not finite


def test_guesses_that_are_not_finite_are_none_and_others_stay(
    tmp_path: Path, ids: dict[str, int]
) -> None:
    table = np.zeros((len(ids), len(ids)), dtype=np.float32)
    table[ids["cat"]] = np.nan
    table[ids["sat"], 5:] = -np.inf
    _, outputs = read(save_text(tmp_path / "m", {"logits": per_token(table)}), "the cat sat")
    guesses = outputs[0]
    assert isinstance(guesses, TokenGuesses)
    assert guesses.at(2, 3) == ()
    assert guesses.actual(2) is None
    assert [c.probability for c in guesses.at(3, 2)] == pytest.approx([0.2, 0.2])


def test_labels_that_are_not_finite_are_listed_plainly(tmp_path: Path, ids: dict[str, int]) -> None:
    table = np.ones((len(ids), 5), dtype=np.float32)
    table[ids["cat"], 2] = np.nan
    config = {"architectures": ["BertForTokenClassification"]}
    folder = save_text(tmp_path / "m", {"logits": per_token(table)}, config=config)
    _, outputs = read(folder, "the cat sat")
    assert isinstance(outputs[0], Plain)
    assert outputs[0].statistics is not None
    assert (outputs[0].statistics.odd, outputs[0].statistics.mean) == (1, 1.0)


def test_every_output_is_listed_once_in_the_order_of_the_graph() -> None:
    for name in ("bert", "bert_mlm", "bert_seqcls", "distilbert", "roberta", "modernbert"):
        model: Model = open_model(ZOO / name)
        record = model.run_text("the cat sat on the mat")
        assert [output.name for output in read_outputs(record, model)] == list(record.outputs)
