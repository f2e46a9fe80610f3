"""The inventory as Markdown: in full for an issue or a note to oneself, in short for a Discord post."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..inventory import wording
from ..inventory.inventory import Inventory, ModelStatus

if TYPE_CHECKING:
    from ..inventory.listing import ListedModel
    from ..performance.hardware import Machine

SHORT = 2000
"""Characters of a Discord post."""
_MARKUP = re.compile(
    r"[\\`*_{}\[\]<>()#!|~$&]"
    r"|:(?=//|\w+:)"  # addresses, emoji
    r"|(?<!\w)[-+=]"  # lists, headings
    r"|(?<=www)\."
    r"|(?<=^\d)[.)]|(?<=^\d\d)[.)]"  # numbered lists
)


def escaped(text: str) -> str:
    """Return text that Markdown, GitHub's and Discord's, shows as it is, on one line.

    Dots, hyphens and the like within words are left alone: nothing is made of them there.
    """
    text = _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))
    return text.replace("@", "@\u200b")  # a backslash does not keep Discord and GitHub from calling somebody


def full_report(inventory: Inventory, models: Sequence[ListedModel], machine: Machine) -> str:
    """Return summary, table, per-family inventory and the settings they hold for.

    Args:
        inventory: The scan.
        models: The models to list, in order; the summary counts all of the inventory's.
        machine: The machine that they are judged for.
    """
    sections = [
        _summary(inventory),
        _settings(inventory, machine),
        _drives(inventory),
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
            wording.status_words(tracked),
            tracked.name,
            wording.speed_figure(figures),
            wording.vram_figure(figures),
            wording.quality_figure(figures),
            wording.gigabytes(tracked.size),
            wording.fetch_words(tracked),
            tracked.model_type,
        ]
        lines.append(f"| {' | '.join(escaped(cell) for cell in cells)} |")
    note = "Speed, VRAM and quality are not measured on this computer: “~” estimated, without it published, “–” not known."
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


def _drives(inventory: Inventory) -> str:
    lines = [f"- {escaped(wording.drive(drive))}" for drive in inventory.drives]
    return "## Drives\n\n" + "\n".join(lines) if lines else ""


def _problems(inventory: Inventory) -> str:
    found = [str(problem) for problem in inventory.problems]
    found += [f"{model.name}: {problem}" for model in inventory.models.values() for problem in model.problems]
    lines = "\n".join(f"- {escaped(line)}" for line in found)
    return f"## Problems and notes\n\n{lines}" if lines else ""


def _compatibility(inventory: Inventory) -> str:
    """Return what is known of the host, what it does not offer, and what that costs."""
    told = list(inventory.compatibility.lines) if inventory.compatibility else []
    told += [f"Not found: {name.name}: {name.lost}." for name in inventory.missing_names]
    lines = "\n".join(f"- {escaped(line)}" for line in told)
    return f"## Compatibility\n\n{lines}" if lines else ""


def short_report(inventory: Inventory, models: Sequence[ListedModel], machine: Machine) -> str:
    """Return what fits a Discord post: no table, no path, at most `SHORT` characters."""
    told = inventory.compatibility
    version = f"Wan2GP {inventory.version or 'of unknown version'}"
    verified = "" if told is None else ", verified" if told.is_verified else ", not verified"
    memory = f", {machine.card_gb:g} GB VRAM" if machine.card_gb else ""
    settings = ", ".join(f"{name.lower()} {value}" for name, value in wording.settings(inventory.settings))
    head = [
        _summary(inventory).removeprefix("# Wan2GP models\n\n"),
        escaped(f"{version}{verified}; {machine.gpu_name or 'graphics card not known'}{memory}; {settings}."),
    ]
    lines = [
        f"- {wording.STATUS_MARKS[model.tracked.status]} {escaped(_in_short(model))}"
        for status in ModelStatus
        for model in models
        if model.tracked.status is status
    ]
    return _cut("**Wan2GP models**\n" + "\n".join(head), lines)


def _in_short(model: ListedModel) -> str:
    tracked = model.tracked
    if tracked.status is ModelStatus.DOWNLOADED:
        return f"{tracked.name}, {wording.total(tracked.size)}"
    return f"{tracked.name}: to fetch {wording.fetch_words(tracked)}"


def _cut(head: str, lines: Sequence[str]) -> str:
    """Return head and as many lines as fit, and how many are left out."""
    for kept in range(len(lines), -1, -1):
        left_out = [f"… and {len(lines) - kept} more"] if kept < len(lines) else []
        text = "\n".join([head, *lines[:kept], *left_out]) + "\n"
        if len(text) <= SHORT:
            return text
    return head[: SHORT - 2] + "…\n"
