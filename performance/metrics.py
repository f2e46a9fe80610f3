"""The figures of one model: what the page's table and detail show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from .audio import estimate_audio_seconds
from .catalogue import load_catalogue
from .constants import load_constants
from .gpus import get_gpu, rate
from .labels import Origin, QualityTier, SpeedTier
from .profiles import DEFAULT, profile
from .quality import Quality, qualities
from .quantization import quantization
from .speed import REFERENCE_GPU, default_case, estimate_seconds, reference_seconds, streamed_seconds
from .vram import VramCase, VramEstimate, estimate_vram, observed_max, published_audio_vram

if TYPE_CHECKING:
    from .records import Architecture, ModelRecord

_STEPS_UNGUIDED = "{steps} steps without guidance"


_SIMILAR = 3


_WITH_SOUND = "video with sound"  # one of the tasks in the data


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The figures of one model. None is unknown; GB as cards are sold.

    Attributes:
        model_type: Its id, or the id asked for.
        name: What the host calls it.
        architecture: The host's id of its architecture, or "".
        modality: "video", "video+audio", "image", "tts", "music" or "".
        tasks: What it is for, the main one first.
        speed_tier: A label of SpeedTier.
        speed_multiplier: Default Wan 2.1 clip's time divided by this model's for one default output; 2 is twice as fast.
        vram_min_gb: The least card for its default output under profile 4.
        vram_recommended_gb: The card size with room to spare.
        vram_max_observed_gb: The most that anybody published for it in the host.
        ram_gb: RAM under profile 4.
        quality_tier: A label of QualityTier; compare within a task.
        quality_rank: Finer than the tier, more is better.
        best_for: A phrase.
        notes: One or two sentences.
        similar_faster: Model types for the same task that take less time, best first.
        similar_higher_quality: Model types for the same task with a better rank, best first.
        params_b: Parameters of one transformer, 10⁹.
        params_active_b: Those a picture token passes through, 10⁹.
        steps: By default.
        passes: Runs of the network per step by default.
        licence: Where known.
        speed_basis: Where the speed comes from.
        vram_basis: Where the VRAM comes from.
        vram_origin: A label of Origin.
        quality_reason: Why this tier.
        quality_evidence: "own", "parent" or "none".
        sources: Of all these figures.
    """

    model_type: str
    name: str
    architecture: str = ""
    modality: str = ""
    tasks: tuple[str, ...] = ()
    speed_tier: str = SpeedTier.UNKNOWN.value
    speed_multiplier: float | None = None
    vram_min_gb: float | None = None
    vram_recommended_gb: float | None = None
    vram_max_observed_gb: float | None = None
    ram_gb: float | None = None
    quality_tier: str = QualityTier.UNKNOWN.value
    quality_rank: float | None = None
    best_for: str = ""
    notes: str = ""
    similar_faster: tuple[str, ...] = ()
    similar_higher_quality: tuple[str, ...] = ()
    params_b: float | None = None
    params_active_b: float | None = None
    steps: int | None = None
    passes: int | None = None
    licence: str | None = None
    speed_basis: str = "Not known."
    vram_basis: str = "Not known."
    vram_origin: str = Origin.UNKNOWN.value
    quality_reason: str = "Nothing is published."
    quality_evidence: str = "none"
    sources: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as a new dictionary; sequences become lists."""
        values: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        for key in ("tasks", "similar_faster", "similar_higher_quality", "sources"):
            values[key] = list(values[key])
        return values


@dataclass(frozen=True, slots=True)
class _Speed:
    multiplier: float | None
    basis: str
    source: str


def measure(model: ModelRecord, architecture: Architecture, quality: Quality) -> Metrics:
    """Return a model's figures at its defaults, without the similar models."""
    speed, vram, given = _speed(model, architecture), _vram(model, architecture), model.defaults
    sources = [architecture.source, speed.source, vram.source, *quality.sources]
    return Metrics(
        model_type=model.model_type,
        name=model.name,
        architecture=architecture.name,
        modality=architecture.modality,
        tasks=model.tasks,
        speed_tier=SpeedTier.of(speed.multiplier).value,
        speed_multiplier=_rounded(speed.multiplier),
        vram_min_gb=_tenths(vram.minimum_card_gb),
        vram_recommended_gb=vram.recommended_card_gb,
        vram_max_observed_gb=observed_max().get(architecture.name),
        ram_gb=None if vram.ram_gb is None else float(round(vram.ram_gb)),
        quality_tier=quality.tier.value,
        quality_rank=quality.order,
        best_for=model.best_for,
        notes=model.notes,
        params_b=architecture.params_b,
        params_active_b=architecture.active_b,
        steps=given.steps,
        passes=given.passes if given.steps else None,
        licence=model.licence,
        speed_basis=speed.basis,
        vram_basis=vram.basis,
        vram_origin=vram.origin.value,
        quality_reason=quality.reason,
        quality_evidence=quality.evidence,
        sources=tuple(dict.fromkeys(source for source in sources if source)),
    )


def _vram(model: ModelRecord, architecture: Architecture) -> VramEstimate:
    stored, used, given = quantization(model.weights), profile(DEFAULT), model.defaults
    if not architecture.is_visual or not (given.width and given.height and given.frames):
        return published_audio_vram(architecture, stored, used, load_constants())
    case = VramCase(given.width, given.height, given.frames, stored, used)
    return estimate_vram(architecture, case, load_constants())


def _speed(model: ModelRecord, architecture: Architecture) -> _Speed:
    constants = load_constants()
    if not architecture.is_visual:
        audio = estimate_audio_seconds(model, None, None)
        return _Speed(
            None if audio.relative_cost is None else 1 / audio.relative_cost, audio.basis, audio.source
        )
    case = default_case(model)
    if case is None:
        return _Speed(None, "Not known: its default size or steps are not set.", "")
    plan = (
        "{width}x{height}, {frames} frames, {steps}" if case.frames > 1 else "{width}x{height}, {steps}"
    ).format(width=case.width, height=case.height, frames=case.frames, steps=_steps(case.steps, case.passes))
    if architecture.modality == "image":
        throughput = rate(get_gpu(REFERENCE_GPU), constants)
        seconds = streamed_seconds(architecture, model.first_stage, case, throughput, constants)
        basis = f"Estimated time of one default picture ({plan}) against one default Wan 2.1 clip, weights streamed to an {REFERENCE_GPU}."
        return _Speed(reference_seconds(REFERENCE_GPU) / seconds, basis, "")
    cost = estimate_seconds(model, architecture, case, None).relative_cost
    basis = f"Estimated from the work of one default clip ({plan}) against one default Wan 2.1 clip."
    return _Speed(1 / cost if cost else None, basis, "")


def _steps(steps: int, passes: int) -> str:
    form = _STEPS_UNGUIDED if passes == 1 else "{steps} steps of {passes} passes"
    return form.format(steps=steps, passes=passes)


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.3g}")


def _tenths(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


@cache
def known_metrics() -> Mapping[str, Metrics]:
    """Return the figures of every model type of the package, with similar models, worked out once."""
    catalogue, quality = load_catalogue(), qualities()
    plain = {
        name: measure(model, catalogue.architecture_of(model), quality[name])
        for name, model in catalogue.models.items()
    }
    by_task: dict[str, list[Metrics]] = {}
    for metrics in plain.values():
        for task in metrics.tasks:
            by_task.setdefault(task, []).append(metrics)
    return {name: with_similar(metrics, by_task.get(metrics.tasks[0], ())) for name, metrics in plain.items()}


def with_similar(metrics: Metrics, candidates: Iterable[Metrics]) -> Metrics:
    """Return the figures with the best of the rivals as similar models."""
    candidates = [candidate for candidate in candidates if same_task(metrics, candidate)]
    faster = best_first(
        metrics, [candidate for candidate in candidates if is_faster(candidate, metrics)], _speed_of
    )
    better = best_first(
        metrics, [candidate for candidate in candidates if is_better(candidate, metrics)], _speed_of
    )
    return replace(
        metrics,
        similar_faster=tuple(candidate.model_type for candidate in faster[:_SIMILAR]),
        similar_higher_quality=tuple(candidate.model_type for candidate in better[:_SIMILAR]),
    )


def best_first(
    metrics: Metrics,
    candidates: Iterable[Metrics],
    score: Callable[[Metrics], float],
    on_disk: Container[str] = (),
) -> list[Metrics]:
    """Return rivals in order: those that are here, then one of each architecture (this one's own first), by quality.

    Args:
        metrics: The model they are compared with.
        candidates: The candidates.
        score: What decides at equal quality; more is better.
        on_disk: Model types that are downloaded.
    """
    by_quality = sorted(
        candidates,
        key=lambda candidate: (-(candidate.quality_rank or 0.0), -score(candidate), candidate.model_type),
    )
    seen: Counter[str] = Counter()
    placed: list[tuple[bool, int, bool, int]] = []
    for index, candidate in enumerate(by_quality):
        away = candidate.model_type not in on_disk
        stranger = candidate.architecture != metrics.architecture
        placed.append((away, seen[candidate.architecture], stranger, index))
        seen[candidate.architecture] += 1
    return [by_quality[index] for *_, index in sorted(placed)]


def _speed_of(metrics: Metrics) -> float:
    return metrics.speed_multiplier or 0.0


def same_task(metrics: Metrics, candidate: Metrics) -> bool:
    """Return whether another model does this one's main task, with sound if this one makes video with sound."""
    if (
        candidate.model_type == metrics.model_type
        or not metrics.tasks
        or metrics.tasks[0] not in candidate.tasks
    ):
        return False
    return _WITH_SOUND not in metrics.tasks or _WITH_SOUND in candidate.tasks


def is_faster(candidate: Metrics, metrics: Metrics) -> bool:
    """Return whether a rival is faster by a quarter or more."""
    if candidate.speed_multiplier is None or metrics.speed_multiplier is None:
        return False
    return candidate.speed_multiplier >= 1.25 * metrics.speed_multiplier


def is_better(candidate: Metrics, metrics: Metrics) -> bool:
    """Return whether a rival's quality rank is higher."""
    if candidate.quality_rank is None or metrics.quality_rank is None:
        return False
    return candidate.quality_rank > metrics.quality_rank


def is_lighter(candidate: Metrics, metrics: Metrics) -> bool:
    """Return whether a rival does with a card smaller by a gigabyte or more."""
    if candidate.vram_min_gb is None or metrics.vram_min_gb is None:
        return False
    return candidate.vram_min_gb <= metrics.vram_min_gb - 1
