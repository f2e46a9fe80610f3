"""What Generate would do about a model's files, as one identifier."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..inventory.models import TrackedModel


class FetchState(Enum):
    """What pressing Generate would do about a model's files; the values are part of the report's schema."""

    NOTHING = "nothing"  # all of them are there
    DOWNLOADS = "downloads"
    STOPS = "stops"  # with an error: a file is missing and has no download URL
    NOT_SURE = "not_sure"  # its definition has a problem
    BROKEN = "broken"  # nothing would be downloaded, but a file is damaged


def fetch_state(model: TrackedModel) -> FetchState:
    """Return what Generate would do; what keeps it from working comes first."""
    if model.stopped_by is not None:
        return FetchState.STOPS
    if model.problems:
        return FetchState.NOT_SURE
    if model.to_fetch:
        return FetchState.DOWNLOADS
    return FetchState.BROKEN if model.damaged else FetchState.NOTHING
