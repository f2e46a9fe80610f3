"""The detail of one model, as escaped HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from .. import ui_components as parts
from ..inventory import wording
from ..inventory.inventory import FileState, ModelStatus
from ..inventory.requirements import Role
from ..performance.alternatives import alternatives

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..inventory.inventory import TrackedFile
    from ..inventory.listing import ListedModel
    from ..performance.alternatives import Suggestion


def detail(model: ListedModel, all_models: Sequence[ListedModel]) -> str:
    """Return what is known of a model: what Generate would do, figures, other models for the same, every file."""
    tracked = model.tracked
    status_class = parts.STATUS_CLASSES[tracked.status]
    why = wording.why_status(tracked)
    return (
        f"<h2>{escape(tracked.name)}</h2>"
        f'<p><span class="{status_class}">{wording.status_words(tracked)}</span>{escape(f" – {why}" if why else "")}</p>'
        f"<p>{escape(wording.what_generate_does(tracked))}</p>"
        f"{parts.facts_list(_facts(model))}"
        f"{_recommendations(model, all_models)}"
        f"{_files(tracked.files)}"
    )


def _files(files: Sequence[TrackedFile]) -> str:
    """Return the model's own files, then those that every model shares, folded where none of them lacks."""
    own = [file for file in files if file.required.role is not Role.SHARED]
    shared = [file for file in files if file.required.role is Role.SHARED]
    html = f"<h3>Files</h3>{parts.file_list(own)}"
    if not shared:
        return html
    here = [file for file in shared if file.state is FileState.PRESENT]
    size = wording.amount(
        sum(file.size_bytes or 0 for file in shared), sum(file.size_bytes is None for file in shared)
    )
    words = (
        f"Helpers shared by all models: {len(here)} of {wording.count(len(shared), 'file')} on disk, {size}"
    )
    unfolded = "" if len(here) == len(shared) else " open"
    return f"{html}<details{unfolded}><summary>{escape(words)}</summary>{parts.file_list(shared)}</details>"


def _facts(model: ListedModel) -> list[tuple[str, str]]:
    tracked, figures = model.tracked, model.figures
    shared = sum(file.size_bytes or 0 for file in tracked.files if file.required.role is Role.SHARED)
    size = wording.amount(tracked.size_bytes, tracked.unknown_sizes)
    vram = wording.vram_words(figures.vram_min_gb, figures.vram_recommended_gb)
    facts = [
        ("Model id", tracked.model_type + (" (your finetune)" if tracked.is_finetune else "")),
        ("Family", tracked.family),
        ("Makes", ", ".join(output.value for output in tracked.outputs)),
        ("Best for", figures.best_for),
        ("Speed", f"{wording.known(figures.speed_tier)}. {figures.speed_basis}"),
        ("VRAM", f"{vram} GB. {figures.vram_basis}" if vram != wording.UNKNOWN else figures.vram_basis),
        ("Quality", f"{wording.known(figures.quality_tier)}. {figures.quality_reason}"),
        ("Licence", figures.licence or ""),
        (
            "All files",
            f"{size}, of which {wording.size(shared)} are shared by all models" if shared else size,
        ),
        ("Notes", figures.notes),
    ]
    return [(name, value) for name, value in facts if value]


def _recommendations(model: ListedModel, all_models: Sequence[ListedModel]) -> str:
    here = {other.tracked.model_type: other for other in all_models}
    downloaded = {key for key, other in here.items() if other.tracked.status is ModelStatus.DOWNLOADED}
    figures = {key: other.figures for key, other in here.items()}
    found = alternatives(model.tracked.model_type, here.keys(), downloaded, figures=figures)
    items = [
        _recommendation(kind, here[suggestion.model_type], suggestion)
        for kind, suggestions in (
            ("Faster", found.faster),
            ("Better", found.better),
            ("Lighter", found.lighter),
        )
        for suggestion in suggestions
    ]
    return f"<h3>Recommendations</h3><ul>{''.join(items)}</ul>" if items else ""


def _recommendation(kind: str, other: ListedModel, suggestion: Suggestion) -> str:
    status = other.tracked.status
    return (
        f"<li><span>{kind}: <b>{escape(other.tracked.name)}</b></span>"
        f'<span class="{parts.STATUS_CLASSES[status]}">{wording.status_words(other.tracked)}</span>'
        f"<span>{escape(suggestion.reason)}</span></li>"
    )
