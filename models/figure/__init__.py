"""Figures for papers, drawn without a display: the window and the script make the same pixels."""

from __future__ import annotations

from models.figure.drawing import draw, lay_out
from models.figure.export import png_bytes, propose_name, save
from models.figure.request import FigureRequest
from models.figure.script import command

__all__ = ["FigureRequest", "command", "draw", "lay_out", "png_bytes", "propose_name", "save"]
