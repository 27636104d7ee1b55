"""A map of the model's own output becomes a figure: colours, limits, words and refusals."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.api import open_model
from models.colour import table
from models.commands.program import run
from models.errors import InputError
from models.figure import FigureRequest, draw, lay_out, png_bytes, propose_name
from models.figure.mapped import MapOverPhoto
from models.outputs import read_outputs
from models.outputs.layered import keys_of, layered
from models.record import Record
from tests.helpers.figures import check_words, photo_record
from tests.helpers.tiny_heads import colours, save_image

# Okabe and Ito, written down again: the first two colours.
ORANGE, SKY = (230, 159, 0), (86, 180, 233)
NAMES = {"0": "red", "1": "green", "2": "blue"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model that names every place by its colour, and gives how red it is."""
    heads = {
        "logits": colours(4, ((9, 0, 0), (0, 9, 0), (0, 0, 9))),
        "saliency": colours(4, [(1, 0, 0)]),
    }
    config = {"architectures": ["XForSemanticSegmentation"], "id2label": NAMES}
    return save_image(tmp_path / "maps", heads, config=config)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Blue, the upper quarter red; 32 pixels of the model's to 64 of the photo's."""
    image = Image.new("RGB", (64, 64), (0, 0, 255))
    image.paste((204, 0, 0), (0, 0, 64, 16))
    image.save(tmp_path / "p.png")
    return tmp_path / "p.png"


def asked(
    folder: Path, photo: Path, key: str, *, channel: int | None = None, token: int | None = None
) -> tuple[Record, FigureRequest]:
    model = open_model(folder)
    record = model.run_image(str(photo))
    outputs = read_outputs(record, model)
    drawn = layered(outputs, record.encoded, key=key, channel=channel, token=token)
    return record, FigureRequest("map", 0, token=token, opacity=1.0, drawn=drawn)


def places(record: Record, request: FigureRequest, cells: int) -> np.ndarray:
    """Return the figure's colour in the middle of each of cells × cells places: [rows, cols, 3]."""
    (item,) = [i for i in lay_out(record, request).items if isinstance(i, MapOverPhoto)]
    left, top, right, bottom = (edge * request.scale for edge in item.box)
    pixels = np.asarray(draw(record, request))
    middles = (np.arange(cells) + 0.5) / cells
    down = (top + middles * (bottom - top)).astype(int)
    across = (left + middles * (right - left)).astype(int)
    return pixels[down][:, across]


def test_every_place_has_the_colour_of_its_class_and_the_legend_says_which(
    folder: Path, photo: Path
) -> None:
    record, request = asked(folder, photo, "logits")
    best = record.outputs["logits"][0].argmax(axis=0)
    wanted = np.where((best == 2)[..., None], ORANGE, SKY)  # blue takes most of the photo
    assert (places(record, request, 8) == wanted).all()
    said = [line.text for line in lay_out(record, request).words()]
    assert said[:2] == ["Segmentation", "logits · 1×3×8×8 · likeliest class"]
    assert {"blue", "75.0%", "red", "25.0%"} <= set(said)
    assert "green" not in said


def test_the_colour_bar_has_the_smallest_and_the_largest_number_of_the_map(
    folder: Path, photo: Path
) -> None:
    record, request = asked(folder, photo, "saliency")
    values = record.outputs["saliency"][0, 0]
    found = places(record, request, 8)
    assert len({tuple(colour) for colour in found[values == values.max()]}) == 1
    ends = table("cividis")[[-1, 0]]
    assert np.array_equal(found[[0, 7], [0, 0]], ends)
    said = [line.text for line in lay_out(record, request).words()]
    assert {"0.800", "0.400", "0", "saliency · linear"} <= set(said)
    assert "largest shown" not in said


def test_one_class_alone_is_a_probability_from_0_to_1(folder: Path, photo: Path) -> None:
    record, request = asked(folder, photo, "logits", channel=0)
    assert request.drawn is not None
    assert (request.drawn.low, request.drawn.high) == (0.0, 1.0)
    logits = record.outputs["logits"][0].astype(np.float64)
    share = np.exp(logits[0]) / np.exp(logits).sum(axis=0)
    assert request.drawn.values == pytest.approx(share, abs=1e-6)
    assert "probability of “red” · linear" in {
        line.text for line in lay_out(record, request).words()
    }


def test_the_pinned_patch_of_a_likeness_is_outlined(folder: Path, photo: Path) -> None:
    record, request = asked(folder, photo, "last_hidden_state#cosine", token=6)
    page = lay_out(record, request)
    assert request.drawn is not None
    assert request.drawn.high == 1.0
    assert any("r1 c1" in line.text for line in page.words())
    assert (request.drawn.token, request.drawn.key) == (6, "last_hidden_state#cosine")


def test_the_file_says_which_output_it_is_of_and_claims_no_layer(folder: Path, photo: Path) -> None:
    record, request = asked(folder, photo, "logits", channel=1)
    with Image.open(io.BytesIO(png_bytes(draw(record, request), record, request))) as picture:
        picture.load()
        info = picture.info
    assert (info["Output"], info["Channel"], info["Model"]) == ("logits", "1", "maps")
    assert not {"Layer", "Head", "Difference"} & set(info)
    everything = json.loads(info["mirante"])
    assert (everything["view"], everything["output"], everything["channel"]) == ("map", "logits", 1)
    assert (everything["low"], everything["high"]) == (0.0, 1.0)
    assert propose_name(record, request) == "mirante_maps_logits_channel1_map.png"


@pytest.mark.parametrize("scale", [1.0, 4.0])
def test_a_figure_is_as_large_as_asked_for(folder: Path, photo: Path, scale: float) -> None:
    record, request = asked(folder, photo, "saliency")
    page = lay_out(record, request)
    sized = FigureRequest("map", 0, drawn=request.drawn, scale=scale, theme="dark")
    assert draw(record, sized).size == (round(page.width * scale), round(page.height * scale))


def test_no_word_leaves_the_page_or_stands_on_another(folder: Path, photo: Path) -> None:
    for key in ("logits", "saliency"):
        record, request = asked(folder, photo, key)
        check_words(lay_out(record, request))


def test_an_input_without_a_map_is_refused_in_one_sentence() -> None:
    with pytest.raises(InputError, match="No output of the model lies over a photo"):
        lay_out(photo_record(4), FigureRequest("map", 0))


def test_the_command_draws_what_the_window_draws(folder: Path, photo: Path, tmp_path: Path) -> None:
    out = tmp_path / "map.png"
    given = ["figure", str(folder), "--image", str(photo), "--view", "map", "--scale", "1"]
    assert run([*given, "--output", "saliency", "--out", str(out)]) == 0
    record, request = asked(folder, photo, "saliency")
    sized = FigureRequest("map", 0, drawn=request.drawn, scale=1.0)
    with Image.open(out) as drawn:
        assert np.array_equal(np.asarray(drawn.convert("RGB")), np.asarray(draw(record, sized)))
    assert run([*given, "--out", str(out)]) == 0  # the first map
    with Image.open(out) as drawn:
        drawn.load()
        assert drawn.info["Output"] == "logits"


def test_the_command_says_which_maps_there_are(
    folder: Path, photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["figure", str(folder), "--image", str(photo), "--view", "map", "--out"]
    out = str(tmp_path / "map.png")
    assert run([*given, out, "--output", "depth"]) == 2
    assert "There is no map “depth”. Choose one of: logits, saliency" in capsys.readouterr().err
    assert run([*given, out, "--output", "logits", "--channel", "7"]) == 2
    assert "“logits” has no channel 7" in capsys.readouterr().err
    assert not Path(out).exists()


def test_maps_come_before_what_is_computed_of_vectors(folder: Path, photo: Path) -> None:
    model = open_model(folder)
    record = model.run_image(str(photo))
    assert keys_of(read_outputs(record, model), record.encoded) == (
        "logits", "saliency", "last_hidden_state#cosine", "last_hidden_state#norm",
    )  # fmt: skip
