"""What there is of a model as one word, by what there is of its files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..wan2gp.required_files import OWN_WEIGHTS, RequiredFile, Role
from .models import FileState, ModelStatus, TrackedFile

if TYPE_CHECKING:
    from ..wan2gp.problems import Problem
    from ..wan2gp.required_files import Requirements

Track = Callable[[RequiredFile], TrackedFile]


def status_of(
    needs: Requirements, problems: Sequence[Problem], files: Sequence[TrackedFile], track: Track
) -> ModelStatus:
    """Return what there is of a model; a file of which nothing is known is neither there nor missing.

    Args:
        needs: What it needs.
        problems: What is in doubt about it.
        files: What there is of each file.
        track: Returns what there is of another one, such as a format that is not in use.
    """
    if not problems and all(file.state is FileState.PRESENT for file in files):
        return ModelStatus.DOWNLOADED
    own = _own_weights(needs, files)
    if not own:
        return ModelStatus.MISSING  # its own weights cannot even be named
    here = any(track(file).state is not FileState.MISSING for file in own)
    return ModelStatus.PARTIAL if here else ModelStatus.MISSING


def last_status_of(
    needs: Requirements, problems: Sequence[Problem], files: Sequence[TrackedFile], track: Track
) -> ModelStatus | None:
    """Return what its status was by what was last seen in folders that do not answer now.

    None where all folders answer that it needs, or nothing of it was seen in them. The arguments are those of
    `status_of`.
    """
    if FileState.UNANSWERED not in [file.state for file in files]:
        return None
    own = _own_weights(needs, files)
    doubtful = [file for file in (*files, *map(track, own)) if file.state is FileState.UNANSWERED]
    if not any(file.was_seen for file in doubtful):
        return None
    if not problems and all(file.state is FileState.PRESENT or file.was_seen for file in files):
        return ModelStatus.DOWNLOADED
    here = any(tracked.is_on_disk or tracked.was_seen for tracked in map(track, own))
    return ModelStatus.PARTIAL if here else ModelStatus.MISSING


def _own_weights(needs: Requirements, files: Sequence[TrackedFile]) -> list[RequiredFile]:
    """Return the files of which one must be there for anything of the model to be there."""
    own = [
        alternative for slot in needs.slots if slot.role in OWN_WEIGHTS for alternative in slot.alternatives
    ]
    if own or needs.problems:
        return own
    required = [file.required for file in files]
    data = [file for file in required if file.role is Role.MODEL_DATA]
    return data or [file for file in required if file.role is not Role.SHARED]
