"""The inventory as Markdown: in full for an issue or a note to oneself, in short for a Discord post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..catalog import labels, sentences
from ..inventory.models import ModelStatus
from ..phrases import counted
from ..units import amount
from ..wan2gp.names import HOST_NAMES
from .escaping import escaped
from .rows import cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ..catalog.query import ListedModel
    from ..inventory.models import Inventory, TrackedModel
    from ..performance.hardware import Machine
    from ..wan2gp.problems import Problem

HEADINGS = ("Status", "Model", "To fetch", "Speed", "VRAM (GB)", "Quality", "Size (GB)", "Best for", "Id")
_TITLE = "Wan2GP models"
_MODELS = "Models"
_BY_FAMILY = "By family"


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
        f"# {_TITLE}\n\n{summary(inventory)}",
        _section("Settings", _settings(inventory, machine)),
        _section("Drives", map(labels.drive, inventory.drives)),
        _table(models, len(inventory.visible)),
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
    told = [machine.gpu_name or "graphics card not known"]
    told += [f"{machine.card_gb:g} GB VRAM"] if machine.card_gb else []
    told += [f"{machine.ram_gib:.0f} GiB RAM"] if machine.ram_gib else []
    return ", ".join(told)


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
    lines = [HEADINGS, *(tuple(map(escaped, cells(model))) for model in models)]
    head, *rows = [f"| {' | '.join(line)} |" for line in lines]
    table = "\n".join([head, f"|{'---|' * len(HEADINGS)}", *rows])
    part = (
        [
            counted(
                of_all,
                (
                    "{matching} of {number} model, as filtered on the page.",
                    "{matching} of {number} models, as filtered on the page.",
                ),
                matching=len(models),
            )
        ]
        if len(models) < of_all
        else []
    )
    return "\n\n".join(
        [
            f"## {_MODELS}",
            *part,
            table,
            "Speed, VRAM and quality are not measured on this computer: “~” estimated, without it published, “–” not known.",
        ]
    )


def _by_family(models: Sequence[ListedModel]) -> str:
    blocks: list[str] = []
    for family in dict.fromkeys(model.tracked.family for model in models):
        members = [model.tracked for model in models if model.tracked.family == family]
        have = [model for model in members if model.status is ModelStatus.DOWNLOADED]
        part = [model for model in members if model.status is ModelStatus.PARTIAL]
        heading = f"{escaped(family)}: {len(have)} of {len(members)} downloaded"
        lines = [f"### {heading}"]
        lines += [f"- {labels.STATUS_MARKS[model.status]} {escaped(model.name)}" for model in have]
        lines += [f"- {labels.STATUS_MARKS[model.status]} {escaped(_does(model))}" for model in part]
        blocks.append("\n".join(lines))
    return "\n\n".join([f"## {_BY_FAMILY}", *blocks]) if blocks else ""


def _does(model: TrackedModel) -> str:
    return f"{model.name}: {sentences.what_generate_does(model)}"


def _problems(inventory: Inventory) -> list[str]:
    return [*map(str, inventory.problems), *told_once(inventory.models.values(), str)]


def told_once(models: Iterable[TrackedModel], words: Callable[[Problem], str]) -> list[str]:
    """Return each problem of models once, with whose it is: "A, B: …", "A and 216 more: …"."""
    whose: dict[str, list[str]] = {}
    for model in models:
        for problem in model.problems:
            whose.setdefault(words(problem), []).append(model.name)
    return [f"{_names(names)}: {told}" for told, names in whose.items()]


def _names(names: Sequence[str]) -> str:
    if len(names) <= _NAMED:
        return ", ".join(names)
    return f"{names[0]} and {len(names) - 1} more"


def _compatibility(inventory: Inventory) -> list[str]:
    """Return what is known of the host, what of it is found, and what each thing that is not found costs."""
    told = list(inventory.compatibility.lines) if inventory.compatibility else []
    missing = {name.name for name in inventory.missing_names}
    found = [name.name for name in HOST_NAMES if name.name not in missing]
    told += ["Found: {names}.".format(names=", ".join(found))] if inventory.models else []
    return told + [f"Not found: {name.name}: {name.impact}." for name in inventory.missing_names]
