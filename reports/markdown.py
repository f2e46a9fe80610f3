"""The inventory as Markdown: in full for an issue or a note to oneself, in short for a Discord post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..host import HOST_NAMES
from ..inventory import wording
from ..inventory.inventory import ModelStatus
from .escaping import escaped
from .rows import HEADINGS, cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ..inventory.inventory import Inventory, TrackedModel
    from ..inventory.listing import ListedModel
    from ..inventory.problems import Problem
    from ..performance.hardware import Machine

_NAMED = 3
"""Models with the same problem are named up to this many."""


def full_report(inventory: Inventory, models: Sequence[ListedModel], machine: Machine) -> str:
    """Return summary, settings, drives, table, per-family inventory, problems and what is known of the host.

    Args:
        inventory: The scan.
        models: The models to list, in order; the summary counts all of the inventory's.
        machine: The machine that they are judged for.
    """
    sections = [
        f"# Wan2GP models\n\n{summary(inventory)}",
        _section("Settings", (f"{name}: {value}" for name, value in _settings(inventory, machine))),
        _section("Drives", map(wording.drive, inventory.drives)),
        _table(models, len(inventory.visible)),
        _by_family(models),
        _section("Problems and notes", _problems(inventory)),
        _section("Compatibility", _compatibility(inventory)),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def summary(inventory: Inventory) -> str:
    """Return when the disk was looked at, how many models have which status, and how much they take."""
    counts = ", ".join(
        f"{wording.STATUS_MARKS[status]} {inventory.count(status)} {status.value}" for status in ModelStatus
    )
    return (
        f"{inventory.taken_at.astimezone():%Y-%m-%d %H:%M}: {len(inventory.visible)} models: {counts}. "
        f"{wording.amount(inventory.bytes_on_disk)} of model files on disk."
    )


def machine_words(machine: Machine) -> str:
    """Return the graphics card and the memory: "RTX 3060, 12 GB VRAM, 64 GiB RAM"."""
    told = [machine.gpu_name or "graphics card not known"]
    told += [f"{machine.card_gb:g} GB VRAM"] if machine.card_gb else []
    told += [f"{machine.ram_gib:.0f} GiB RAM"] if machine.ram_gib else []
    return ", ".join(told)


def _section(title: str, lines: Iterable[str]) -> str:
    """Return a section with a list of texts; nothing where there is none."""
    listed = "\n".join(f"- {escaped(line)}" for line in lines)
    return f"## {title}\n\n{listed}" if listed else ""


def _settings(inventory: Inventory, machine: Machine) -> list[tuple[str, str]]:
    return [
        ("Wan2GP", inventory.version or "version not known"),
        *wording.settings(inventory.settings),
        ("Machine", machine_words(machine)),
        *(("Checkpoint folder", root) for root in inventory.roots),
    ]


def _table(models: Sequence[ListedModel], of_all: int) -> str:
    lines = [HEADINGS, *(tuple(map(escaped, cells(model))) for model in models)]
    head, *rows = [f"| {' | '.join(line)} |" for line in lines]
    note = "Speed, VRAM and quality are not measured on this computer: “~” estimated, without it published, “–” not known."
    part = f"{len(models)} of {of_all} models, as filtered on the page.\n\n" if len(models) < of_all else ""
    return f"## Models\n\n{part}" + "\n".join([head, f"|{'---|' * len(HEADINGS)}", *rows]) + f"\n\n{note}"


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


def _problems(inventory: Inventory) -> list[str]:
    return [*map(str, inventory.problems), *told_once(inventory.models.values(), str)]


def told_once(models: Iterable[TrackedModel], words: Callable[[Problem], str]) -> list[str]:
    """Return each problem of models once, with whose it is: "A, B: …", "A and 216 more: …"."""
    whose: dict[str, list[str]] = {}
    for model in models:
        for problem in model.problems:
            whose.setdefault(words(problem), []).append(model.name)
    return [
        f"{', '.join(names) if len(names) <= _NAMED else f'{names[0]} and {len(names) - 1} more'}: {told}"
        for told, names in whose.items()
    ]


def _compatibility(inventory: Inventory) -> list[str]:
    """Return what is known of the host, what of it is found, and what each thing that is not found costs."""
    told = list(inventory.compatibility.lines) if inventory.compatibility else []
    missing = {name.name for name in inventory.missing_names}
    found = [name.name for name in HOST_NAMES if name.name not in missing]
    told += [f"Found: {', '.join(found)}."] if inventory.models else []
    return told + [f"Not found: {name.name}: {name.lost}." for name in inventory.missing_names]
