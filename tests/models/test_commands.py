"""The command line without a display: inspect, capture, and what opens the window."""

from __future__ import annotations

import gettext
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from PIL import Image
from tokenizers import Tokenizer

from models import offers
from models.api import Model, open_model
from models.commands.capturing import asked_layers
from models.commands.program import REFUSED, run
from models.library import resolve
from models.settings import Start
from models.version import VERSION
from tests.helpers import tiny_tokenizers
from tests.helpers.tiny_models import HEADS, HIDDEN, save_image_model, save_text_model, write_json

ROOT = Path(__file__).resolve().parents[2]
CAT = ROOT / "assets" / "images" / "cat.jpg"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    tiny_tokenizers.word_piece(folder)
    save_text_model(folder / "model.onnx", rows=120)
    return folder


def captured(path: Path) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def refusal(*arguments: object, capsys: pytest.CaptureFixture[str]) -> str:
    """Run what must be refused and return the one sentence on standard error."""
    assert run([str(argument) for argument in arguments]) == REFUSED
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


# -- capture


def test_capture_writes_what_it_promises(tmp_path: Path) -> None:
    out = tmp_path / "o.npz"
    text = "O gato está no telhado"
    assert run(["capture", "text", "--text", text, "--npz", str(out)]) == 0
    z = captured(out)
    ids = Tokenizer.from_file(str(resolve("text").tokenizer)).encode(text).ids
    assert z["tokens"].tolist()[5:7] == ["▁te", "lhado"]
    assert z["special"].tolist() == [True] + [False] * 6 + [True]
    assert z["special"].dtype == np.bool_
    assert "grid" not in z
    assert z["feeds.input_ids"].tolist() == [ids]
    assert z["outputs.last_hidden_state"].shape == (1, 8, 384)
    for layer in range(1, 13):
        q, k, v, scale, weights, vector = (
            z[f"L{layer:02d}.{part}"]
            for part in ("query", "key", "value", "scale", "weights", "vector")
        )
        assert q.shape == k.shape == v.shape == vector.shape == (12, 8, 32)
        assert weights.shape == (12, 8, 8)
        scores = q.astype(float) @ k.transpose(0, 2, 1) * scale
        powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
        expected = powers / powers.sum(axis=-1, keepdims=True)
        np.testing.assert_allclose(weights, expected, atol=1e-5)
        np.testing.assert_allclose(vector, expected @ v, atol=1e-5)
    meta = json.loads(str(z["meta"]))
    assert meta["model"] == "multilingual-e5-small"
    assert len(meta["sha256"]) == 64
    assert meta["provider"] == "CPUExecutionProvider"
    assert len(meta["differences"]) == 12
    assert meta["largest_difference"] < 1e-5
    assert meta["text"] == text


def test_capture_of_a_photo_has_its_grid_and_can_be_limited(tmp_path: Path) -> None:
    out = tmp_path / "o.npz"
    assert (
        run(["capture", "vision", "--image", str(CAT), "--npz", str(out), "--layers", "12,1"]) == 0
    )
    z = captured(out)
    assert z["grid"].tolist() == [16, 16]
    assert z["tokens"].shape == z["special"].shape == (257,)
    assert {name[:3] for name in z if name.startswith("L")} == {"L01", "L12"}
    assert z["L12.weights"].shape == (6, 257, 257)
    assert z["feeds.pixel_values"].shape == (1, 3, 224, 224)
    meta = json.loads(str(z["meta"]))
    assert meta["layers"] == [1, 12]
    assert meta["photo"] == "cat.jpg"


def test_what_was_captured_can_be_fed_again(tmp_path: Path, tiny: Path) -> None:
    first, second = tmp_path / "1.npz", tmp_path / "2.npz"
    assert run(["capture", str(tiny), "--text", "gato", "--pair", "no", "--npz", str(first)]) == 0
    assert run(["capture", str(tiny), "--feeds", str(first), "--npz", str(second)]) == 0
    a, b = captured(first), captured(second)
    assert a["tokens"].tolist() == b["tokens"].tolist()
    assert set(a) == set(b)
    np.testing.assert_array_equal(a["L01.weights"], b["L01.weights"])


def test_raw_inputs_are_fed_by_name(tmp_path: Path, tiny: Path) -> None:
    feeds, out = tmp_path / "in.npz", tmp_path / "o.npz"
    np.savez(feeds, input_ids=np.array([[2, 9, 3]]), attention_mask=np.ones((1, 3), np.int64))
    assert run(["capture", str(tiny), "--feeds", str(feeds), "--npz", str(out)]) == 0
    assert captured(out)["L01.query"].shape == (HEADS, 3, HIDDEN // HEADS)


def test_an_older_file_is_replaced_only_by_a_whole_one(
    tmp_path: Path, tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "o.npz"
    out.write_bytes(b"precious")
    refusal("capture", tiny, "--text", "", "--npz", out, capsys=capsys)
    assert out.read_bytes() == b"precious"
    assert run(["capture", str(tiny), "--text", "gato", "--npz", str(out)]) == 0
    assert "tokens" in captured(out)
    assert {path.name for path in tmp_path.iterdir()} == {"o.npz", "tiny"}


def test_what_of_a_text_was_left_out_is_said_while_the_rest_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "o.npz"
    arguments = [
        "capture",
        "text",
        "--text",
        "palavra " * 599 + "palavra",
        "--layers",
        "1",
        "--npz",
        str(out),
    ]
    assert run(arguments) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "602 tokens" in told.err
    assert "takes 512" in told.err
    assert len(captured(out)["tokens"]) == 512
    assert run(["capture", "text", "--text", "gato", "--layers", "1", "--npz", str(out)]) == 0
    assert capsys.readouterr().err == ""


# -- inspect


def test_what_a_large_run_takes_is_said_before_it_starts(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_json(tiny, "config.json", {"hidden_size": HIDDEN, "num_attention_heads": HEADS})
    arguments = ["capture", str(tiny), "--text", "the cat", "--npz", str(tmp_path / "o.npz")]
    assert run(arguments) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(offers, "LARGE", 100)
    monkeypatch.setattr(Model, "run", None)  # it is said although the run never comes
    with pytest.raises(TypeError):
        run(arguments)
    said = capsys.readouterr().err
    assert said.startswith("This input has 4 tokens. Queries, keys and values will take 384")


def test_inspect_answers_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_image_model(tmp_path / "model.onnx", patch=4, before=1, height=16, width=24)
    write_json(tmp_path, "config.json", {"model_type": "vit"})
    assert run(["inspect", str(tmp_path), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["modality"] == "image"
    assert found["family"] == "vit"
    assert (found["layers"], found["heads"], found["head_size"]) == (1, HEADS, HIDDEN // HEADS)
    assert found["tokens"] == 25
    assert found["patch_grid"] == [4, 6]
    assert found["patch_size"] == [4, 4]
    assert found["image_size"] == [16, 24]
    assert found["special_tokens"] == ["CLS"]
    assert len(found["patterns"]) == 1
    assert found["largest_difference"] < 1e-5
    assert found["inputs"] == [{"name": "pixel_values", "type": "float32", "shape": [1, 3, 16, 24]}]


def test_inspect_speaks_to_people(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(tiny)]) == 0
    said = capsys.readouterr().out
    assert "1 layer with 2 heads of size 4" in said
    assert "1 of 1 layers compared with onnxruntime, largest difference" in said
    assert "at most 512" in said


def test_inspect_goes_without_a_tokenizer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_text_model(tmp_path / "m.onnx")
    assert run(["inspect", str(tmp_path / "m.onnx"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["modality"] == "text"
    assert found["heads"] == HEADS
    assert found["largest_difference"] < 1e-5


# -- refused, in one sentence


def test_what_cannot_be_explored_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "m.onnx").write_bytes(b"")
    assert "is empty" in refusal("inspect", tmp_path / "m.onnx", capsys=capsys)
    assert "There is no model" in refusal("inspect", "bert", capsys=capsys)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["inspect"], "not understood"),
        (["inspect", "text", "--loud"], "not understood"),
        (["capture", "text", "--npz", "o.npz"], "not understood"),
        (["capture", "text", "--text", "a", "--image", "b", "--npz", "o"], "not allowed with"),
        (["capture", "text", "--image", "a.jpg", "--pair", "b", "--npz", "o"], "--pair needs"),
        (["capture", "text", "--text", "a", "--layers", "0", "--npz", "o"], "“0” is no layer"),
        (["capture", "text", "--text", "a", "--layers", "x", "--npz", "o"], "“x” is no layer"),
        (["capture", "text", "--text", "a", "--layers", "13", "--npz", "o"], "layers 1 to 12"),
        (["capture", "text", "--text", " ", "--npz", "o"], "no text to look at"),
        (["capture", "text", "--image", str(CAT), "--npz", "o"], "takes no photo"),
        (["capture", "text", "--text", "a", "--npz", "no/such/o.npz"], "cannot be written"),
        (["capture", "text", "--feeds", str(CAT), "--npz", "o"], "cannot be read as an .npz"),
        (["capture", "text", "--feeds", "none.npz", "--npz", "o"], "There is no file"),
        (["--layer", "0"], "“0” is no layer"),
        (["--head", "first"], "“first” is no head"),
        (["--token", "-1"], "count from 0"),
        (["--text", "a", "--image", "b"], "not allowed with"),
        (["--pair", "a"], "--pair needs"),
        (["one sentence", "two sentences"], "one input too many"),
        (["inspekt", "text"], "did you mean “inspect”? A sentence of one word is given as --text"),
        (["multilingual-e5-smal"], "did you mean “multilingual-e5-small”?"),
        (["frobnicate"], "the commands are inspect, capture, figure"),
        (["inspect", ""], "The name of the model is empty."),
        (["capture", "text", "--text", "a", "--layers", "2-99", "--npz", "o"], "layers 1 to 12."),
        (["capture", "text", "--text", "a", "--layers", "3-1", "--npz", "o"], "as 1-3."),
        (["text", "a", "b"], "in quotes"),
    ],
)
def test_bad_arguments_are_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    word: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert word in refusal(*arguments, capsys=capsys)
    assert list(tmp_path.iterdir()) == []


def test_pickled_inputs_are_never_loaded(
    tmp_path: Path, tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.savez(tmp_path / "in.npz", input_ids=np.array([{"a": 1}], dtype=object))
    said = refusal(
        "capture", tiny, "--feeds", tmp_path / "in.npz", "--npz", tmp_path / "o", capsys=capsys
    )
    assert "cannot be read" in said


# -- what opens the window


@pytest.mark.parametrize(
    ("arguments", "start"),
    [
        ([], Start()),
        (["--model", "vision"], Start(model="vision")),
        (["--text", "a", "--pair", "b"], Start(text="a", pair="b")),
        (["--image", "a.jpg", "--layer", "3"], Start(image="a.jpg", layer=2)),
        (["--layer", "L12", "--head", "H1"], Start(layer=11, heads=(0,))),
        (["--head", "mean", "--token", "0"], Start(token=0)),
        (["--head", "1,4"], Start(heads=(0, 3))),
        (["--timings", "--exit-when-idle"], Start(timings=True, exit_when_idle=True)),
        (["--language", "pt", "--theme", "dark"], Start(language="pt", theme="dark")),
        (["text", "O gato"], Start(model="text", text="O gato")),
        (["models/bert.onnx"], Start(model="models/bert.onnx")),
        (["foto ç.JPG"], Start(image="foto ç.JPG")),
        (["dinov2-small", "a.png"], Start(model="dinov2-small", image="a.png")),
        (["Olá"], Start(text="Olá")),
        (["--text", "gato"], Start(text="gato")),
        (["O gato está no telhado"], Start(text="O gato está no telhado")),
    ],
)
def test_the_window_opens_as_asked(arguments: list[str], start: Start) -> None:
    assert run(arguments) == start


def test_messages_come_in_the_language_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str] = []
    monkeypatch.setattr("models.commands.program.set_language", spoken.append)
    run(["--language", "pt"])
    run(["--language=en"])
    monkeypatch.setenv("LANGUAGE", "pt_PT:en")
    run([])
    assert spoken == ["pt", "en", "pt_PT"]


class Portuguese(gettext.NullTranslations):
    """Some words of argparse."""

    words: ClassVar = {
        "usage: ": "uso: ",
        "options": "opções",
        "the following arguments are required: %s": "os argumentos são obrigatórios: %s",
    }

    def gettext(self, message: str) -> str:
        return self.words.get(message, message)


def test_argparse_speaks_portuguese_when_asked_to(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gettext, "translation", lambda *_given, **_named: Portuguese())
    with pytest.raises(SystemExit):
        run(["figure", "--language", "pt", "--help"])
    said = capsys.readouterr().out
    assert said.startswith("uso: main.py figure")
    assert "opções:" in said
    assert "options" not in said
    assert run(["inspect", "--language=pt"]) == REFUSED
    assert "os argumentos são obrigatórios: M" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run(["figure", "--language", "en", "--help"])
    assert capsys.readouterr().out.startswith("usage: main.py figure")


def test_layers_may_be_ranges() -> None:
    assert asked_layers("1-3,7,L5–L6", count=12) == (0, 1, 2, 4, 5, 6)


def test_a_file_without_a_suffix_becomes_an_npz_as_numpy_makes_it(
    tmp_path: Path, tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "cat"
    assert run(["capture", str(tiny), "--text", "gato", "--npz", str(out)]) == 0
    assert str(tmp_path / "cat.npz") in capsys.readouterr().err
    assert "L01.weights" in captured(tmp_path / "cat.npz")
    assert not out.exists()


def test_a_figure_and_a_capture_tell_the_check_of_their_own_input(
    tmp_path: Path, tiny: Path
) -> None:
    npz, png = tmp_path / "o.npz", tmp_path / "f.png"
    text = ["--text", "gato no telhado gato"]
    assert run(["capture", str(tiny), *text, "--npz", str(npz)]) == 0
    figure = ["figure", str(tiny), *text, "--view", "row", "--layer", "1", "--out", str(png)]
    assert run(figure) == 0
    meta = json.loads(str(captured(npz)["meta"]))
    with Image.open(png) as saved:
        told = json.loads(saved.info["mirante"])["provenance"]
    assert (meta["checked_on"], told["checked_on"]) == ("input", "input")
    assert told["differences"] == meta["differences"]
    model = open_model(tiny)
    assert tuple(meta["differences"]) == model.verify(model.encode_text("gato no telhado gato"))


# -- the real program, in a process of its own


def program(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *arguments],
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip


def test_the_program_tells_its_version() -> None:
    done = program("--version")
    assert (done.returncode, done.stdout.strip()) == (0, f"Mirante {VERSION}")


def test_the_program_refuses_with_status_2_and_one_sentence() -> None:
    done = program("inspect", "no-such-model")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1


def test_the_program_captures_without_qt(tiny: Path, tmp_path: Path) -> None:
    script = (
        "import sys; sys.argv[0] = 'main.py'; import main;"
        "status = main.main(sys.argv[1:]);"
        "print(status, any(name.split('.')[0] == 'PySide6' for name in sys.modules))"
    )
    arguments = ["capture", str(tiny), "--text", "gato", "--npz", str(tmp_path / "o.npz")]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True, text=True, timeout=120, check=True, cwd=ROOT,
    )  # fmt: skip
    assert done.stdout.strip() == "0 False"
    assert "L01.weights" in captured(tmp_path / "o.npz")


# -- sizes and corrections


@pytest.fixture
def seeing(tmp_path: Path) -> Path:
    return save_image_model(tmp_path / "seeing" / "model.onnx", patch=4, before=2)


def test_capture_takes_a_size_width_first(seeing: Path, tmp_path: Path) -> None:
    out = tmp_path / "o.npz"
    arguments = ["capture", str(seeing), "--image", str(CAT), "--npz", str(out)]
    assert run([*arguments, "--size", "24x16"]) == 0
    z = captured(out)
    assert z["feeds.pixel_values"].shape == (1, 3, 16, 24)
    assert z["grid"].tolist() == [4, 6]


def test_corrections_reach_every_command(
    seeing: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, said = tmp_path / "o.npz", {"special_before": ["GLOBAL", "LOCAL"], "image_size": 16}
    write_json(tmp_path, "mine.json", said)
    corrected = ["--corrections", str(tmp_path / "mine.json")]
    assert run(["inspect", str(seeing), "--json", *corrected]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["special_tokens"] == ["GLOBAL", "LOCAL"]
    assert found["image_size"] == [16, 16]
    assert found["corrections"] == said
    arguments = ["capture", str(seeing), "--image", str(CAT), "--npz", str(out)]
    assert run([*arguments, *corrected]) == 0
    z = captured(out)
    assert z["tokens"].tolist()[:3] == ["GLOBAL", "LOCAL", "r0 c0"]
    assert json.loads(str(z["meta"]))["corrections"] == said
    figure = ["figure", str(seeing), "--image", str(CAT), "--view", "overlay", "--layer", "1"]
    assert run([*figure, "--token", "1", "--out", str(tmp_path / "f.png"), *corrected]) == 0
    with Image.open(tmp_path / "f.png") as picture:
        assert picture.text["Token"] == "1: LOCAL"  # noqa: S105  # a token of a model
        assert json.loads(picture.text["mirante"])["provenance"]["corrections"] == said


def test_sizes_and_corrections_that_make_no_sense_are_refused(
    seeing: Path, tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--npz", tmp_path / "o.npz"]
    photo = ["capture", seeing, "--image", CAT, *out]
    text = ["capture", tiny, "--text", "the cat", *out]
    assert "is no size" in refusal(*photo, "--size", "big", capsys=capsys)
    assert "nearest size that does is 16" in refusal(*photo, "--size", "17", capsys=capsys)
    assert "--size needs --image" in refusal(*text, "--size", "16", capsys=capsys)
    write_json(tmp_path, "mine.json", {"token_limit": -1})
    wrong = ["--corrections", tmp_path / "mine.json"]
    assert "makes no sense for token_limit" in refusal(*text, *wrong, capsys=capsys)
    assert not (tmp_path / "o.npz").exists()
