"""What might run a model here, and whether it really does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from models.encoded import Notice
from models.i18n import tr
from models.providers.options import CPU, parted

_SUFFIX: Final = "ExecutionProvider"


@dataclass(frozen=True, slots=True)
class Kind:
    """A provider that onnxruntime is known to be built with.

    ``systems`` are the values of ``sys.platform`` it exists on. ``automatic`` tells that it may
    be chosen without being named.
    """

    name: str
    title: str
    device: str
    systems: tuple[str, ...]
    automatic: bool = True
    aliases: tuple[str, ...] = ()


# The first that works is what “auto” takes; the order is that of expected speed.
KINDS: Final = (
    Kind("CUDAExecutionProvider", "CUDA", "GPU", ("linux", "win32")),
    Kind("CoreMLExecutionProvider", "CoreML", "GPU", ("darwin",)),
    Kind("DmlExecutionProvider", "DirectML", "GPU", ("win32",), aliases=("directml",)),
    Kind("MIGraphXExecutionProvider", "MIGraphX", "GPU", ("linux",)),
    Kind("ROCMExecutionProvider", "ROCm", "GPU", ("linux",)),
    Kind("WebGpuExecutionProvider", "WebGPU", "GPU", ("linux", "win32", "darwin")),
    # Minutes of preparation for each model: only by hand.
    Kind(
        "TensorrtExecutionProvider", "TensorRT", "GPU", ("linux", "win32"),
        automatic=False, aliases=("trt",),
    ),
    Kind(
        "NvTensorRTRTXExecutionProvider", "TensorRT RTX", "GPU", ("linux", "win32"),
        automatic=False,
    ),
    Kind("OpenVINOExecutionProvider", "OpenVINO", "CPU", ("linux", "win32"), automatic=False),
    Kind("QNNExecutionProvider", "QNN", "NPU", ("linux", "win32"), automatic=False),
)  # fmt: skip
ANSWER: Final = "mirante-probe:"  # what the answer of ``models.providers.probe`` begins with
HIDDEN: Final = ("AzureExecutionProvider",)  # sends inputs to a server


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to run a model, and whether it works here.

    ``provider`` is what ``RuntimeOptions`` takes. ``device`` is CPU, GPU or NPU, ``maker`` its
    maker's or own name. ``why_not`` is one sentence, None when it works. ``package`` is the
    plug-in it comes from, empty for what is part of onnxruntime.
    """

    provider: str
    device: str
    maker: str = ""
    why_not: Notice | None = None
    package: str = ""

    @property
    def works(self) -> bool:
        """Whether a small model really ran on it."""
        return self.why_not is None

    @property
    def title(self) -> str:
        """The name that people are shown."""
        return title_of(self.provider)

    @property
    def automatic(self) -> bool:
        """Whether it may be chosen without being named: graphics cards, quick to start."""
        kind = next((kind for kind in KINDS if kind.name == parted(self.provider)[0]), None)
        if kind is not None and not self.package:
            return kind.automatic
        return self.device == "GPU" and "tensorrt" not in self.provider.lower()

    def as_json(self) -> dict[str, Any]:
        """Return these facts for a file, the reason untranslated."""
        reason = self.why_not
        return {
            "provider": self.provider,
            "device": self.device,
            "maker": self.maker,
            "package": self.package,
            "why_not": None if reason is None else [reason.message, dict(reason.values)],
        }


def candidate_of(stored: Mapping[str, Any]) -> Candidate:
    """Return what ``as_json`` gave; raises KeyError, TypeError or ValueError for anything else."""
    reason = None
    if stored["why_not"] is not None:
        message, values = stored["why_not"]
        reason = Notice(str(message), dict(values))
    words = {name: str(stored[name]) for name in ("provider", "device", "maker", "package")}
    return Candidate(why_not=reason, **words)


def title_of(provider: str) -> str:
    """Return a provider's short name: ``CUDA``, ``OpenVINO (GPU)``."""
    name, device = parted(provider)
    known = {kind.name: kind.title for kind in KINDS}
    title = known.get(name, name.removesuffix(_SUFFIX))
    return tr("{provider} ({device})", provider=title, device=device) if device else title


def names_of(provider: str) -> frozenset[str]:
    """Return every way to write a provider, in small letters."""
    name, device = parted(provider)
    kind = next((kind for kind in KINDS if kind.name == name), None)
    short = {name, name.removesuffix(_SUFFIX)}
    if kind is not None:
        short |= {kind.title, *kind.aliases}
    plain = {word.lower() for word in short}
    return frozenset(f"{word}:{device.lower()}" for word in plain) if device else frozenset(plain)


CPU_CANDIDATE: Final = Candidate(CPU, "CPU")
