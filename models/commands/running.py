"""``main.py providers``, and the ``--provider`` of the other commands."""

from __future__ import annotations

import argparse
import json
import sys

from models.commands.streams import keep_output_for_answers
from models.i18n import tr
from models.providers.candidates import Candidate
from models.providers.options import CPU
from models.providers.trying import candidates, chosen, reason_of
from models.runtime import RuntimeOptions


def command(args: argparse.Namespace) -> int:
    """Print what can run models here, and for everything else why not."""
    found = candidates(fresh=args.fresh)
    if args.json:
        text = json.dumps([facts(candidate) for candidate in found], ensure_ascii=False, indent=2)
    else:
        text = "\n".join(map(line, found))
    sys.stdout.write(text + "\n")
    return 0


def facts(candidate: Candidate) -> dict[str, object]:
    """Return what is known of a candidate, fit for JSON."""
    return {
        "name": candidate.title,
        "provider": candidate.provider,
        "device": candidate.device or None,
        "maker": candidate.maker or None,
        "package": candidate.package or None,
        "automatic": candidate.automatic,
        "works": candidate.works,
        "reason": reason_of(candidate) or None,
    }


def line(candidate: Candidate) -> str:
    """Return one line for a terminal."""
    device = " ".join(part for part in (candidate.device, candidate.maker) if part)
    said = tr("works") if candidate.works else reason_of(candidate)
    return f"{candidate.title:<16}{device:<24}{said}".rstrip()


def asked_options(args: argparse.Namespace) -> RuntimeOptions:
    """Return how to run what ``args`` ask for; standard output is kept clean off the CPU.

    Raises InputError when the provider of ``--provider`` does not work here.
    """
    written = getattr(args, "provider", None) or ""
    if not written:
        return RuntimeOptions()
    provider = chosen(written)
    if provider != CPU:
        keep_output_for_answers()
    return RuntimeOptions(provider=provider)
