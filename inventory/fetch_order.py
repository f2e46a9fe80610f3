"""What Generate would download of a model, in order, and the file at which it would stop."""

from __future__ import annotations

import os.path
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .disk import parent_folders
from .models import FileState, TrackedFile

if TYPE_CHECKING:
    from ..wan2gp.required_files import RequiredFile


def what_is_fetched(files: Sequence[TrackedFile]) -> tuple[tuple[TrackedFile, ...], TrackedFile | None]:
    """Return the files to fetch in order, and the file at which the host would stop."""
    fetched: list[TrackedFile] = []
    target: set[str] = set()
    missing = FileState.MISSING
    for file in [file for file in files if file.state is missing]:
        if _is_put_already(file.required, target):
            continue
        if not file.can_be_fetched:
            return tuple(fetched), file
        fetched.append(file)
        target.add(file.required.target)
    return tuple(fetched), None


def _is_put_already(file: RequiredFile, target: set[str]) -> bool:
    """Return whether a file fetched before is this one, or makes the folder that is looked for."""
    if not file.is_folder:
        return not target.isdisjoint(file.lookup_paths)
    folder = os.path.normpath(file.target)
    return any(folder in parent_folders(name) for name in target)
