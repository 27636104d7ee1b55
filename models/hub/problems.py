"""What the hub's refusals and silences mean, as sentences with what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from models.errors import HubError, HubOutOfReachError, MiranteError, ModelFileError
from models.hub.reference import HubReference, hub_name
from models.i18n import mark

_NETWORK: Final = {"httpx", "httpx2", "httpcore", "httpcore2"}
_SERVER: Final = 500
_BUSY: Final = 429
_UNAUTHORISED, _FORBIDDEN, _MISSING = 401, 403, 404

_TOKEN_HINT: Final = mark(
    "For a private model, put a token that may read it (from {hub}/settings/tokens) into the "
    "environment variable HF_TOKEN and start Mirante again."
)
_STILL_OPENS: Final = mark("Models that are already on this computer still open.")


def offline() -> HubOutOfReachError:
    """Return the error for a network that the environment forbids."""
    return HubOutOfReachError(
        mark("The network is switched off by HF_HUB_OFFLINE, so nothing can be downloaded."),
        hint=_STILL_OPENS,
    )


def out_of_reach(details: str) -> HubOutOfReachError:
    """Return the error for a hub that does not answer."""
    return HubOutOfReachError(
        mark("{hub} is out of reach."),
        hint=_STILL_OPENS,
        details=details,
        hub=hub_name(),
    )


def nonsense(details: str) -> HubOutOfReachError:
    """Return the error for an answer that no hub gives: a login page, a proxy's own words."""
    return HubOutOfReachError(
        mark("Something other than {hub} answered; a network that wants a login does so."),
        hint=_STILL_OPENS,
        details=details,
        hub=hub_name(),
    )


def no_model_in(reference: HubReference, paths: Sequence[str]) -> ModelFileError:
    """Return the error for a repository without an .onnx file: how to make one."""
    return ModelFileError(
        mark("“{repo}” holds no .onnx file."),
        hint=mark(
            "Export it once, then open the folder: optimum-cli export onnx --model {repo} exported/"
        ),
        details="\n".join(paths[:200]),
        repo=reference.repo,
    )


def explained(
    error: Exception, reference: HubReference, *, with_token: bool
) -> MiranteError | None:
    """Return the sentence for an error of the network or the hub, None for any other."""
    from huggingface_hub import errors  # noqa: PLC0415  # imported already when this is reached

    values = {"repo": reference.repo, "hub": hub_name(), "revision": reference.revision}
    if isinstance(error, errors.GatedRepoError):
        return _gated(str(error), values)
    if isinstance(error, errors.RepositoryNotFoundError):
        return _not_found(str(error), values, with_token=with_token)
    if isinstance(error, errors.RevisionNotFoundError):
        message = mark("“{repo}” has no revision “{revision}” on {hub}.")
        return HubError(message, hint=mark("Look at its branches and tags there."), **values)
    if isinstance(error, errors.HfHubHTTPError):
        return _refused(error, error.response.status_code, values, with_token=with_token)
    return _without_answer(error)


def _without_answer(error: Exception) -> MiranteError | None:
    details = f"{type(error).__name__}: {error}"
    if isinstance(error, OSError) or _of_the_network(error):
        return out_of_reach(details)
    if isinstance(error, ValueError | TypeError | LookupError | AttributeError):
        return nonsense(details)  # this is what reading an answer raises
    return None


def _of_the_network(error: Exception) -> bool:
    """Whether the HTTP library raised it; which one that is, is huggingface_hub's business."""
    return type(error).__module__.partition(".")[0] in _NETWORK


def _gated(details: str, values: dict[str, str]) -> HubError:
    return HubError(
        mark("“{repo}” is gated: its owner wants conditions to be accepted first."),
        hint=mark(
            "Accept them at {hub}/{repo}, put your token into the environment variable HF_TOKEN "
            "and start Mirante again."
        ),
        details=details,
        **values,
    )


def _not_found(details: str, values: dict[str, str], *, with_token: bool) -> HubError:
    message = mark("There is no model “{repo}” on {hub}, or it is private.")
    hint = _TOKEN_HINT
    if with_token:
        message = mark("There is no model “{repo}” on {hub} that the token in HF_TOKEN may read.")
        hint = mark("Check the name, and what the token allows.")
    return HubError(message, hint=hint, details=details, **values)


def _refused(
    error: Exception, status: int, values: dict[str, str], *, with_token: bool
) -> HubError:
    details = str(error)
    if status == _MISSING:
        return _not_found(details, values, with_token=with_token)
    if status == _UNAUTHORISED and with_token:
        message = mark("{hub} does not accept the token in HF_TOKEN.")
        hint = mark("Make a new one at {hub}/settings/tokens, or remove the variable.")
        return HubError(message, hint=hint, details=details, **values)
    if status in {_UNAUTHORISED, _FORBIDDEN}:
        message = mark("{hub} does not let you read “{repo}”.")
        return HubError(message, hint=_TOKEN_HINT, details=details, **values)
    if status == _BUSY:
        message = mark("{hub} asks to wait: too many requests.")
        hint = mark("Try again in some minutes; what has been downloaded is kept.")
        return HubOutOfReachError(message, hint=hint, details=details, **values)
    if status >= _SERVER:
        return out_of_reach(details)
    message = mark("{hub} refused the request (status {status}).")
    return HubError(message, details=details, status=status, **values)
