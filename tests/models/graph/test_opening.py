"""Files that are no models, or broken ones: one sentence each, and nothing written."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

from models.api import open_model
from models.errors import MiranteError, ModelFileError
from models.graph.edit import Edit
from models.graph.source import open_source
from models.tapped import TappedModel
from tests.helpers.sketch import Sketch
from tests.helpers.tiny_models import HIDDEN, save_text_model
from tests.helpers.zoo import ZOO

BERT = ZOO / "bert" / "onnx" / "model.onnx"
EXTERNAL = ZOO / "bert" / "onnx" / "model_ext_ts17_eager.onnx"
FEEDS = {
    "input_ids": np.arange(6)[None],
    "attention_mask": np.ones((1, 6), np.int64),
    "token_type_ids": np.zeros((1, 6), np.int64),
}


def refused(path: Path) -> str:
    """Return what is said when ``path`` is refused."""
    with pytest.raises(ModelFileError) as caught:
        TappedModel.open(path)
    said = str(caught.value)
    assert path.name in said
    assert caught.value.hint
    return said


CONTENTS = {
    b"": "is empty",
    b"\x01\x02\x03": "incomplete, or not an ONNX model (3 bytes)",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n": "Git LFS pointer",
    b"<!DOCTYPE html><html><body>Sign in</body></html>": "web page",
    b"\n<html>": "web page",
    b"PK\x03\x04rest": "ZIP archive",
    b"\x80\x02}q\x00X\x05\x00": "pickle",
    b"\x89PNG\r\n\x1a\n0000": "picture",
    b"\xff\xd8\xff\xe0": "picture",
    b"GGUF\x03\x00": "GGUF",
    (20).to_bytes(8, "little") + b'{"__metadata__":{}}': "safetensors",
    b"\x1f\x8b\x08\x00": "gzip",
    b'{"a": 1}': "not an ONNX model (8 bytes)",
}


@pytest.mark.parametrize("content", list(CONTENTS))
def test_other_files_are_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    assert CONTENTS[content] in refused(path)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.999])
def test_a_download_cut_short_is_recognised(kept: float, tmp_path: Path) -> None:
    content = BERT.read_bytes()
    path = tmp_path / "model.onnx"
    path.write_bytes(content[: int(len(content) * kept)])
    assert "incomplete" in refused(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "There is no file" in refused(tmp_path / "gone.onnx")


def test_a_folder_is_not_opened(tmp_path: Path) -> None:
    folder = tmp_path / "model.onnx"
    folder.mkdir()
    assert "is a folder" in refused(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "model.onnx"
    os.mkfifo(pipe)
    assert "device or a pipe" in refused(pipe)


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"1234")

    def forbidden(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", forbidden)
    assert "cannot be read" in refused(path)


# -- models that onnxruntime refuses


def relu() -> Sketch:
    s = Sketch()
    s.nodes.append(helper.make_node("Relu", [s.noise("x", 1, 4)], ["y"], name="relu"))
    return s


def _opset(model: onnx.ModelProto) -> None:
    model.opset_import[0].version = 99


def _ir(model: onnx.ModelProto) -> None:
    model.ir_version = 99


def _no_opset(model: onnx.ModelProto) -> None:
    del model.opset_import[:]


def _unknown(model: onnx.ModelProto) -> None:
    model.graph.node[0].op_type = "Frobnicate"


def _custom(model: onnx.ModelProto) -> None:
    model.graph.node[0].op_type, model.graph.node[0].domain = "Frobnicate", "my.ops"
    model.opset_import.append(helper.make_opsetid("my.ops", 1))


def _dangling(model: onnx.ModelProto) -> None:
    model.graph.node[0].input[0] = "nowhere"


def _no_such_output(model: onnx.ModelProto) -> None:
    model.graph.output[0].name = "nothing"


def _twice(model: onnx.ModelProto) -> None:
    model.graph.node.append(helper.make_node("Abs", ["x"], ["y"], name="again"))


def _circle(model: onnx.ModelProto) -> None:
    model.graph.node.append(helper.make_node("Add", ["x", "b"], ["a"], name="a"))
    model.graph.node.append(helper.make_node("Relu", ["a"], ["b"], name="b"))


def _types(model: onnx.ModelProto) -> None:
    model.graph.node[0].op_type = "Not"


def _shapes(model: onnx.ModelProto) -> None:
    model.graph.node[0].op_type = "MatMul"
    model.graph.node[0].input.append("w")
    model.graph.initializer.append(numpy_helper.from_array(np.ones((5, 4), np.float32), "w"))


def _bomb(model: onnx.ModelProto) -> None:
    shape = numpy_helper.from_array(np.array([10**6, 10**6]), "shape")
    model.graph.initializer.append(shape)
    model.graph.node.append(helper.make_node("ConstantOfShape", ["shape"], ["z"], name="bomb"))


FAULTS: dict[Callable[[onnx.ModelProto], None], str] = {
    _opset: "newer ONNX (opset 99); this runtime knows",
    _ir: "newer ONNX (IR 99); this runtime knows",
    _no_opset: "does not say which operators",
    _unknown: "operator “Frobnicate”, which opset 17 does not have",
    _custom: "custom operator “Frobnicate” of “my.ops”",
    _dangling: "nothing makes the tensor “nowhere”",
    _no_such_output: "nothing makes its output “nothing”",
    _twice: "the tensor “y” is made twice",
    _circle: "in a circle",
    _types: "types do not fit at “relu” (Not)",
    _shapes: "shapes do not fit at “relu” (MatMul)",
    _bomb: "asks for a tensor of 4000 GB at “bomb”",
}


@pytest.mark.parametrize("spoil", list(FAULTS), ids=lambda spoil: spoil.__name__)
def test_a_broken_model_says_where(
    spoil: Callable[[onnx.ModelProto], None], tmp_path: Path
) -> None:
    path = relu().save(tmp_path / "model.onnx", "y")
    model = onnx.load(path)
    spoil(model)
    path.write_bytes(model.SerializeToString())
    assert FAULTS[spoil] in refused(path)


@pytest.mark.parametrize("size", [-4, 2**40, 400])
def test_a_weight_that_lies_about_its_shape_is_refused(size: int, tmp_path: Path) -> None:
    path = relu().save(tmp_path / "model.onnx", "y")
    model = onnx.load(path)
    weight = numpy_helper.from_array(np.ones((1, 4), np.float32), "w")
    weight.dims[1] = size
    model.graph.initializer.append(weight)
    model.graph.node.append(helper.make_node("Add", ["x", "w"], ["z"], name="add"))
    path.write_bytes(model.SerializeToString())
    assert "not a valid ONNX model" in refused(path)


# -- weights in a second file


def external(folder: Path, location: str, offset: str = "0", length: str = "16") -> Path:
    """Write a model whose only weight is elsewhere, beside a data file of 16 bytes."""
    path = relu().save(folder / "model.onnx", "y")
    model = onnx.load(path, load_external_data=False)
    weight = TensorProto(name="w", data_type=1, dims=[4], data_location=TensorProto.EXTERNAL)
    for key, value in (("location", location), ("offset", offset), ("length", length)):
        weight.external_data.add(key=key, value=value)
    model.graph.initializer.append(weight)
    model.graph.node.append(helper.make_node("Add", ["x", "w"], ["z"], name="add"))
    path.write_bytes(model.SerializeToString())
    (folder / "data.bin").write_bytes(bytes(16))
    return path


def test_a_missing_data_file_is_named(tmp_path: Path) -> None:
    said = refused(external(tmp_path, "weights.data"))
    assert "Put “weights.data” in the same folder" in said


@pytest.mark.parametrize("location", ["../data.bin", "/etc/passwd", "a/../../x", "", "C:\\x"])
def test_data_outside_the_folder_is_refused(location: str, tmp_path: Path) -> None:
    said = refused(external(tmp_path, location))
    assert "outside its own folder" in said or "is missing" in said


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside.bin"
    outside.write_bytes(bytes(16))
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "link.bin").symlink_to(outside)
    assert "outside its own folder" in refused(external(folder, "link.bin"))


@pytest.mark.parametrize(("offset", "length"), [("8", "16"), ("-8", "16"), ("x", "16"), ("0", "y")])
def test_data_beyond_the_end_is_refused(offset: str, length: str, tmp_path: Path) -> None:
    said = refused(external(tmp_path, "data.bin", offset, length))
    assert "truncated or does not belong" in said


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_the_links_of_the_hub_cache_are_followed(tmp_path: Path) -> None:
    """Model and data are links into a folder of blobs, under names that say nothing."""
    blobs, shown = tmp_path / "blobs", tmp_path / "snapshots" / "abc" / "onnx"
    blobs.mkdir()
    shown.mkdir(parents=True)
    for i, source in enumerate((EXTERNAL, EXTERNAL.with_name(f"{EXTERNAL.name}_data"))):
        (blobs / f"blob{i}").write_bytes(source.read_bytes())
        (shown / source.name).symlink_to(blobs / f"blob{i}")
    model = TappedModel.open(shown / EXTERNAL.name)
    differences = model.verify(FEEDS)
    assert all(gap is not None and gap < 1e-6 for gap in differences)


def test_only_the_small_file_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done to a small file would be done to one of gigabytes."""
    read: list[Path] = []
    monkeypatch.setattr(Path, "read_bytes", _noting(Path.read_bytes, read))
    model = TappedModel.open(EXTERNAL)
    assert model.verify(FEEDS)
    assert read == [EXTERNAL]


def _noting(real: Callable[[Path], bytes], noted: list[Path]) -> Callable[[Path], bytes]:
    def read_bytes(path: Path) -> bytes:
        noted.append(path)
        return real(path)

    return read_bytes


# -- the file while it is open


def big(path: Path) -> Sketch:
    """Write an attention whose weights are large enough to be left in the file."""
    s = Sketch()
    x = s.noise("x", 1, 6, 64)
    random = np.random.default_rng(8)

    def heads() -> str:
        kernel = s.constant(random.standard_normal((64, 64)) / 8)
        split = s.node("Reshape", s.node("MatMul", x, kernel), s.whole(1, 6, 4, 16))
        return s.node("Transpose", split, perm=[0, 2, 1, 3])

    q, k, v = heads(), heads(), heads()
    scores = s.node("MatMul", q, s.node("Transpose", k, perm=[0, 1, 3, 2]))
    s.save(path, s.node("MatMul", s.node("Softmax", scores, axis=-1), v))
    return s


def test_weights_left_in_the_file_are_right(tmp_path: Path) -> None:
    s = big(tmp_path / "model.onnx")
    model = TappedModel.open(tmp_path / "model.onnx")
    (layer,) = model.capture(s.feeds).layers
    kernel = numpy_helper.to_array(s.weights[0])
    expected = (s.feeds["x"][0] @ kernel).reshape(6, 4, 16).transpose(1, 0, 2)
    np.testing.assert_allclose(layer.query, expected, rtol=1e-5, atol=1e-6)


def test_opening_writes_nothing(tmp_path: Path) -> None:
    s = big(tmp_path / "model.onnx")
    before = (tmp_path / "model.onnx").read_bytes()
    model = TappedModel.open(tmp_path / "model.onnx")
    model.capture(s.feeds)
    model.verify(s.feeds)
    assert [p.name for p in tmp_path.iterdir()] == ["model.onnx"]
    assert (tmp_path / "model.onnx").read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps open files where they are")
def test_a_deleted_file_does_no_harm(tmp_path: Path) -> None:
    s = big(tmp_path / "model.onnx")
    model = TappedModel.open(tmp_path / "model.onnx")
    (tmp_path / "model.onnx").unlink()
    assert model.verify(s.feeds)
    assert len(model.sha256) == 64


def test_an_overwritten_file_still_runs_but_is_not_loaded_again(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    s = big(path)
    model = TappedModel.open(path)
    path.write_bytes(b"something else altogether")
    assert len(model.capture(s.feeds).layers) == 1
    with pytest.raises(ModelFileError, match="has changed since it was opened"):
        model.verify(s.feeds)


def test_names_in_any_script_are_opened(tmp_path: Path) -> None:
    path = tmp_path / "coração 心 {x} %s.onnx"
    s = big(path)
    assert TappedModel.open(path).verify(s.feeds)


# -- anything at all


def test_damaged_files_are_refused_or_run_but_never_crash(tmp_path: Path) -> None:
    """Bytes changed, dropped or doubled anywhere: only our own errors come out."""
    s = Sketch()
    q, k, v = (s.noise(x, 1, 2, 5, 4) for x in "qkv")
    scores = s.node("Einsum", q, k, equation="bhid,bhjd->bhij")
    powers = s.node("Exp", s.node("Reshape", scores, s.whole(1, 2, 5, 5)))
    weights = s.node("Div", powers, s.node("ReduceSum", powers, s.whole(-1)))
    path = s.save(tmp_path / "model.onnx", s.node("MatMul", weights, v))
    sound, chance = path.read_bytes(), np.random.default_rng(9)
    opened = 0
    for _ in range(120):
        spoilt, place = bytearray(sound), int(chance.integers(len(sound)))
        change = chance.integers(4)
        if change == 0:
            del spoilt[place]
        elif change == 1:
            spoilt.insert(place, spoilt[place])
        else:
            spoilt[place] = int(chance.integers(256))
        path.write_bytes(spoilt)
        with contextlib.suppress(MiranteError):
            model = TappedModel.open(path)
            opened += 1
            model.verify({p.name: s.feeds[p.name] for p in model.inputs if p.name in s.feeds})
    assert opened > 0


def test_large_tables_are_handed_over_and_give_the_same_numbers(tmp_path: Path) -> None:
    path = save_text_model(tmp_path / "m.onnx", rows=40_000)  # a table of 1.3 MB
    build = open_source(path).build(Edit())
    assert [array.shape for array in build.handed.values()] == [(40_000, HIDDEN)]
    assert len(build.content) < 100_000
    feeds = {"input_ids": np.array([[7, 39_999, 0]]), "attention_mask": np.array([[1, 1, 1]])}
    plain = ort.InferenceSession(path, providers=["CPUExecutionProvider"]).run(None, feeds)[0]
    record = open_model(path).run_feeds(feeds)
    np.testing.assert_array_equal(record.outputs["last_hidden_state"], plain)


def test_a_large_table_whose_sizes_lie_is_refused(tmp_path: Path) -> None:
    path = save_text_model(tmp_path / "m.onnx", rows=40_000)
    model = onnx.load(path)
    table = max(model.graph.initializer, key=lambda tensor: len(tensor.raw_data))
    table.dims[0] += 1
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ModelFileError):
        open_model(path)
