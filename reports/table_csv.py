"""The listed models as CSV, for spreadsheets: a line of headings, then a line for each model; empty is not known.

The headings are the figures of `table_json` by the same names, with the same values, but for sizes, which are in GB
(10⁹ bytes) under names that end in `_gb`, and lists, which have "; " between their items.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from ..catalog.columns import FIGURES, figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..catalog.columns import Value
    from ..catalog.query import ListedModel
    from ..inventory.models import Inventory
    from ..performance.hardware import Machine

GB = 10**9
_BOM = "\ufeff"
"""Without it Excel takes UTF-8 for something else."""
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_HALVES = re.compile("[\ud800-\udfff]")

HEADINGS = tuple(name.replace("_bytes", "_gb") for name in FIGURES)


def as_csv(_inventory: Inventory, models: Sequence[ListedModel], _machine: Machine) -> str:
    """Return the models, in order; the first character is a byte order mark."""
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(HEADINGS)
    for model in models:
        lines.writerow([_cell(name, value) for name, value in figures(model).items()])
    return _BOM + text.getvalue()


def _cell(name: str, value: Value) -> str | float | None:
    """Return a value for a cell; None makes an empty one."""
    if isinstance(value, int) and name.endswith("_bytes"):
        return round(value / GB, 3)
    if isinstance(value, tuple):
        return _text("; ".join(value))
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    """Return a text; one that a spreadsheet would take for a formula gets an apostrophe."""
    kept = _HALVES.sub("\ufffd", value)
    return f"'{kept}" if _FORMULA.match(kept) else kept
