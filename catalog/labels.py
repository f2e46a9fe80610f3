"""Enumerations and figures in words and short cells; whole sentences are in sentences.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..inventory.models import FileState, ModelStatus, TrackedFile, TrackedModel
from ..inventory.sizes import Size, SizeOrigin, Total
from ..inventory.sizes import total as sum_of
from ..inventory.what_if import Setting
from ..performance.labels import Origin, QualityTier, SpeedTier
from ..phrases import counted, listed
from ..units import GB, amount
from ..wan2gp.definitions import Output
from ..wan2gp.required_files import Role
from .fetch_state import FetchState, fetch_state
from .query import SortKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..inventory.drives import Drive
    from ..inventory.what_if import Variant
    from ..performance.metrics import Metrics
    from ..wan2gp.settings import Settings


UNKNOWN = "–"
STATUSES = {
    ModelStatus.DOWNLOADED: "downloaded",
    ModelStatus.PARTIAL: "partial",
    ModelStatus.MISSING: "missing",
}
STATUS_MARKS = {ModelStatus.DOWNLOADED: "✓", ModelStatus.PARTIAL: "◐", ModelStatus.MISSING: "✗"}
ROLES = {
    Role.SHARED: "Shared helper",
    Role.TRANSFORMER: "Transformer",
    Role.TRANSFORMER_2: "Second transformer",
    Role.MODULE: "Module",
    Role.PRELOAD: "Preloaded file",
    Role.VAE: "VAE",
    Role.LORA: "LoRA",
    Role.MODEL_DATA: "Model data",
    Role.TEXT_ENCODER: "Text encoder",
    Role.SYSTEM_LORA: "LoRA added by the model",
    Role.CHOSEN_LORA: "LoRA chosen in the form",
    Role.EXTRA: "Upscaling, sound, prompts",
}
FILE_STATES = {
    FileState.PRESENT: "on disk",
    FileState.DAMAGED: "damaged",
    FileState.UNFINISHED: "being written",
    FileState.UNANSWERED: "not known",
    FileState.MISSING: "missing",
}
OUTPUTS = {Output.VIDEO: "Video", Output.IMAGE: "Image", Output.AUDIO: "Audio"}
SETTINGS = {
    Setting.TRANSFORMER: "Transformer quantization",
    Setting.TEXT_ENCODER: "Text encoder quantization",
    Setting.CONFIG: "Config",
}
SORT_KEYS = {
    SortKey.NAME: "Name",
    SortKey.STATUS: "Status",
    SortKey.FETCH: "To download",
    SortKey.SPEED: "Speed",
    SortKey.VRAM: "VRAM",
    SortKey.QUALITY: "Quality",
    SortKey.SIZE: "Size",
    SortKey.BEST_FOR: "Best for",
    SortKey.FAMILY: "Family",
    SortKey.MODEL_ID: "Model id",
}
FETCH_STATES = {
    FetchState.NOTHING: "nothing",
    FetchState.STOPS: "no download URL",
    FetchState.NOT_SURE: "not sure",
    FetchState.BROKEN: "broken file",
    FetchState.UNFINISHED: "being written",
}
"""In words; what would be downloaded has its size instead."""
FILE_MARKS = {
    FileState.PRESENT: "✓",
    FileState.DAMAGED: "⚠",
    FileState.UNFINISHED: "⚠",
    FileState.UNANSWERED: "?",
    FileState.MISSING: "✗",
}


def state_words(file: TrackedFile) -> str:
    """Return mark and word: "✓ on disk"; "? last seen" of a file in a folder that does not answer."""
    if file.was_seen:
        return f"{FILE_MARKS[file.state]} last seen"
    return f"{FILE_MARKS[file.state]} {FILE_STATES[file.state]}"


def group_words(role: Role, files: Sequence[TrackedFile]) -> str:
    """Return the heading of the files of one role: "Transformer · 2 files · 28.6 GB · 1 missing"."""
    states = [file.state for file in files]
    faults = [
        f"{states.count(state)} {FILE_STATES[state]}"
        for state in (FileState.MISSING, FileState.DAMAGED, FileState.UNFINISHED, FileState.UNANSWERED)
        if state in states
    ]
    return " · ".join(
        [
            ROLES[role],
            counted(len(files), ("{number} file", "{number} files")),
            total(sum_of(file.size for file in files)),
            *faults,
        ]
    )


def taken_with(variant: Variant) -> str:
    """Return the values of the setting that take a file: "int8 or fp8"."""
    return listed(variant.chosen_by, "or") or "not used with your dtype setting"


def size(known: Size) -> str:
    """Return a size as users read it: "14.8 GB", "about 14.8 GB", "unknown size"."""
    if known.bytes is None:
        return "small" if known.origin is SizeOrigin.SMALL else "unknown size"
    about = "about " if known.origin is SizeOrigin.ESTIMATED else ""
    return f"{about}{amount(known.bytes)}"


def total(known: Total) -> str:
    """Return a sum: "21.1 GB", "about 21.1 GB", "at least 21.1 GB", "small", "unknown size"."""
    if not known.bytes:
        return "unknown size" if known.unknown else "small"
    limit = "at least " if known.unknown else "about " if known.is_estimated else ""
    return f"{limit}{amount(known.bytes)}"


def settings(in_force: Settings) -> list[tuple[str, str]]:
    """Return the settings that decide which files are taken, as names and values."""
    return [
        (SETTINGS[Setting.TRANSFORMER], in_force.transformer_quantization or "bf16"),
        (SETTINGS[Setting.TEXT_ENCODER], in_force.text_encoder_quantization or "bf16"),
        ("Transformer dtype", in_force.dtype_policy or "automatic"),
        ("Native bf16", "yes" if in_force.bf16_supported else "no"),
        *([("Launch option", "--save-quantized")] if in_force.save_quantized else []),
    ]


def or_dash(label: str) -> str:
    """Return a figure's label or tier, or a dash where it is unknown."""
    return UNKNOWN if label in {"", SpeedTier.UNKNOWN.value, QualityTier.UNKNOWN.value} else label


def status_word(status: ModelStatus) -> str:
    """Return the word for a status: "downloaded"."""
    return STATUSES[status]


def status_words(model: TrackedModel) -> str:
    """Return mark and word: "✓ downloaded"; "? downloaded", its last status, where a folder does not answer."""
    if model.unanswered:
        return f"? {STATUSES[model.last_status] if model.last_status else 'not known'}"
    return f"{STATUS_MARKS[model.status]} {STATUSES[model.status]}"


def gigabytes(known: Total) -> str:
    """Return a sum in GB without the unit, for a column headed so: "21.1", "~21.1", "≥ 21.1", "?", "0"."""
    if not known.bytes:
        return "?" if known.unknown else "0"
    number = known.bytes / GB
    if number < 0.1:
        return "?" if known.unknown else "< 0.1"
    return f"{'≥ ' if known.unknown else '~' if known.is_estimated else ''}{number:.1f}"


def fetch_words(model: TrackedModel) -> str:
    """Return what Generate would download, for a narrow column: "17.0 GB", "small", or one of `FETCH_STATES`."""
    state = fetch_state(model)
    if state is not FetchState.DOWNLOADS:
        return FETCH_STATES[state]
    if not model.fetch.bytes and not model.fetch.unknown:
        return "small"
    return f"{gigabytes(model.fetch)} GB"


def fetches(model: TrackedModel) -> str:
    """Return the same with the number of files: "2 files, 17.0 GB"."""
    if fetch_state(model) is not FetchState.DOWNLOADS:
        return fetch_words(model)
    files = counted(len(model.to_fetch), ("{number} file", "{number} files"))
    return f"{files}, {total(model.fetch)}"


def vram_words(minimum_gb: float | None, recommended_gb: float | None) -> str:
    """Return "6–10", "8" or a dash."""
    if minimum_gb is None:
        return UNKNOWN if recommended_gb is None else f"{recommended_gb:g}"
    if recommended_gb is None or recommended_gb == minimum_gb:
        return f"{minimum_gb:g}"
    return f"{minimum_gb:g}–{recommended_gb:g}"


def speed_figure(figures: Metrics) -> str:
    """Return tier and speed compared with Wan 2.1 text to video, as a table shows it: "Fast ~2.4×", "–".

    The number follows from the model's steps and size, so it is always an estimate.
    """
    times = figures.speed_multiplier
    if times is None:
        return or_dash(figures.speed_tier)
    number = f"{times:.0f}" if times >= 10 else f"{times:.2g}"
    return f"{figures.speed_tier} ~{number}×"


def vram_figure(figures: Metrics) -> str:
    """Return the minimum and recommended card in GB for a table: "6–10" published, "~6–10" estimated, "–"."""
    minimum_gb, recommended_gb = figures.vram_min_gb, figures.vram_recommended_gb
    is_known = minimum_gb is not None or recommended_gb is not None
    about = "~" if is_known and figures.vram_origin != Origin.PUBLISHED.value else ""
    return f"{about}{vram_words(minimum_gb, recommended_gb)}"


def quality_figure(figures: Metrics) -> str:
    """Return the quality tier for a table: "High" by its own figures, "~High" by those of its parent, "–"."""
    is_own = figures.quality_evidence == "own"
    is_known = or_dash(figures.quality_tier) is not UNKNOWN
    return f"{'~' if is_known and not is_own else ''}{or_dash(figures.quality_tier)}"


def drive(known: Drive) -> str:
    """Return how full a drive is: "D: 1200.0 GB free of 2000.0 GB, models 400.0 GB"."""
    models = amount(known.model_bytes)
    if known.free_bytes is None or known.total_bytes is None:
        return f"{known.name}: free space unknown, models {models}"
    return f"{known.name}: {amount(known.free_bytes)} free of {amount(known.total_bytes)}, models {models}"


def vram_need(gigabytes_needed: float, *, published: bool) -> str:
    """Return "8.1 GB" of a published figure, "~8.1 GB" of an estimate."""
    return f"{'' if published else '~'}{gigabytes_needed:.1f} GB"
