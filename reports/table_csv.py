"""The listed models as CSV, for spreadsheets: a line of headings, then a line for each model; empty is not known."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import fields
from typing import TYPE_CHECKING, cast

from .rows import Row, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..catalog.query import ListedModel
    from ..inventory.models import Inventory
    from ..performance.hardware import Machine

GB = 10**9
_BOM = "\ufeff"
"""Without it Excel takes UTF-8 for something else."""
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_HALVES = re.compile("[\ud800-\udfff]")

_FIGURES = tuple(field.name for field in fields(Row))
COLUMNS = tuple(name.replace("_bytes", "_gb") for name in _FIGURES)
"""The figures of a row by their names; sizes in GB (10⁹ bytes), lists with "; " between their words."""


def as_csv(_inventory: Inventory, models: Sequence[ListedModel], _machine: Machine) -> str:
    """Return the models, in order; the first character is a byte order mark."""
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    for model in models:
        figures = row(model)
        lines.writerow([_cell(name, getattr(figures, name)) for name in _FIGURES])
    return _BOM + text.getvalue()


def _cell(name: str, value: object) -> object:
    """Return a value for a cell; None makes an empty one."""
    if isinstance(value, int) and name.endswith("_bytes"):
        return round(value / GB, 3)
    if isinstance(value, tuple):
        return _text("; ".join(cast("tuple[str, ...]", value)))
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    """Return a text; one that a spreadsheet would take for a formula gets an apostrophe."""
    kept = _HALVES.sub("\ufffd", value)
    return f"'{kept}" if _FORMULA.match(kept) else kept
