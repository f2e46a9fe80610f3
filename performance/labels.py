"""Tiers, whose values are the labels of `METRICS` that users see, in order; and where a figure comes from."""

from __future__ import annotations

from enum import Enum


class SpeedTier(str, Enum):
    """How long one default output takes beside one default Wan 2.1 text-to-video clip."""

    VERY_FAST = "Very fast"  # at most a fifth of the time
    FAST = "Fast"  # at most half
    MEDIUM = "Medium"  # from half the time to a third more
    SLOW = "Slow"  # up to four times as long
    VERY_SLOW = "Very slow"  # longer still
    UNKNOWN = "Unknown"  # nothing to judge by

    @property
    def rank(self) -> int:
        """Order from fast (0) to slow; unknown comes last."""
        return _SPEED_ORDER.index(self)

    @classmethod
    def of(cls, multiplier: float | None) -> SpeedTier:
        """Return the tier of a speed multiplier (1.0 = Wan 2.1 text to video); None is unknown."""
        if multiplier is None:
            return cls.UNKNOWN
        return next((tier for tier, least in _SPEED_LIMITS if multiplier >= least), cls.VERY_SLOW)


_SPEED_ORDER = tuple(SpeedTier)
_SPEED_LIMITS = (
    (SpeedTier.VERY_FAST, 5.0),
    (SpeedTier.FAST, 2.0),
    (SpeedTier.MEDIUM, 0.75),
    (SpeedTier.SLOW, 0.25),
)


class QualityTier(str, Enum):
    """What published figures and opinions say; compare within one task only."""

    BASIC = "Basic"
    GOOD = "Good"
    HIGH = "High"
    VERY_HIGH = "Very high"
    UNKNOWN = "Unknown"  # nothing published

    @property
    def rank(self) -> int:
        """Order from 1 (basic) to 4 (very high); unknown comes after them, as 5."""
        return _QUALITY_ORDER.index(self) + 1


_QUALITY_ORDER = tuple(QualityTier)


class Origin(str, Enum):
    """Where a figure comes from."""

    PUBLISHED = "published"  # somebody wrote it down for this very case
    ESTIMATED = "estimated"  # the formula
    BOUNDED = "bounded"  # the formula, kept within published figures that it would have contradicted
    UNKNOWN = "unknown"
