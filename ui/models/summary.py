"""The top of the page: a card for each figure, each a filter when clicked, and the chosen model's line."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from ... import ui_components as parts
from ...catalog import labels, sentences
from ...inventory.models import ModelStatus
from ...units import amount
from ..requests import FILTER_REQUEST_ID, FilterAction, FilterRequest

if TYPE_CHECKING:
    from ...inventory.drives import Drive
    from ...inventory.models import Inventory, TrackedModel
    from ...inventory.what_if import WhatIf
    from ...performance.hardware import Machine

_STATUS_TIPS = {
    ModelStatus.DOWNLOADED: "Generate would download nothing. Click: only these.",
    ModelStatus.PARTIAL: "Some files are on disk, but others are missing, broken or uncertain. Click: only these.",
    ModelStatus.MISSING: "None of the model's own weights are on disk, in any format. Click: only these.",
}


_DRIVE_TIPS = {
    True: "The drive of your checkpoint folders.",
    False: "A drive that links in your checkpoint folders lead to.",
}


def cards(inventory: Inventory, machine: Machine) -> str:
    """Return the summary figures as buttons."""

    def card(value: str, label: str, request: FilterRequest, tip: str, classes: str = "") -> str:
        html = f'<b class="{classes}">{escape(value)}</b><span>{escape(label)}</span>'
        return parts.ask_button(html, FILTER_REQUEST_ID, request.encode(), tip=tip, classes="mt-card")

    largest = FilterRequest(FilterAction.LARGEST)
    shown = [
        card(
            str(len(inventory.visible)),
            "models",
            FilterRequest(FilterAction.ALL),
            "All models that Wan2GP lists, your finetunes included. Click: show all.",
        )
    ]
    shown += [
        card(
            f"{labels.STATUS_MARKS[status]} {inventory.count(status)}",
            labels.status_word(status),
            FilterRequest(FilterAction.STATUS, status.value),
            _STATUS_TIPS[status],
            parts.STATUS_CLASSES[status],
        )
        for status in ModelStatus
    ]
    shown.append(
        card(
            amount(inventory.bytes_on_disk),
            "of model files on disk",
            largest,
            "Files that models need with your settings, each counted once. Click: what is on disk, largest first.",
        )
    )
    shown += [
        card(
            *_drive_words(drive),
            largest,
            f"{_DRIVE_TIPS[bool(drive.roots)]} Click: what is on disk, largest first.",
        )
        for drive in inventory.drives
    ]
    shown.append(
        card(
            *_machine_words(machine, _profiles(inventory)),
            FilterRequest(FilterAction.FITS),
            "What models are evaluated for; choose another under “Evaluate for another GPU”. Click: only what fits.",
        )
    )
    return f'{_lost_folders(inventory)}<div class="mt-cards">{"".join(shown)}</div>'


def _lost_folders(inventory: Inventory) -> str:
    """Return which folders do not answer, with what was seen there last, before all else; "" where all do."""
    problems = [root.problem() for root in inventory.lost_roots]
    return "".join(
        f'<p class="mt-line mt-missing" role="alert">⚠ {escape(f"{problem.message} {problem.remedy}")}</p>'
        for problem in problems
    )


def chosen_line(inventory: Inventory, chosen: str, what_if: WhatIf | None) -> str:
    """Return what Generate would do for the model that is chosen in the host; "" where that is not known."""
    model = inventory.models.get(chosen)
    if model is None:
        return ""
    known = labels.STATUS_MARKS[model.status] if not model.unanswered else "?"
    mark = f'<span class="{parts.status_class(model)}">{known}</span>'
    lines = [sentences.what_generate_does(model), sentences.advice(what_if) if what_if else ""]
    text = f"(chosen in Wan2GP): {' '.join(filter(None, lines))}"
    return f'<p class="mt-line">{mark} <b>{escape(model.name)}</b> {escape(text)}</p>'


def form_line(known: TrackedModel, answer: TrackedModel | None) -> str:
    """Return what Generate would do with the form as it stands in the host.

    Args:
        known: The chosen model.
        answer: The same model with the form's settings; None: not answered yet.
    """
    status = ModelStatus.PARTIAL if answer is None else answer.status
    mark = f'<span class="{parts.STATUS_CLASSES[status]}">{labels.STATUS_MARKS[status]}</span>'
    told = "Not answered yet. Press Refresh." if answer is None else sentences.what_generate_does(answer)
    text = f"(chosen in Wan2GP, with the settings of its form): {told}"
    return f'<p class="mt-line">{mark} <b>{escape(known.name)}</b> {escape(text)}</p>'


def _drive_words(drive: Drive) -> tuple[str, str]:
    """Return what is free on a drive, and of how much."""
    if drive.free_bytes is None or drive.total_bytes is None:
        return "not known", f"free on {drive.name}"
    return (
        amount(drive.free_bytes),
        f"free of {amount(drive.total_bytes)} on {drive.name}; models: {amount(drive.model_bytes)}",
    )


def _machine_words(machine: Machine, profiles: str) -> tuple[str, str]:
    """Return the graphics card in short, and the rest about the machine."""
    card = machine.gpu_name or "Unknown GPU"
    facts = [f"{machine.card_gb:g} GB VRAM"] if machine.card_gb else []
    shared = ", shared" if machine.shared_gib else ""
    facts += [f"{machine.ram_gib:.0f} GiB RAM{shared}"] if machine.ram_gib else []
    facts += [profiles] if profiles else []
    return card.removeprefix("NVIDIA ").removeprefix("GeForce "), ", ".join(facts)


def _profiles(inventory: Inventory) -> str:
    """Return the memory profile in force: "profile 4", "profile 4, for audio 3.5"."""
    by_output = {model.outputs[0]: model.memory_profile for model in inventory.visible if model.outputs}
    if not by_output:
        return ""
    usual = next(iter(Counter(by_output.values()).most_common(1)))[0]
    others = [
        f"for {labels.OUTPUTS[output].lower()} {value:g}"
        for output, value in by_output.items()
        if value != usual
    ]
    return ", ".join([f"profile {usual:g}", *others])
