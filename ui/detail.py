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

    from ..inventory.inventory import Inventory, TrackedFile, TrackedModel
    from ..inventory.listing import ListedModel
    from ..inventory.outcomes import Options
    from ..performance.alternatives import Suggestion
    from ..performance.metrics import Metrics


def detail(
    model: ListedModel, all_models: Sequence[ListedModel], inventory: Inventory, options: Options
) -> str:
    """Return what is known of a model: what Generate would do, figures, other models for the same, every file.

    Args:
        model: The model.
        all_models: All that the host lists.
        inventory: The scan that it belongs to.
        options: What other settings would mean for it.
    """
    tracked = model.tracked
    status_class = parts.STATUS_CLASSES[tracked.status]
    why = "" if tracked.to_fetch else wording.why_status(tracked)
    headline = wording.advice(options)
    return (
        f"<h2>{escape(tracked.name)}</h2>"
        f'<p><span class="{status_class}">{wording.status_words(tracked)}</span>{escape(f" – {why}" if why else "")}</p>'
        f"<p>{escape(wording.what_generate_does(tracked))}</p>"
        f"{f'<p><b>{escape(headline)}</b></p>' if headline else ''}"
        f"{parts.facts_list(_facts(model))}"
        f"{_recommendations(model, all_models)}"
        f"{_files(tracked, inventory)}"
        f"{_variants(options)}"
        f"{_choices(options)}"
    )


def _files(model: TrackedModel, inventory: Inventory) -> str:
    """Return the model's own files, then those that every model shares, folded where none of them lacks."""

    def listed(files: Sequence[TrackedFile]) -> str:
        return parts.file_list(files, lambda file: wording.sharing(file, model, inventory))

    own = [file for file in model.files if file.required.role is not Role.SHARED]
    shared = [file for file in model.files if file.required.role is Role.SHARED]
    html = f"<h3>Files</h3>{listed(own)}"
    if not shared:
        return html
    here = [file for file in shared if file.state is FileState.PRESENT]
    words = f"Helpers shared by all models: {len(here)} of {wording.count(len(shared), 'file')} on disk"
    unfolded = "" if len(here) == len(shared) else " open"
    return f"{html}<details{unfolded}><summary>{escape(words)}</summary>{listed(shared)}</details>"


def _variants(options: Options) -> str:
    """Return the files that stand for the same thing, where there are several."""
    roles = [variant.role for variant in options.variants]
    items = [parts.variant_item(variant) for variant in options.variants if roles.count(variant.role) > 1]
    return f"<h3>Formats</h3><ul>{''.join(items)}</ul>" if items else ""


def _choices(options: Options) -> str:
    """Return what each of the form's config choices would fetch."""
    items = "".join(
        f"<li><b>{escape(outcome.label)}</b><span>{escape(wording.what_generate_does(outcome.model))}</span></li>"
        for outcome in options.configs
    )
    return f"<h3>Config choices</h3><ul>{items}</ul>" if items else ""


def _speed(figures: Metrics) -> str:
    times = figures.speed_multiplier
    return wording.known(figures.speed_tier) + (
        "" if times is None else f", {times:.3g} × Wan 2.1 text to video"
    )


def _facts(model: ListedModel) -> list[tuple[str, str]]:
    tracked, figures = model.tracked, model.figures
    shared = sum(file.size_bytes or 0 for file in tracked.files if file.required.role is Role.SHARED)
    size = wording.total(tracked.size)
    vram = wording.vram_words(figures.vram_min_gb, figures.vram_recommended_gb)
    facts = [
        ("Model id", tracked.model_type + (" (your finetune)" if tracked.is_finetune else "")),
        ("Family", tracked.family),
        ("Makes", ", ".join(output.value for output in tracked.outputs)),
        ("Best for", figures.best_for),
        ("Speed", f"{_speed(figures)}. {figures.speed_basis}"),
        ("VRAM", f"{vram} GB. {figures.vram_basis}" if vram != wording.UNKNOWN else figures.vram_basis),
        ("This card", model.fit.sentence),
        ("Quality", f"{wording.known(figures.quality_tier)}. {figures.quality_reason}"),
        ("Licence", figures.licence or ""),
        (
            "All files",
            f"{size}, of which {wording.amount(shared)} are shared by all models" if shared else size,
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
    counted = [
        f"{len(suggestions)} {kind}"
        for kind, suggestions in (
            ("faster", found.faster),
            ("better", found.better),
            ("lighter", found.lighter),
        )
        if suggestions
    ]
    head = f"Recommendations for the same task: {', '.join(counted)}"
    return f"<details><summary>{escape(head)}</summary><ul>{''.join(items)}</ul></details>" if items else ""


def _recommendation(kind: str, other: ListedModel, suggestion: Suggestion) -> str:
    status = other.tracked.status
    return (
        f"<li><span>{kind}: <b>{escape(other.tracked.name)}</b></span>"
        f'<span class="{parts.STATUS_CLASSES[status]}">{wording.status_words(other.tracked)}</span>'
        f"<span>{escape(suggestion.reason)}</span></li>"
    )
