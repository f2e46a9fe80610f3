"""Work and time of a generation.

    forward = 2 * P_active * tokens + a * 4 * layers * hidden * tokens²
    codec   = v * (8 / codec's pixels per cell)² * width * height * frames        (none for models that work in pixels)
    work    = steps * passes * forward + codec
    seconds = work / what the card really reaches

a and v are fitted (`standalone/calibration.py`). Where the host works in two stages (LTX-2, Magi Human 1080p) the given steps run
at the first stage's size and a few more at full size. Sound models have published real-time factors instead: they are
bound by memory bandwidth, not by FLOPs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from .catalogue import load_catalogue
from .constants import Constants, SpeedConstants, load_constants
from .facts import Fields, read_facts
from .gpus import Rate, find_gpu, get_gpu, rate
from .labels import Origin
from .published import Point, reconcile, without_contradictions
from .quantization import Quantization, quantization
from .vram import tokens

if TYPE_CHECKING:
    from .records import Architecture, FirstStage, ModelRecord

REFERENCE = "t2v"
REFERENCE_GPU = "RTX 4090"
_SAME_CASE = (
    "wan2gp",
    "official",
)  # the host, then the code its models come from; other programs have a pace of their own


@dataclass(frozen=True, slots=True)
class SpeedEstimate:
    """How long one generation takes.

    Attributes:
        seconds: None without a card, or where nothing is known.
        relative_cost: Work against one default Wan 2.1 text-to-video clip (for sound: time); None where unknown.
        basis: A sentence: where the figures come from.
        origin: Of the seconds, or of the relative cost when no card was named.
        source: Of the published figure that decided, or "".
    """

    seconds: float | None
    relative_cost: float | None
    basis: str
    origin: Origin
    source: str = ""


@dataclass(frozen=True, slots=True)
class SpeedCase:
    """A generation as far as time goes.

    Attributes:
        width: Pixels.
        height: Pixels.
        frames: 1 for a picture.
        steps: Denoising steps (of the first stage, where there are two).
        passes: Runs of the network per step: 2 with guidance.
        precision: Of the weights.
    """

    width: int
    height: int
    frames: int
    steps: int
    passes: int
    precision: Quantization

    @property
    def sizes(self) -> tuple[float, ...]:
        """Where each is larger, it takes no less time."""
        return (
            self.width * self.height,
            self.frames,
            self.steps,
            self.passes,
            0.0 if self.precision.is_reduced else 1.0,
        )


def forward_flop(architecture: Architecture, sequence: float, constants: SpeedConstants) -> float:
    """Return the work of one run of the network over a sequence of this many tokens, in effective FLOP."""
    active, layers, hidden = architecture.active_b or 0.0, architecture.layers or 0, architecture.hidden or 0
    return 2 * active * 1e9 * sequence + constants.attention * 4 * layers * hidden * sequence * sequence


def codec_flop(
    architecture: Architecture, width: int, height: int, frames: int, constants: SpeedConstants
) -> float:
    """Return the work of decoding, in effective FLOP: per latent cell, so tighter codecs cost less a pixel."""
    spatial = architecture.vae_spatial or 1
    if spatial == 1:
        return 0.0
    return constants.codec_flops_per_pixel * (8 / spatial) ** 2 * width * height * frames


def runs(
    architecture: Architecture, stage: FirstStage | None, case: SpeedCase
) -> tuple[tuple[float, float], ...]:
    """Return the runs of the network: (how many, tokens of each)."""
    full = tokens(architecture, case.width, case.height, case.frames)
    if stage is None:
        return ((case.steps * case.passes, full),)
    share = stage.scale**2 if stage.scale is not None else (stage.pixels or 0) / (case.width * case.height)
    return ((case.steps * case.passes, full * min(share, 1.0)), (stage.second_steps, full))


def work_flop(
    architecture: Architecture,
    stage: FirstStage | None,
    case: SpeedCase,
    constants: SpeedConstants,
    *,
    codec: bool = True,
) -> float:
    """Return the work of a generation, in effective FLOP; without the codec for timings of the diffusion loop."""
    network = sum(
        count * forward_flop(architecture, length, constants)
        for count, length in runs(architecture, stage, case)
    )
    return network + (
        codec_flop(architecture, case.width, case.height, case.frames, constants) if codec else 0.0
    )


def streamed_seconds(
    architecture: Architecture,
    stage: FirstStage | None,
    case: SpeedCase,
    throughput: Rate,
    constants: Constants,
) -> float:
    """Return the time of a generation whose weights stream from RAM: each run waits for the slower of the two."""
    flops = flop_per_second(throughput, case.precision, constants)
    weights_gb = (architecture.params_b or 0.0) * case.precision.bytes_per_param
    streaming = weights_gb / constants.streaming_gb_s
    codec = codec_flop(architecture, case.width, case.height, case.frames, constants.speed)
    return codec / flops + sum(
        count * max(forward_flop(architecture, length, constants.speed) / flops, streaming)
        for count, length in runs(architecture, stage, case)
    )


def flop_per_second(throughput: Rate, precision: Quantization, constants: Constants) -> float:
    """Return what a card reaches with weights of this precision."""
    return throughput.tflops * 1e12 * (constants.reduced_gain if precision.is_reduced else 1.0)


def default_case(model: ModelRecord, precision: str | None = None) -> SpeedCase | None:
    """Return the generation that the host's form starts with, or None where a size or the steps are not set."""
    given = model.defaults
    if given.width is None or given.height is None or given.frames is None or given.steps is None:
        return None
    weights = quantization(precision or model.weights)
    return SpeedCase(given.width, given.height, given.frames, given.steps, given.passes, weights)


@cache
def reference_work() -> float:
    """Return the work of one default Wan 2.1 text-to-video clip, in effective FLOP."""
    catalogue = load_catalogue()
    model = catalogue.models[REFERENCE]
    case = default_case(model)
    if case is None:
        raise ValueError(f"{REFERENCE} has no defaults")
    return work_flop(catalogue.architecture_of(model), model.first_stage, case, load_constants().speed)


@cache
def reference_seconds(gpu_name: str) -> float:
    """Return the time of one default Wan 2.1 text-to-video clip on a card, in 8-bit weights, streamed."""
    catalogue, constants = load_catalogue(), load_constants()
    model = catalogue.models[REFERENCE]
    case = default_case(model)
    if case is None:
        raise ValueError(f"{REFERENCE} has no defaults")
    throughput = rate(get_gpu(gpu_name), constants)
    return streamed_seconds(catalogue.architecture_of(model), model.first_stage, case, throughput, constants)


def estimate_seconds(
    model: ModelRecord,
    architecture: Architecture,
    case: SpeedCase,
    gpu: str | None,
    points: Iterable[Point] | None = None,
) -> SpeedEstimate:
    """Return the time of a generation of pictures or video.

    Args:
        model: The model.
        architecture: Its architecture.
        case: The generation.
        gpu: A card's name; None for the relative cost alone.
        points: Published seconds on that card to respect; None: those of the package.

    Raises:
        UnknownNameError: The card is not in the table.
    """
    constants = load_constants()
    work = work_flop(architecture, model.first_stage, case, constants.speed)
    relative = work / reference_work()
    if gpu is None:
        return SpeedEstimate(
            None, relative, "Work against one default Wan 2.1 clip; no card named.", Origin.ESTIMATED
        )
    throughput = rate(get_gpu(gpu), constants)
    by_formula = work / flop_per_second(throughput, case.precision, constants)
    if points is None:
        points = published_seconds().get((architecture.name, throughput.gpu.name), ())
    seconds = reconcile(by_formula, case.sizes, points)
    if seconds.origin is Origin.PUBLISHED:
        basis = f"Published for this case: {seconds.source}."
    elif seconds.origin is Origin.BOUNDED:
        basis = (
            f"Expected: the formula gives {by_formula:.0f} s, held to a published figure ({seconds.source})."
        )
    else:
        basis = _pace_in_words(throughput)
    return SpeedEstimate(seconds.value, relative, basis, seconds.origin, seconds.source)


def _pace_in_words(throughput: Rate) -> str:
    return (
        "Expected: timings on {gpu} come to {tflops} TFLOP/s."
        if throughput.measured
        else "Expected: no timing on {gpu} is known; it is placed by its published {published} TFLOP/s, of which {tflops} are usual."
    ).format(
        gpu=throughput.gpu.name,
        tflops=f"{throughput.tflops:.0f}",
        published=f"{throughput.gpu.published_tflops:g}",
    )


def speed_rows() -> tuple[Fields, ...]:
    """Return the rows of speed_measurements.json."""
    return read_facts("speed_measurements").rows("rows")


def row_case(row: Fields) -> SpeedCase:
    """Return the case of a timing with known size and steps."""
    return SpeedCase(
        int(row.number("width")),
        int(row.number("height")),
        int(row.number("frames")),
        int(row.number("steps")),
        int(row.number("cfg_passes")),
        quantization(row.maybe_text("precision") or "bf16"),
    )


@cache
def published_seconds() -> dict[tuple[str, str], tuple[Point, ...]]:
    """Return the published whole generations by architecture and card: with the host, then with the official code."""
    by_model: dict[tuple[str, str], list[tuple[int, Point]]] = {}
    for row in speed_rows():
        gpu, framework = find_gpu(row.text("gpu")), row.text("framework")
        order = next((rank for rank, name in enumerate(_SAME_CASE) if framework.startswith(name)), None)
        if (
            row.values.get("excluded") is not None
            or row.text("kind") != "e2e"
            or gpu is None
            or order is None
        ):
            continue
        stated = f"{row.number('seconds'):g} s on {row.text('gpu')} with {framework}, {row.text('source')}"
        point = Point(row_case(row).sizes, row.number("seconds"), stated)
        by_model.setdefault((row.text("architecture"), gpu.name), []).append((order, point))
    return {
        key: without_contradictions(point for _, point in sorted(ranked, key=lambda entry: entry[0]))
        for key, ranked in by_model.items()
    }
