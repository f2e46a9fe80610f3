"""VRAM that a generation needs under the host's memory profiles.

    U      = tokens * hidden * 2 bytes                            one bf16 activation of the whole sequence
    blocks = 2 B * base + bytes per weight * n * largest block    what streaming keeps of the transformer, n = 2 (4.5: 1)
    need   = c + max(blocks + k*U, embedding of the text encoder + two of its blocks)          profiles 2, 4, 4.5, 5
    need   = the larger of that and c + all weights + k*U                                      profiles 1, 3, 3.5
    card   = need + margin

c, k and the margin are fitted (`standalone/calibration.py`) on figures published for the host; `standalone/evaluate.py` says how well.
Under profiles 1 and 3 the host streams what does not fit in 80 % of the card, so a smaller card works, slower.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from .catalogue import Catalogue, load_catalogue
from .facts import Fields, read_facts
from .labels import Origin
from .profiles import Profile, profile
from .published import Point, Reconciled, reconcile, without_contradictions
from .quantization import HOST_DEFAULT, Quantization, quantization

if TYPE_CHECKING:
    from .constants import Constants, VramConstants
    from .records import Architecture

_NOTHING_KNOWN = "Nothing is known about this model."


CARD_SIZES_GB = (4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 141, 180, 288)
COMFORT = 1.15  # a recommended card has this much more than the least one


@dataclass(frozen=True, slots=True)
class VramEstimate:
    """What one generation needs. GB as cards are sold; None: nothing is known.

    Attributes:
        need_gb: In use at the peak.
        minimum_card_gb: With what desktop, browser and allocator take.
        recommended_card_gb: The smallest size sold with room to spare.
        ram_gb: Weights in RAM and the rest of the system; assumed rather than fitted.
        basis: A sentence: where the figures come from.
        origin: Published, estimated, bounded by published figures, or unknown.
        source: Of the published figure that decided, or "".
    """

    need_gb: float | None
    minimum_card_gb: float | None
    recommended_card_gb: float | None
    ram_gb: float | None
    basis: str
    origin: Origin
    source: str = ""


UNKNOWN_VRAM = VramEstimate(None, None, None, None, _NOTHING_KNOWN, Origin.UNKNOWN)


@dataclass(frozen=True, slots=True)
class VramCase:
    """A generation as far as VRAM goes."""

    width: int
    height: int
    frames: int
    quantization: Quantization
    profile: Profile

    @property
    def sizes(self) -> tuple[float, ...]:
        """Where each is larger, no less VRAM is needed."""
        return (
            self.width * self.height,
            self.frames,
            self.quantization.bytes_per_param,
            self.profile.vram_rank,
        )


def tokens(architecture: Architecture, width: int, height: int, frames: int) -> float:
    """Return the length of the sequence for an output of this size in pixels and frames."""
    spatial, temporal, patch = architecture.vae_spatial, architecture.vae_temporal, architecture.patch_area
    if spatial is None or temporal is None or patch is None:
        raise ValueError(f"{architecture.name} makes sound: it has no picture tokens")
    latent_frames = (frames - 1) / temporal + 1
    return latent_frames * width * height / (spatial * spatial * patch) * architecture.token_factor


def formula_gb(architecture: Architecture, case: VramCase, constants: VramConstants) -> float:
    """Return the need by the formula alone, in GB, of an architecture that makes pictures or video."""
    activation = (
        tokens(architecture, case.width, case.height, case.frames) * (architecture.hidden or 0) * 2 / 1e9
    )
    at_work = constants.k * activation
    block = architecture.largest_block_b or 0.0
    per_weight = case.quantization.bytes_per_param
    blocks = 2 * architecture.base_b + per_weight * case.profile.blocks_in_vram * block
    need = max(blocks + at_work, _encoder_gb(architecture))
    if case.profile.keeps_whole_model:
        two_blocks = 2 * architecture.base_b + per_weight * 2 * block
        need = max(need, two_blocks + at_work, (architecture.params_b or 0.0) * per_weight + at_work)
    return constants.c_gb + need


def _encoder_gb(architecture: Architecture) -> float:
    encoder = architecture.text_encoder
    if encoder is None:
        return 0.0
    per_weight = quantization(HOST_DEFAULT).bytes_per_param
    blocks_b = (encoder.params_b - encoder.embedding_params_b) / encoder.layers
    return 2 * encoder.embedding_params_b + 2 * blocks_b * per_weight


def ram_gb(
    architecture: Architecture, case_quantization: Quantization, used: Profile, constants: Constants
) -> float | None:
    """Return the RAM for the weights (all transformers and the text encoder) and the rest of the system, in GB."""
    if architecture.params_b is None:
        return None
    weights = architecture.params_b * architecture.transformers * case_quantization.bytes_per_param
    if architecture.text_encoder is not None:
        weights += architecture.text_encoder.params_b * quantization(HOST_DEFAULT).bytes_per_param
    return (weights + constants.ram_overhead_gb) * used.ram_share


def recommended_card(minimum_gb: float) -> float:
    """Return the smallest card size sold that leaves room above the least one."""
    comfortable_gb = minimum_gb * COMFORT
    return float(next((size for size in CARD_SIZES_GB if size >= comfortable_gb), CARD_SIZES_GB[-1]))


def estimate_vram(
    architecture: Architecture, case: VramCase, constants: Constants, points: Iterable[Point] | None = None
) -> VramEstimate:
    """Return what a generation of pictures or video needs.

    Args:
        architecture: The model's.
        case: The generation.
        constants: Fitted and given.
        points: Published minimum cards to respect; None: those of the package.
    """
    margin = constants.vram.margin_gb
    by_formula = formula_gb(architecture, case, constants.vram) + margin
    if points is None:
        points = published_points(margin).get(architecture.name, ())
    card = reconcile(by_formula, case.sizes, points)
    return VramEstimate(
        need_gb=card.value - margin,
        minimum_card_gb=card.value,
        recommended_card_gb=recommended_card(card.value),
        ram_gb=ram_gb(architecture, case.quantization, case.profile, constants),
        basis=_basis(case, card, by_formula),
        origin=card.origin,
        source=card.source,
    )


def _basis(case: VramCase, card: Reconciled, by_formula: float) -> str:
    described = (
        "{width}x{height}, {form}, profile {profile}"
        if case.frames == 1
        else "{width}x{height}, {frames} frames, {form}, profile {profile}"
    ).format(
        width=case.width,
        height=case.height,
        frames=case.frames,
        form=case.quantization.name,
        profile=case.profile,
    )
    forms = {
        Origin.PUBLISHED: "Published for {case}: {source}.",
        Origin.BOUNDED: "Expected for {case}: the formula gives {size} GB, held to a published figure ({source}).",
    }
    return forms.get(
        card.origin,
        "Expected for {case}: streamed blocks and activations; no figure is published for this case.",
    ).format(case=described, source=card.source, size=f"{by_formula:.1f}")


def published_audio_vram(
    architecture: Architecture, stored: Quantization, used: Profile, constants: Constants
) -> VramEstimate:
    """Return what is published for a model of speech or music; nothing is estimated."""
    needed_ram = ram_gb(architecture, stored, used, constants)
    rows = [row for row in _audio_rows().get(architecture.name, ()) if row[1].vram_rank >= used.vram_rank]
    if not rows:
        return VramEstimate(
            None, None, None, needed_ram, "Nothing is published for this model.", Origin.UNKNOWN
        )
    value, published_profile, source = min(rows, key=lambda row: row[0])
    basis = f"Published for profile {published_profile}: a card of {value:g} GB ({source})."
    margin = constants.vram.margin_gb
    return VramEstimate(
        max(value - margin, 0.0), value, recommended_card(value), needed_ram, basis, Origin.PUBLISHED, source
    )


@cache
def published_points(margin_gb: float) -> dict[str, tuple[Point, ...]]:
    """Return the published minimum cards by architecture; figures seen in use count with the margin."""
    by_architecture: dict[str, list[Point]] = {}
    for row in vram_rows():
        if row.values.get("excluded") is None:
            by_architecture.setdefault(row.text("architecture"), []).append(row_point(row, margin_gb))
    return {name: without_contradictions(points) for name, points in by_architecture.items()}


def row_point(row: Fields, margin_gb: float) -> Point:
    """Return the minimum card that a row states."""
    value = row.number("vram_gb")
    if row.text("bound") == "used":
        value += margin_gb
    template = "{size} GB in use, {source}" if row.text("bound") == "used" else "{size} GB card, {source}"
    stated = template.format(size=f"{row.number('vram_gb'):g}", source=row.text("source"))
    return Point(row_case(row).sizes, value, stated)


def row_case(row: Fields) -> VramCase:
    """Return the case of a measurement row with known size."""
    return VramCase(
        int(row.number("width")),
        int(row.number("height")),
        int(row.number("frames")),
        quantization(row.text("quantization")),
        profile(row.maybe_text("profile") or "4"),
    )


def vram_rows() -> tuple[Fields, ...]:
    """Return the rows of vram_measurements.json."""
    return read_facts("vram_measurements").rows("rows")


@cache
def _audio_rows() -> dict[str, list[tuple[float, Profile, str]]]:
    catalogue = load_catalogue()
    by_architecture: dict[str, list[tuple[float, Profile, str]]] = {}
    for row in vram_rows():
        name = row.maybe_text("architecture")
        if name is None or row.text("app") != "wan2gp" or row.text("bound") != "card":
            continue
        if not catalogue.architectures[name].is_visual:
            used = profile(row.maybe_text("profile") or "4")
            for sharer in _sharing_network(catalogue, name):
                by_architecture.setdefault(sharer, []).append(
                    (row.number("vram_gb"), used, row.text("source"))
                )
    return by_architecture


def _sharing_network(catalogue: Catalogue, name: str) -> list[str]:
    return [
        other for other, record in catalogue.architectures.items() if name in (other, record.same_network_as)
    ]


@cache
def observed_max() -> dict[str, float]:
    """Return the largest VRAM figure published for the host by architecture: in use, or a card it ran on, in GB."""
    largest: dict[str, float] = {}
    for row in vram_rows():
        name = row.maybe_text("architecture")
        if name is None or row.text("app") != "wan2gp" or row.text("bound") not in {"used", "card"}:
            continue
        largest[name] = max(largest.get(name, 0.0), row.number("vram_gb"))
    return largest
