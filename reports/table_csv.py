"""The listed models as CSV, for spreadsheets."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple
from typing import TYPE_CHECKING

from .rows import COLUMNS, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..inventory.inventory import Inventory
    from ..inventory.listing import ListedModel
    from ..performance.hardware import Machine

_BOM = "\ufeff"
"""Without it Excel takes UTF-8 for something else."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(_inventory: Inventory, models: Sequence[ListedModel], _machine: Machine) -> str:
    """Return one line for each model, below a line of headings; an empty cell is not known."""
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    lines.writerows([_cell(value) for value in astuple(row(model))] for model in models)
    return _BOM + text.getvalue()


def _cell(value: object) -> object:
    """Return a value for a cell; a text that a spreadsheet would take for a formula gets an apostrophe."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
