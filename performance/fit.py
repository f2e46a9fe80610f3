"""Whether a generation suits a machine under a memory profile. Never "cannot": less memory means more offloading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from .profiles import Profile, profile
from .vram import COMFORT, VramEstimate

if TYPE_CHECKING:
    from .hardware import Machine


class FitLevel(Enum):
    """How well a need and what is there go together."""

    FITS = "fits"  # room to spare
    TIGHT = "tight"  # it should do, close other programs
    SLOWER = "slower"  # less than advised: expect longer runs
    UNKNOWN = "unknown"  # the need or the machine is not known


FIT_WORDS = {
    FitLevel.FITS: "fits",
    FitLevel.TIGHT: "tight",
    FitLevel.SLOWER: "slower here",
    FitLevel.UNKNOWN: "not known",
}
"""The words for it, the same everywhere."""

_ORDER = (FitLevel.FITS, FitLevel.TIGHT, FitLevel.SLOWER)
_PREFERENCE = (4.0, 2.0, 4.5, 5.0)  # of equal profiles the one named first; all stream the weights


@dataclass(frozen=True, slots=True)
class Fit:
    """How a generation suits a machine.

    Attributes:
        vram: Of the card.
        ram: Of the machine's memory.
        overall: The worse of the two; unknown where the card's is.
        bottleneck: "VRAM", "RAM" or "".
        better_profile: A profile that would suit better, or None.
        sentence: All that, for users.
    """

    vram: FitLevel
    ram: FitLevel
    overall: FitLevel
    bottleneck: str
    better_profile: Profile | None
    sentence: str


def judge_fit(
    machine: Machine,
    estimate: Callable[[Profile], VramEstimate],
    active: float | str,
    *,
    picture: bool = False,
) -> Fit:
    """Return how a generation suits a machine under a profile.

    Args:
        machine: The machine, or one the user asks about.
        estimate: What the generation needs under a given profile.
        active: The host's profile.
        picture: Whether it makes a single picture; the whole model in VRAM (profile 3) is advised for those alone.
    """
    used = profile(active)
    needed = estimate(used)
    vram, ram = _levels(machine, needed)
    overall, bottleneck = _overall(vram, ram)
    better = _better_profile(machine, estimate, used, overall, picture=picture)
    sentences = [_sentence(machine, needed, used, overall)]
    if bottleneck:
        sentences.append(f"{bottleneck} is the bottleneck.")
    if better is not None:
        sentences.append(f"Memory profile {better} would suit it better.")
    return Fit(vram, ram, overall, bottleneck, better, " ".join(sentences))


def _levels(machine: Machine, needed: VramEstimate) -> tuple[FitLevel, FitLevel]:
    ram_gib = machine.ram_beside(needed.minimum_card_gb or 0.0)
    return _level(needed.minimum_card_gb, machine.card_gb), _level(needed.ram_gb, ram_gib)


def _level(needed: float | None, available: float | None) -> FitLevel:
    if needed is None or available is None:
        return FitLevel.UNKNOWN
    if available >= needed * COMFORT:
        return FitLevel.FITS
    return FitLevel.TIGHT if available >= needed else FitLevel.SLOWER


def _overall(vram: FitLevel, ram: FitLevel) -> tuple[FitLevel, str]:
    if vram is FitLevel.UNKNOWN:
        return FitLevel.UNKNOWN, ""
    known_ram = ram if ram is not FitLevel.UNKNOWN else FitLevel.FITS
    overall = max(vram, known_ram, key=_ORDER.index)
    if overall is FitLevel.FITS:
        return overall, ""
    return overall, "VRAM" if vram is overall else "RAM"


def _better_profile(
    machine: Machine,
    estimate: Callable[[Profile], VramEstimate],
    used: Profile,
    now: FitLevel,
    *,
    picture: bool,
) -> Profile | None:
    """Return a profile that needs less offloading; for a picture that fits whole, one that keeps it whole."""
    if now is FitLevel.UNKNOWN:
        return None
    if picture and not used.keeps_whole_model:
        whole = profile(3)
        if _overall(*_levels(machine, estimate(whole)))[0] is FitLevel.FITS:
            return whole
    if now is not FitLevel.SLOWER:
        return None
    shortage = _shortage(machine, estimate(used))
    candidates = [profile(number) for number in _PREFERENCE]
    best = min(candidates, key=lambda candidate: _shortage(machine, estimate(candidate)))
    return best if _shortage(machine, estimate(best)) < shortage else None


def _shortage(machine: Machine, needed: VramEstimate) -> tuple[int, int]:
    """Return how much is lacking: the worse of VRAM and RAM, then both together."""
    vram, ram = (
        0 if level is FitLevel.UNKNOWN else _ORDER.index(level) for level in _levels(machine, needed)
    )
    return max(vram, ram), vram + ram


def _sentence(machine: Machine, needed: VramEstimate, used: Profile, overall: FitLevel) -> str:
    if needed.minimum_card_gb is None:
        return "Not known: this model's need is not known."
    if machine.card_gb is None:
        return "Not known: this machine's graphics card is not known."
    knows_ram = needed.ram_gb is not None and machine.ram_gib is not None
    return (
        "Expected under memory profile {profile}: {fit} (needs about {vram} GB of VRAM and {ram} GB of RAM; {where}: {card} GB and {ram_here} GB{shared})."
        if knows_ram
        else "Expected under memory profile {profile}: {fit} (needs about {vram} GB of VRAM; {where}: {card} GB)."
    ).format(
        fit=FIT_WORDS[overall],
        profile=used,
        vram=f"{needed.minimum_card_gb:.0f}",
        ram=f"{needed.ram_gb or 0:.0f}",
        where=machine.gpu_name if machine.source == "chosen" else "here",
        card=f"{machine.card_gb:.0f}",
        ram_here=f"{machine.ram_gib or 0:.0f}",
        shared=", shared" if machine.shared_gib else "",
    )
