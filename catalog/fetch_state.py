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
    NOT_SURE = (
        "not_sure"  # its definition has a problem, a folder does not answer, or one is in a file's place
    )
    BROKEN = "broken"  # nothing would be downloaded, but a file is damaged
    UNFINISHED = "unfinished"  # nothing would be downloaded, but a file is still being written


def fetch_state(model: TrackedModel) -> FetchState:
    """Return what Generate would do; what keeps it from working comes first."""
    if model.stopped_by is not None:
        return FetchState.STOPS
    if model.problems or model.unanswered or model.obstructed:
        return FetchState.NOT_SURE
    if model.to_fetch:
        return FetchState.DOWNLOADS
    if model.damaged:
        return FetchState.BROKEN
    return FetchState.UNFINISHED if model.unfinished else FetchState.NOTHING
