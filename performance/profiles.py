"""The host's memory profiles: what stays in VRAM, what in RAM."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import UnknownNameError

PROFILES = (1.0, 2.0, 3.0, 3.5, 4.0, 4.5, 5.0)
DEFAULT = 4.0

_ALIASES = {"3+": 3.5, "4+": 4.5}
_RAM_SHARE = {
    1.0: 1.5,
    2.0: 1.5,
    5.0: 0.75,
}  # mmgp asks for 48 GB under 1 and 2, 32 under 3 and 4, 24 under 5


@dataclass(frozen=True, slots=True)
class Profile:
    """A memory profile.

    Attributes:
        number: 1, 2, 3, 3.5, 4, 4.5 or 5.
    """

    number: float

    @property
    def keeps_whole_model(self) -> bool:
        """Whether the whole model goes to VRAM (1, 3, 3.5); the others stream its blocks."""
        return self.number in {1.0, 3.0, 3.5}

    @property
    def blocks_in_vram(self) -> int:
        """Blocks kept when streaming: the one at work and the next; 4.5 does without the next."""
        return 1 if self.number == 4.5 else 2

    @property
    def vram_rank(self) -> int:
        """Order by VRAM, from least: 4.5; then 2, 4 and 5; then 1, 3 and 3.5."""
        return 2 if self.keeps_whole_model else self.blocks_in_vram - 1

    @property
    def ram_share(self) -> float:
        """RAM against profile 4."""
        return _RAM_SHARE.get(self.number, 1.0)

    def __str__(self) -> str:
        return f"{self.number:g}"


def profile(value: float | str) -> Profile:
    """Return a profile by number or name: 4, "4", "3.5", "3+"; of "1/3" the first.

    Raises:
        UnknownNameError: There is no such profile.
    """
    text = str(value).split("/")[0].strip()
    try:
        number = _ALIASES[text] if text in _ALIASES else float(text)
    except ValueError:
        number = 0.0
    if number not in PROFILES:
        nearest = min(PROFILES, key=lambda candidate: abs(candidate - number))
        raise UnknownNameError("memory profile", value, [f"{nearest:g}"])
    return Profile(number)
