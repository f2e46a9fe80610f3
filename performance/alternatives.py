"""Other models for the same task: faster, better, lighter, each with the reason in a line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from .catalogue import load_catalogue
from .metrics import Metrics, best_first, is_better, is_faster, is_lighter, known_metrics, same_task
from .speed import default_case, runs

DEFAULT_LIMIT = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another model.

    Attributes:
        model_type: Its id in the host.
        name: What the host calls it.
        reason: Why: "3.7 × faster: 8 steps without guidance".
        downloaded: Whether it is already here.
    """

    model_type: str
    name: str
    reason: str
    downloaded: bool


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Other models for the same task, those already downloaded first, then the best."""

    faster: tuple[Suggestion, ...] = ()
    better: tuple[Suggestion, ...] = ()
    lighter: tuple[Suggestion, ...] = ()


def alternatives(
    model_type: str,
    available: Collection[str],
    downloaded: Collection[str],
    *,
    figures: Mapping[str, Metrics] | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Alternatives:
    """Return other models for a model's main task.

    Args:
        model_type: The model; an unknown one has no alternatives.
        available: The model types that the host has; no other is ever named.
        downloaded: Those that are here.
        figures: Of the models by type; None: those of the package.
        limit: How many of each kind.
    """
    figures = known_metrics() if figures is None else figures
    model = figures.get(model_type)
    if model is None:
        return Alternatives()
    model = replace(model, model_type=model_type)
    candidates = [replace(figures[name], model_type=name) for name in sorted(available) if name in figures]
    candidates = [candidate for candidate in candidates if same_task(model, candidate)]
    on_disk = frozenset(downloaded)

    def pick(
        is_better: Callable[[Metrics, Metrics], bool],
        score: Callable[[Metrics], float],
        reason: Callable[[Metrics, Metrics], str],
    ) -> tuple[Suggestion, ...]:
        chosen = best_first(
            model, [candidate for candidate in candidates if is_better(candidate, model)], score, on_disk
        )
        return tuple(
            Suggestion(
                candidate.model_type,
                candidate.name,
                reason(candidate, model),
                candidate.model_type in on_disk,
            )
            for candidate in chosen[:limit]
        )

    return Alternatives(
        faster=pick(is_faster, lambda candidate: candidate.speed_multiplier or 0.0, why_faster),
        better=pick(is_better, lambda candidate: candidate.speed_multiplier or 0.0, why_better),
        lighter=pick(is_lighter, lambda candidate: -(candidate.vram_min_gb or 0.0), why_lighter),
    )


def why_faster(candidate: Metrics, model: Metrics) -> str:
    """Return why a candidate is faster: "3.7 × faster: 8 steps without guidance"."""
    times = _times((candidate.speed_multiplier or 0.0) / (model.speed_multiplier or 1.0))
    reasons = ", ".join(_differences(candidate, model))
    return f"{times} × faster: {reasons}" if reasons else f"{times} × faster"


def _times(times: float) -> str:
    return f"{times:.1f}" if times < 10 else f"{times:.0f}"


def _differences(candidate: Metrics, model: Metrics) -> list[str]:
    """Return what makes a candidate faster, at most two reasons."""
    if not candidate.steps or not model.steps:
        return ["by published timings"]
    reasons: list[str] = []
    if candidate.steps * (candidate.passes or 1) < model.steps * (model.passes or 1):
        unguided = (candidate.passes or 1) < (model.passes or 1)
        reasons.append(f"{candidate.steps} steps{' without guidance' if unguided else ''}")
    if (
        candidate.params_active_b
        and model.params_active_b
        and candidate.params_active_b < 0.8 * model.params_active_b
    ):
        active, other = f"{candidate.params_active_b:.3g}", f"{model.params_active_b:.3g}"
        reasons.append(f"{active}B at work instead of {other}B")
    return (reasons + _shorter_sequence(candidate, model))[:2]


def _shorter_sequence(candidate: Metrics, model: Metrics) -> list[str]:
    catalogue = load_catalogue()
    lengths: list[float] = []
    sizes: list[tuple[int, int, int]] = []
    for metrics in (candidate, model):
        record = catalogue.models.get(metrics.model_type)
        case = default_case(record) if record else None
        if record is None or case is None:
            return []
        planned = runs(catalogue.architecture_of(record), record.first_stage, case)
        lengths.append(sum(count * length for count, length in planned) / sum(count for count, _ in planned))
        sizes.append((case.width, case.height, case.frames))
    if lengths[0] > 0.8 * lengths[1]:
        return []
    (width, height, frames), (other_width, other_height, other_frames) = sizes
    if width * height < other_width * other_height:
        return [f"{width}x{height} by default instead of {other_width}x{other_height}"]
    if frames < other_frames:
        return [f"{frames} frames by default instead of {other_frames}"]
    return [f"a sequence {lengths[1] / lengths[0]:.1f} × shorter"]


def why_better(candidate: Metrics, model: Metrics) -> str:
    """Return why a candidate is held to be better: its tier, and what it costs in time."""
    same_tier = candidate.quality_tier == model.quality_tier
    better = (
        f"{candidate.quality_tier}{', placed above it' if same_tier else f' instead of {model.quality_tier}'}"
    )
    if not candidate.speed_multiplier or not model.speed_multiplier:
        return better
    times = candidate.speed_multiplier / model.speed_multiplier
    if times >= 1.25:
        return f"{better}, and {_times(times)} × faster"
    if times <= 0.8:
        return f"{better}; {_times(1 / times)} × the time"
    return f"{better}; about as fast"


def why_lighter(candidate: Metrics, model: Metrics) -> str:
    """Return how much less VRAM a candidate asks for."""
    return f"{candidate.vram_min_gb:g} GB of VRAM instead of {model.vram_min_gb:g} GB for its default output"
