"""The inventory as JSON, for other programs.

    {"schema": 1,
     "taken_at": "2026-08-01T12:00:00+00:00",
     "wan2gp": {"version", "verified", "abilities": {name: words}, "doubts": […],
                "not_found": [{"name", "lost"}]},
     "settings": {name: value},
     "machine": {"gpu", "vram_gb", "ram_gib", "source"},
     "folders": […],
     "drives": [{"name", "roots", "total_bytes", "free_bytes", "model_bytes"}],
     "totals": {"models", "downloaded", "partial", "missing", "bytes_on_disk", "listed"},
     "problems": […],
     "models": [{…the figures of rows.Row…, "stopped_by", "problems": […],
                 "files": [{"name", "role", "state", "path", "url", "size_bytes", "size_origin", "reason"}]}]}

null is not known. "totals" count all models that the host lists; "models" are those that the page shows, in its order.
"stopped_by" is the file at which Generate would stop with an error. A name may be added to any object without
another number of the schema; none is taken away or changes its meaning.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..catalog import labels, sentences
from ..inventory.models import ModelStatus
from .rows import row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..catalog.query import ListedModel
    from ..inventory.models import Inventory, TrackedFile
    from ..performance.hardware import Machine

SCHEMA = 1
_HALVES = re.compile("[\ud800-\udfff]")


def as_json(inventory: Inventory, models: Sequence[ListedModel], machine: Machine) -> str:
    """Return the whole as one JSON object."""
    told = {
        "schema": SCHEMA,
        "taken_at": inventory.taken_at.isoformat(),
        "wan2gp": _wan2gp(inventory),
        "settings": dict(labels.settings(inventory.settings)),
        "machine": {
            "gpu": machine.gpu_name,
            "vram_gb": machine.card_gb,
            "ram_gib": machine.ram_gib,
            "source": machine.source,
        },
        "folders": list(inventory.roots),
        "drives": [asdict(drive) for drive in inventory.drives],
        "totals": {
            "models": len(inventory.visible),
            **{status.value: inventory.count(status) for status in ModelStatus},
            "bytes_on_disk": inventory.bytes_on_disk,
            "listed": len(models),
        },
        "problems": [str(problem) for problem in inventory.problems],
        "models": [_model(model) for model in models],
    }
    text = json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False)
    return _HALVES.sub(lambda half: f"\\u{ord(half[0]):04x}", text) + "\n"  # UTF-8 cannot hold them


def _wan2gp(inventory: Inventory) -> dict[str, Any]:
    known = inventory.compatibility
    return {
        "version": inventory.version,
        "verified": known.is_verified if known else None,
        "abilities": {one.name: one.words for one in known.capabilities} if known else {},
        "doubts": list(known.uncertainties) if known else [],
        "not_found": [{"name": name.name, "lost": name.impact} for name in inventory.missing_names],
    }


def _model(model: ListedModel) -> dict[str, Any]:
    tracked = model.tracked
    return {
        **asdict(row(model)),
        "stopped_by": tracked.stopped_by.required.name if tracked.stopped_by else None,
        "problems": [str(problem) for problem in tracked.problems],
        "files": [_file(file) for file in tracked.files],
    }


def _file(file: TrackedFile) -> dict[str, Any]:
    return {
        "name": file.required.name,
        "role": file.required.role.value,
        "state": file.state.value,
        "path": file.path,
        "url": file.required.url,
        "size_bytes": file.size_bytes,
        "size_origin": file.size.origin.value,
        "reason": sentences.reason(file),
    }
