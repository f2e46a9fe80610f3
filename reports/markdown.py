"""The inventory as Markdown: in full for an issue or a note to oneself, in short for a Discord post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..catalog import labels, sentences
from ..catalog.columns import COLUMNS
from ..inventory.models import ModelStatus
from ..phrases import counted
from ..units import amount
from ..wan2gp.names import HOST_NAMES
from .escaping import escaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ..catalog.query import ListedModel
    from ..inventory.models import Inventory, TrackedModel
    from ..performance.hardware import Machine
    from ..wan2gp.problems import Problem

_NAMED = 3
"""Models with the same problem are named up to this many."""


def full_report(inventory: Inventory, models: Sequence[ListedModel], machine: Machine) -> str:
    """Return summary, settings, drives, table, per-family inventory, problems and compatibility.

    Args:
        inventory: The scan.
        models: The models to list, in order; the summary counts all of the inventory's.
        machine: The machine that they are judged for.
    """
    sections = [
        f"# Wan2GP models\n\n{summary(inventory)}",
        _section("Settings", _settings(inventory, machine)),
        _section("Drives", map(labels.drive, inventory.drives)),
        _table(models, len(inventory.listed)),
        _by_family(models),
        _section("Problems and notes", _problems(inventory)),
        _section("Compatibility", _compatibility(inventory)),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def summary(inventory: Inventory) -> str:
    """Return when the disk was looked at, how many models have which status, and how much they take."""
    counts = [
        f"{labels.STATUS_MARKS[status]} {inventory.count(status)} {labels.status_word(status)}"
        for status in ModelStatus
    ]
    return counted(
        len(inventory.visible),
        (
            "{when}: {number} model: {counts}. {size} of model files on disk.",
            "{when}: {number} models: {counts}. {size} of model files on disk.",
        ),
        when=f"{inventory.taken_at.astimezone():%Y-%m-%d %H:%M}",
        counts=", ".join(counts),
        size=amount(inventory.bytes_on_disk),
    )


def machine_words(machine: Machine) -> str:
    """Return the graphics card and the memory: "RTX 3060, 12 GB VRAM, 64 GiB RAM"."""
    facts = [machine.gpu_name or "graphics card not known"]
    facts += [f"{machine.card_gb:g} GB VRAM"] if machine.card_gb else []
    shared = ", shared" if machine.shared_gib else ""
    facts += [f"{machine.ram_gib:.0f} GiB RAM{shared}"] if machine.ram_gib else []
    return ", ".join(facts)


def _section(title: str, lines: Iterable[str]) -> str:
    """Return a section with a list of texts; nothing where there is none."""
    listed = "\n".join(f"- {escaped(line)}" for line in lines)
    return f"## {title}\n\n{listed}" if listed else ""


def _settings(inventory: Inventory, machine: Machine) -> list[str]:
    settings = [
        ("Wan2GP", inventory.version or "version not known"),
        *labels.settings(inventory.settings),
        ("Machine", machine_words(machine)),
        *(("Checkpoint folder", root) for root in inventory.roots),
    ]
    return [f"{name}: {value}" for name, value in settings]


def _table(models: Sequence[ListedModel], of_all: int) -> str:
    headings = [column.heading for column in COLUMNS]
    lines = [headings, *([escaped(column.cell(model)) for column in COLUMNS] for model in models)]
    head, *rows = [f"| {' | '.join(line)} |" for line in lines]
    return "\n\n".join(
        [
            "## Models",
            *part_of(len(models), of_all),
            "\n".join([head, f"|{'---|' * len(COLUMNS)}", *rows]),
            "Speed, VRAM and quality are not measured on this computer: “~” estimated, without it published, “–” not known.",
        ]
    )


def part_of(matching: int, of_all: int) -> list[str]:
    """Return that these are not all models; nothing where they are."""
    forms = (
        "{matching} of {number} model, as filtered on the page.",
        "{matching} of {number} models, as filtered on the page.",
    )
    return [counted(of_all, forms, matching=matching)] if matching < of_all else []


def _by_family(models: Sequence[ListedModel]) -> str:
    blocks: list[str] = []
    for family in dict.fromkeys(model.tracked.family for model in models):
        members = [model.tracked for model in models if model.tracked.family == family]
        downloaded = [model for model in members if model.status is ModelStatus.DOWNLOADED]
        partial = [model for model in members if model.status is ModelStatus.PARTIAL]
        lines = [f"### {escaped(family)}: {len(downloaded)} of {len(members)} downloaded"]
        lines += [f"- {labels.STATUS_MARKS[model.status]} {escaped(model.name)}" for model in downloaded]
        lines += [
            f"- {labels.STATUS_MARKS[model.status]} "
            f"{escaped(f'{model.name}: {sentences.what_generate_does(model)}')}"
            for model in partial
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join(["## By family", *blocks]) if blocks else ""


def _problems(inventory: Inventory) -> list[str]:
    return [*map(str, inventory.problems), *each_once(inventory.models.values(), str)]


def each_once(models: Iterable[TrackedModel], sentence: Callable[[Problem], str]) -> list[str]:
    """Return each problem of models once, with the models' names: "A, B: …", "A and 216 more: …"."""
    names_by_problem: dict[str, list[str]] = {}
    for model in models:
        for problem in model.problems:
            names_by_problem.setdefault(sentence(problem), []).append(model.name)
    return [f"{_names(names)}: {problem}" for problem, names in names_by_problem.items()]


def _names(names: Sequence[str]) -> str:
    if len(names) <= _NAMED:
        return ", ".join(names)
    return f"{names[0]} and {len(names) - 1} more"


def _compatibility(inventory: Inventory) -> list[str]:
    """Return how this Wan2GP works, which names were found in it, and what each missing one costs."""
    lines = list(inventory.compatibility.lines) if inventory.compatibility else []
    missing = {name.name for name in inventory.missing_names}
    present = [name.name for name in HOST_NAMES if name.name not in missing]
    lines += [f"Found: {', '.join(present)}."] if inventory.models else []
    return lines + [f"Not found: {name.name}: {name.impact}." for name in inventory.missing_names]
