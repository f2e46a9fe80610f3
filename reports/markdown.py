"""The inventory as a Markdown report, fit for an issue or a note to oneself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..inventory import wording
from ..inventory.inventory import Inventory, ModelStatus

if TYPE_CHECKING:
    from ..inventory.listing import ListedModel
    from ..performance.hardware import Machine

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


def report(inventory: Inventory, models: Sequence[ListedModel], machine: Machine) -> str:
    """Return summary, table, per-family inventory and the settings they hold for.

    Args:
        inventory: The scan.
        models: The models to list, in order; the summary counts all of the inventory's.
        machine: The machine that they are judged for.
    """
    sections = [
        _summary(inventory),
        _settings(inventory, machine),
        _table(models, len(inventory.visible)),
        _by_family(models),
        _problems(inventory),
        _compatibility(inventory),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _summary(inventory: Inventory) -> str:
    counts = ", ".join(
        f"{wording.STATUS_MARKS[status]} {inventory.count(status)} {status.value}" for status in ModelStatus
    )
    return (
        "# Wan2GP models\n\n"
        f"{inventory.taken_at.astimezone():%Y-%m-%d %H:%M}: {len(inventory.visible)} models: {counts}. "
        f"{wording.amount(inventory.bytes_on_disk)} of model files on disk."
    )


def _settings(inventory: Inventory, machine: Machine) -> str:
    facts = [
        ("Wan2GP", inventory.version or "version not known"),
        *wording.settings(inventory.settings),
        ("Graphics card", machine.gpu_name or "not known"),
        *(("Checkpoint folder", root) for root in inventory.roots),
    ]
    return "## Settings\n\n" + "\n".join(f"- {name}: {escaped(value)}" for name, value in facts)


def _table(models: Sequence[ListedModel], of_all: int) -> str:
    headings = [
        "Status",
        "Model",
        "Speed",
        "VRAM (GB)",
        "Quality",
        "Size (GB)",
        "To fetch",
        "Id",
    ]
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    for model in models:
        tracked, figures = model.tracked, model.figures
        cells = [
            f"{wording.STATUS_MARKS[tracked.status]} {tracked.status.value}",
            tracked.name,
            wording.known(figures.speed_tier),
            wording.vram_words(figures.vram_min_gb, figures.vram_recommended_gb),
            wording.known(figures.quality_tier),
            wording.gigabytes(tracked.size),
            wording.fetch_words(tracked),
            tracked.model_type,
        ]
        lines.append(f"| {' | '.join(escaped(cell) for cell in cells)} |")
    note = "Speed, VRAM and quality are published or estimated figures, not measured on this computer."
    part = f"{len(models)} of {of_all} models, as filtered on the page.\n\n" if len(models) < of_all else ""
    return f"## Models\n\n{part}" + "\n".join(lines) + f"\n\n{note}"


def _by_family(models: Sequence[ListedModel]) -> str:
    blocks: list[str] = []
    for family in dict.fromkeys(model.tracked.family for model in models):
        members = [model.tracked for model in models if model.tracked.family == family]
        have = [model for model in members if model.status is ModelStatus.DOWNLOADED]
        part = [model for model in members if model.status is ModelStatus.PARTIAL]
        lines = [f"### {escaped(family)}: {len(have)} of {len(members)} downloaded"]
        lines += [f"- {wording.STATUS_MARKS[model.status]} {escaped(model.name)}" for model in have]
        lines += [
            f"- {wording.STATUS_MARKS[model.status]} {escaped(f'{model.name}: {wording.what_generate_does(model)}')}"
            for model in part
        ]
        blocks.append("\n".join(lines))
    return "## By family\n\n" + "\n\n".join(blocks) if blocks else ""


def _problems(inventory: Inventory) -> str:
    found = [str(problem) for problem in inventory.problems]
    found += [f"{model.name}: {problem}" for model in inventory.models.values() for problem in model.problems]
    missing = [f"This Wan2GP has no {name.name}: {name.lost}." for name in inventory.missing_names]
    lines = "\n".join(f"- {escaped(line)}" for line in [*found, *missing])
    return f"## Problems and notes\n\n{lines}" if lines else ""


def _compatibility(inventory: Inventory) -> str:
    if inventory.compatibility is None:
        return ""
    lines = "\n".join(f"- {escaped(line)}" for line in inventory.compatibility.lines)
    return f"## Compatibility\n\n{lines}"
