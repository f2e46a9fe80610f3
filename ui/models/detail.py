"""The detail of one model, as escaped HTML: what Generate would do, figures, files, formats, VRAM, other models."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ... import ui_components as parts
from ...catalog import labels, sentences
from ...inventory.models import ModelStatus
from ...inventory.sizes import total
from ...performance.alternatives import alternatives
from ...performance.labels import Origin
from ...phrases import listed, shortened
from ...units import amount
from ...wan2gp.required_files import Role
from ..requests import OPEN_ID
from .file_table import MOST_ROWS, file_tables, format_table, with_links
from .vram_chart import FIT_CLASSES, FIT_MARKS, vram_chart

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ...catalog.query import ListedModel
    from ...inventory.models import Inventory, TrackedModel
    from ...inventory.what_if import WhatIf
    from ...performance.alternatives import Suggestion
    from ...performance.hardware import Machine
    from ...performance.metrics import Metrics
    from ...performance.vram_grid import VramGrid

_ORIGINS = {
    Origin.PUBLISHED: "published",
    Origin.ESTIMATED: "estimated",
    Origin.BOUNDED: "estimated",
    Origin.UNKNOWN: "not known",
}
_QUALITY_ORIGINS = {"own": Origin.PUBLISHED, "parent": Origin.ESTIMATED}


def detail(  # noqa: PLR0913 - all by name
    *,
    model: ListedModel,
    all_models: Sequence[ListedModel],
    inventory: Inventory,
    what_if: WhatIf,
    machine: Machine,
    grid: VramGrid | None,
) -> str:
    """Return what is known of a model, what users ask for first.

    Args:
        model: The model.
        all_models: All that the host lists.
        inventory: The scan that it belongs to.
        what_if: What other settings would mean for it.
        machine: What it is evaluated for.
        grid: Its VRAM by size and length; None where that is not known.
    """
    return "".join(
        [
            _head(model, what_if),
            _key_figures(model),
            _section("Files", file_tables(model.tracked, inventory)),
            _section("Formats", format_table(what_if)),
            _section("Config choices", _choices(what_if)),
            _section(
                "VRAM by size and length" if grid and grid.has_lengths else "VRAM by size",
                vram_chart(grid, machine) if grid else "",
            ),
            _section("Other models for the same task", _alternatives(model, all_models)),
            _section("About this model", _about(model)),
        ]
    )


def _section(heading: str, html: str) -> str:
    return f"<h3>{heading}</h3>{html}" if html else ""


def _head(model: ListedModel, what_if: WhatIf) -> str:
    """Return name, status, what Generate would do, a cheaper setting, and how it suits the machine."""
    tracked, fit = model.tracked, model.fit
    why = "" if tracked.to_fetch else sentences.why_status(tracked)
    does = escape(sentences.what_generate_does(tracked))
    headline = sentences.advice(what_if)
    return (
        f"<h2>{escape(tracked.name)}</h2>"
        f"<p>{_status(tracked)}{escape(f' – {why}' if why else '')}</p>"
        f"<p>{f'<b>{does}</b>' if tracked.to_fetch else does}</p>"
        f"{f'<p><b>{escape(headline)}</b></p>' if headline else ''}"
        f'<p><span class="{FIT_CLASSES[fit.overall]}">{FIT_MARKS[fit.overall]}</span> {escape(fit.sentence)}</p>'
    )


def _status(model: TrackedModel) -> str:
    return f'<span class="{parts.status_class(model)}">{labels.status_words(model)}</span>'


def _key_figures(model: ListedModel) -> str:
    """Return the figures, each with its origin, and folded where they come from."""
    figures = model.figures
    rated = [  # even a published time becomes an estimate: it is compared with that of Wan 2.1
        ("Speed", _speed(figures), _estimated(figures.speed_multiplier), figures.speed_basis),
        ("VRAM", _vram(figures), Origin(figures.vram_origin), figures.vram_basis),
        (
            "RAM",
            _about_gb(figures.ram_gb),
            _estimated(figures.ram_gb),
            "All weights, and the rest of the system under memory profile 4: assumed, as few figures are published.",
        ),
        (
            "Quality",
            labels.or_dash(figures.quality_tier),
            _QUALITY_ORIGINS.get(figures.quality_evidence, Origin.UNKNOWN),
            figures.quality_reason,
        ),
    ]
    facts = [
        ("Output", escape(", ".join(labels.OUTPUTS[output] for output in model.tracked.outputs))),
        ("Best for", escape(figures.best_for)),
        *((name, _with_origin(value, origin, basis)) for name, value, origin, basis in rated),
        ("All files", escape(_files_in_short(model.tracked))),
    ]
    return _facts(facts) + _where_from(figures, [(name, basis) for name, _, _, basis in rated])


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    """Return names and values as a list; the values are HTML, and those that are empty are left out."""
    return f"<dl>{''.join(f'<dt>{name}</dt><dd>{value}</dd>' for name, value in facts if value)}</dl>"


def _with_origin(value: str, origin: Origin, basis: str) -> str:
    return f'{escape(value)} <span class="mt-tag" title="{escape(basis)}">{_ORIGINS[origin]}</span>'


def _where_from(figures: Metrics, bases: Iterable[tuple[str, str]]) -> str:
    facts = _facts((name, with_links(basis)) for name, basis in bases)
    sources = "".join(f"<li>{with_links(source)}</li>" for source in figures.sources)
    source_list = f"<p>Sources:</p><ul>{sources}</ul>" if sources else ""
    return f"<details><summary>Where these figures come from</summary>{facts}{source_list}</details>"


def _speed(figures: Metrics) -> str:
    tier, times = labels.or_dash(figures.speed_tier), figures.speed_multiplier
    return tier if times is None else f"{tier}, ~{times:.3g} × the speed of Wan 2.1 text to video"


def _estimated(value: float | None) -> Origin:
    return Origin.UNKNOWN if value is None else Origin.ESTIMATED


def _vram(figures: Metrics) -> str:
    minimum, recommended = figures.vram_min_gb, figures.vram_recommended_gb
    if minimum is None:
        return labels.UNKNOWN
    words = labels.vram_need(minimum, published=Origin(figures.vram_origin) is Origin.PUBLISHED)
    return f"{words} minimum" + (f", {recommended:g} GB recommended" if recommended else "")


def _about_gb(value: float | None) -> str:
    return labels.UNKNOWN if value is None else f"~{value:g} GB"


def _files_in_short(model: TrackedModel) -> str:
    """Return "36.2 GB, of which 16.1 GB are on disk and 1.2 GB are shared by all models"."""
    on_disk = total(file.size for file in model.files if file.is_on_disk)
    shared = total(file.size for file in model.files if file.required.role is Role.SHARED)
    parts_of: list[str] = []
    if on_disk.bytes and model.status is not ModelStatus.DOWNLOADED:
        parts_of.append(f"{amount(on_disk.bytes)} are on disk")
    if shared.bytes:
        parts_of.append(f"{amount(shared.bytes)} are shared by all models")
    size = labels.total(model.size)
    return f"{size}, of which {listed(parts_of)}" if parts_of else size


def _choices(what_if: WhatIf) -> str:
    """Return what each of the form's config choices would download, as a table."""
    rows = "".join(
        f'<tr><th scope="row">{escape(shortened(scenario.label))}</th><td>{escape(labels.fetches(scenario.model))}</td></tr>'
        for scenario in what_if.configs[:MOST_ROWS]
    )
    if len(what_if.configs) > MOST_ROWS:
        rows += f'<tr><td colspan="2">and {len(what_if.configs) - MOST_ROWS:,} more</td></tr>'
    head = '<thead><tr><th scope="col">Choice</th><th scope="col">Generate would download</th></tr></thead>'
    return f'<table aria-label="Config choices">{head}<tbody>{rows}</tbody></table>' if rows else ""


def _alternatives(model: ListedModel, all_models: Sequence[ListedModel]) -> str:
    """Return faster, better and lighter models as buttons that open them."""
    by_type = {other.tracked.model_type: other for other in all_models}
    downloaded = {key for key, other in by_type.items() if other.tracked.status is ModelStatus.DOWNLOADED}
    figures = {key: other.figures for key, other in by_type.items()}
    others = alternatives(model.tracked.model_type, by_type.keys(), downloaded, figures=figures)
    kinds = (("Faster", others.faster), ("Better", others.better), ("Lighter", others.lighter))
    return "".join(
        f'<h4>{kind}</h4><ul class="mt-others">'
        f"{''.join(_other(by_type[suggestion.model_type], suggestion) for suggestion in suggestions)}</ul>"
        for kind, suggestions in kinds
        if suggestions
    )


def _other(other: ListedModel, suggestion: Suggestion) -> str:
    words = f"<b>{escape(other.tracked.name)}</b> {_status(other.tracked)}<small>{escape(suggestion.reason)}</small>"
    button = parts.ask_button(
        words, OPEN_ID, suggestion.model_type, tip="Open its details", classes="mt-other"
    )
    return f"<li>{button}</li>"


def _about(model: ListedModel) -> str:
    tracked, figures = model.tracked, model.figures
    mine = " (your finetune)" if tracked.is_finetune else ""
    return _facts(
        [
            ("Notes", escape(figures.notes)),
            ("Licence", escape(figures.licence or "")),
            ("Family", escape(tracked.family)),
            ("Model id", f"<code>{escape(tracked.model_type)}</code>{mine}"),
            (
                "Base type",
                f"<code>{escape(tracked.base_type)}</code>"
                if tracked.base_type != tracked.model_type
                else "",
            ),
        ]
    )
