"""VRAM against size and length: what one model needs for a few usual outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .constants import load_constants
from .fit import FitLevel, judge_fit
from .vram import VramCase, estimate_vram

if TYPE_CHECKING:
    from .hardware import Machine
    from .labels import Origin
    from .profiles import Profile
    from .quantization import Quantization
    from .records import Architecture, Defaults

VIDEO_SIZES = ((832, 480), (1280, 720), (1920, 1088))
PICTURE_SIZES = ((512, 512), (1024, 1024), (1536, 1536), (2048, 2048))
_SAME = 0.1  # a usual size this near to the default one says nothing new


@dataclass(frozen=True, slots=True)
class GridCell:
    """One output and what it needs.

    Attributes:
        width: Pixels.
        height: Pixels.
        frames: 1 for a picture.
        is_default: Whether the host's form starts with it.
        card_gb: The least card that it needs.
        origin: Of that figure.
        basis: A sentence: where it comes from.
        level: How that suits the machine's card, its VRAM alone.
    """

    width: int
    height: int
    frames: int
    is_default: bool
    card_gb: float
    origin: Origin
    basis: str
    level: FitLevel


@dataclass(frozen=True, slots=True)
class VramGrid:
    """What a model needs for several outputs.

    Attributes:
        cells: The smallest size first, within a size the shortest.
        fps: Frames per second of its video; None where not known.
        quantization: Of the transformer's weights.
        profile: The host's memory profile.
    """

    cells: tuple[GridCell, ...]
    fps: float | None
    quantization: Quantization
    profile: Profile

    @property
    def has_lengths(self) -> bool:
        """Whether several lengths are compared."""
        return len({cell.frames for cell in self.cells}) > 1


def vram_grid(
    architecture: Architecture, defaults: Defaults, stored: Quantization, used: Profile, machine: Machine
) -> VramGrid | None:
    """Return what a model needs for usual sizes, and for video for half, the default and double length.

    Args:
        architecture: The model's.
        defaults: What the host's form starts with.
        stored: The format of its weights.
        used: The host's memory profile.
        machine: The machine, or one the user asks about.

    Returns:
        None for models of sound, and where the default output is not known.
    """
    width, height, frames = defaults.width, defaults.height, defaults.frames
    if not architecture.is_visual or width is None or height is None or frames is None:
        return None
    is_picture = architecture.modality == "image"
    cells: list[GridCell] = []
    for size in _sizes((width, height), PICTURE_SIZES if is_picture else VIDEO_SIZES):
        for length in (frames,) if is_picture else _lengths(frames, architecture.vae_temporal or 1):
            needed = estimate_vram(architecture, VramCase(*size, length, stored, used), load_constants())
            if needed.minimum_card_gb is not None:
                is_default = (*size, length) == (width, height, frames)
                level = judge_fit(machine, lambda _, needed=needed: needed, used.number).vram
                least = needed.minimum_card_gb
                cells.append(GridCell(*size, length, is_default, least, needed.origin, needed.basis, level))
    return VramGrid(tuple(cells), defaults.fps, stored, used) if cells else None


def _sizes(given: tuple[int, int], usual: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    pixels = given[0] * given[1]
    others = [size for size in usual if abs(size[0] * size[1] / pixels - 1) > _SAME]
    return sorted([given, *others], key=lambda size: size[0] * size[1])


def _lengths(frames: int, step: int) -> list[int]:
    """Return about half, the length itself and about double, in frames as the codec packs them."""
    packed = (frames - 1) / step
    return sorted({round(packed / 2) * step + 1, frames, round(packed * 2) * step + 1})
