"""The inventory as JSON, for other programs.

    {"schema": 1, "taken_at": "2026-11-23T10:00:00+00:00",
     "wan2gp": {"version", "verified", "not_found": [{"name", "lost"}], "doubts": […]},
     "settings": {name: value}, "machine": {"gpu", "vram_gb", "ram_gib"},
     "folders": […], "drives": [{"name", "roots", "total_bytes", "free_bytes", "model_bytes"}],
     "totals": {"models", "downloaded", "partial", "missing", "bytes_on_disk"},
     "models": [{…the columns of rows.Row…, "problems": […],
                 "files": [{"name", "role", "state", "path", "url", "size_bytes", "size_origin", "reason"}]}]}

null is not known. "totals" count all models of the host; "models" are those listed.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..inventory import wording
from ..inventory.inventory import ModelStatus
from .rows import row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..inventory.inventory import Inventory, TrackedFile
    from ..inventory.listing import ListedModel
    from ..performance.hardware import Machine

SCHEMA = 1


def as_json(inventory: Inventory, models: Sequence[ListedModel], machine: Machine) -> str:
    """Return the whole as one JSON object."""
    known = inventory.compatibility
    told = {
        "schema": SCHEMA,
        "taken_at": inventory.taken_at.isoformat(),
        "wan2gp": {
            "version": inventory.version,
            "verified": known.is_verified if known else None,
            "not_found": [{"name": name.name, "lost": name.lost} for name in inventory.missing_names],
            "doubts": list(known.doubts) if known else [],
        },
        "settings": dict(wording.settings(inventory.settings)),
        "machine": {"gpu": machine.gpu_name, "vram_gb": machine.card_gb, "ram_gib": machine.ram_gib},
        "folders": list(inventory.roots),
        "drives": [asdict(drive) for drive in inventory.drives],
        "totals": {
            "models": len(inventory.visible),
            **{status.value: inventory.count(status) for status in ModelStatus},
            "bytes_on_disk": inventory.bytes_on_disk,
        },
        "problems": [str(problem) for problem in inventory.problems],
        "models": [_model(model) for model in models],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _model(model: ListedModel) -> dict[str, Any]:
    return {
        **asdict(row(model)),
        "problems": [str(problem) for problem in model.tracked.problems],
        "files": [_file(file) for file in model.tracked.files],
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
        "reason": wording.reason(file),
    }
