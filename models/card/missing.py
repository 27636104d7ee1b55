"""What an opened model lacks: what was looked for, what is there instead, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from models.card.layers import LayerLine
from models.card.words import difference, listed, ranges, worst_of
from models.config import ConfigFile, whole_number
from models.encoded import Notice
from models.errors import MiranteError
from models.i18n import Count, mark
from models.record import Record

if TYPE_CHECKING:
    from models.api import Model

_HUB_NAME: Final = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_CACHED: Final = "models--"  # how the hub's cache begins the name of a folder
_LAYERS: Final = ("num_hidden_layers", "n_layers", "num_layers", "n_layer", "encoder_layers")
_TASKS: Final = {
    "ForMaskedLM": "fill-mask",
    "ForSequenceClassification": "text-classification",
    "ForTokenClassification": "token-classification",
    "ForQuestionAnswering": "question-answering",
    "ForImageClassification": "image-classification",
    "ForSemanticSegmentation": "semantic-segmentation",
}
_TOO_FAR: Final = 1e-3  # a difference of weights above this is more than rounding


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing: what was looked for, what is there, what to do, and the command that does it."""

    looked_for: Notice
    there: Notice
    remedy: Notice
    command: str = ""

    def text(self) -> str:
        """Return all of it as lines, in the language in force."""
        parts = [notice.sentence for notice in (self.looked_for, self.there, self.remedy)]
        return "\n".join([*parts, *([f"    {self.command}"] if self.command else [])])


def missing_from(
    model: Model, record: Record | None, lines: tuple[LayerLine, ...]
) -> tuple[Missing, ...]:
    """Return what ``model`` lacks, told from its files, a run of it, and the check."""
    found: list[Missing] = []
    found += _tokenizer(model)
    found += _preparation(model)
    found += _layers(model)
    found += _loops(model)
    found += _grid(model, record)
    found += _direct(model, lines)
    found += _far(model, lines)
    found += _fixed(model)
    return tuple(found)


def hub_name(model: Model) -> str:
    """Return the model's name on the hub as far as its files tell, else ``ORG/NAME``."""
    cached = (p.name for p in model.files.onnx.parents if p.name.startswith(_CACHED))
    for name in cached:
        return name.removeprefix(_CACHED).replace("--", "/")
    said = model.files.config.text("_name_or_path") or ""
    return said if _HUB_NAME.fullmatch(said) and not Path(said).exists() else "ORG/NAME"


def export_command(model: Model) -> str:
    """Return the command that exports the model so that everything can be seen."""
    said = model.files.config.values.get("architectures")
    names = [str(name) for name in said] if isinstance(said, list) else []
    found = (task for end, task in _TASKS.items() for name in names if name.endswith(end))
    task, name = next(found, "feature-extraction"), hub_name(model)
    folder = f"{name.split('/')[-1]}-onnx/"
    return f"optimum-cli export onnx --model {name} --task {task} {folder}"


def _download(model: Model, *files: str) -> str:
    folder = str(model.files.folder)
    quoted = f'"{folder}"' if re.search(r"[^\w./\\:-]", folder) else folder
    return f"hf download {hub_name(model)} {' '.join(files)} --local-dir {quoted}"


def _tokenizer(model: Model) -> Iterator[Missing]:
    if model.modality != "text":
        return
    there = Notice(mark("The folder holds: {files}."), {"files": _files_beside(model)})
    try:
        _ = model.text_encoder
    except MiranteError as error:
        if model.files.tokenizer is not None or model.corrections.tokenizer is not None:
            there = Notice(error.message, error.values)
    else:
        return
    yield Missing(
        Notice(
            mark("Looked for tokenizer.json, vocab.txt or vocab.json beside “{file}”."),
            {"file": model.files.onnx.name},
        ),
        there,
        Notice(mark("Choose a tokenizer under “What is fed”, or download it:")),
        _download(model, "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"),
    )


def _files_beside(model: Model) -> str:
    try:
        names = sorted(p.name for p in model.files.onnx.parent.iterdir() if p.is_file())
    except OSError:
        names = []
    return listed(names, most=8) or "–"


def _preparation(model: Model) -> Iterator[Missing]:
    said = model.corrections
    complete = said.mean is not None and said.std is not None
    if model.modality != "image" or model.image_encoder.preparation.source or complete:
        return
    yield Missing(
        Notice(mark("Looked for preprocessor_config.json, or timm's pretrained_cfg.")),
        Notice(mark("The folder holds: {files}."), {"files": _files_beside(model)}),
        Notice(mark("Correct size, mean and deviation under “What is fed”, or download it:")),
        _download(model, "preprocessor_config.json"),
    )


def _layers(model: Model) -> Iterator[Missing]:
    promised, found = promised_layers(model), len(model.tapped.blocks)
    if promised is None or found >= promised:
        return
    rejected = len(model.tapped.rejected)
    yield Missing(
        Notice(mark("config.json promises attention in {count} layers."), {"count": promised}),
        Notice(
            mark("It was found in {found}; {rejected} softmaxes were looked at and turned down."),
            {"found": found, "rejected": rejected},
        ),
        Notice(mark("Export the model again with standard operators:")),
        export_command(model),
    )


def _loops(model: Model) -> Iterator[Missing]:
    from models.graph.branches import loops_with_attention  # noqa: PLC0415  # loads onnx

    names = loops_with_attention(model.tapped.graph)
    if names:
        yield Missing(
            Notice(mark("Looked for attention inside loops as well.")),
            Notice(
                mark(
                    "{loops} hold some: it runs anew in every turn and leaves no tensor to look "
                    "at, so it is not among the layers."
                ),
                {"loops": listed([f"“{name}”" for name in names], most=4)},
            ),
            Notice(mark("Export by tracing instead of scripting: that writes every turn out.")),
            export_command(model),
        )


def promised_layers(model: Model) -> int | None:
    """Return how many layers the part of the config that this model is promises."""
    depths = own_config(model).values.get("depths")
    if isinstance(depths, list) and all(isinstance(depth, int) for depth in depths):
        return sum(depths)
    return promised_number(model, _LAYERS)


def own_config(model: Model) -> ConfigFile:
    """Return the part of config.json that speaks of this model: of a pair, one tower's."""
    config = model.files.config
    inner = config.section("vision_config" if model.modality == "image" else "text_config")
    return inner or config


def promised_number(model: Model, names: Sequence[str]) -> int | None:
    """Return the first of ``names`` that config.json gives as a whole number."""
    config = own_config(model)
    found = (whole_number(config.values.get(name)) for name in names)
    return next((number for number in found if number is not None and number > 0), None)


def _grid(model: Model, record: Record | None) -> Iterator[Missing]:
    if record is None or model.modality != "image" or record.encoded.grid is not None:
        return
    yield Missing(
        Notice(mark("Looked for the patches: a convolution at the input, patch_size in a config.")),
        Notice(
            mark("There are {count} tokens whose place in the photo is unknown."),
            {"count": Count(len(record.tokens))},
        ),
        Notice(mark("Correct the patch size or the special tokens under “What is fed”.")),
    )


def _direct(model: Model, lines: tuple[LayerLine, ...]) -> Iterator[Missing]:
    layers = [line.index for line in lines if line.direct]
    if not layers:
        return
    yield Missing(
        Notice(
            mark("Looked for scores that queries, keys, scale, mask and bias add up to."),
        ),
        Notice(
            mark("In {layers} something else is done to them, so the runtime's weights are shown."),
            {"layers": ranges(layers)},
        ),
        Notice(mark("For every step of a row, export the model with standard operators:")),
        export_command(model),
    )


def _far(model: Model, lines: tuple[LayerLine, ...]) -> Iterator[Missing]:
    layers = [x.index for x in lines if x.difference is not None and not x.difference < _TOO_FAR]
    if not layers:
        return
    worst = worst_of(lines[i].difference for i in layers)
    yield Missing(
        Notice(mark("Looked for the runtime's own weights and attention vectors.")),
        Notice(
            mark("In {layers} ours differ from them by up to {worst}: read these with care."),
            {"layers": ranges(layers), "worst": difference(worst)},
        ),
        Notice(mark("Please report it, with the details of this card. A plain export may help:")),
        export_command(model),
    )


def _fixed(model: Model) -> Iterator[Missing]:
    shapes = {role: p.shape for p in model.inputs for role in [model.roles[p.name]]}
    length = shapes.get("ids", ())[1:2]
    if length and isinstance(length[0], int):
        yield Missing(
            Notice(mark("Looked for a free sequence length.")),
            Notice(
                mark("The file takes exactly {count} tokens; shorter texts are padded."),
                {"count": Count(length[0])},
            ),
            Notice(mark("Export the model with free sizes:")),
            export_command(model),
        )
    if model.modality == "image" and not model.image_encoder.free:
        yield Missing(
            Notice(mark("Looked for a free height and width.")),
            Notice(mark("The file takes pictures of one size only.")),
            Notice(mark("For more patches and a finer map, export the model with free sizes:")),
            export_command(model),
        )
