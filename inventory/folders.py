"""Which folders a scan watches, which of them do not answer, and what is seen in the others."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from .roots import LostRoot, Sighting, look_at_root

if TYPE_CHECKING:
    from ..wan2gp.snapshot import HostSnapshot
    from .disk import DiskIndex
    from .folder_memory import FolderMemory
    from .models import TrackedFile

_NEVER_MEANT = frozenset("\"'~:\\")
"""What is in names that users enter for folders elsewhere, and in none of a new installation's."""


def folders_to_watch(host: HostSnapshot) -> tuple[str, ...]:
    """Return the absolute checkpoint folders and the LoRA folder; none where the host alone knows where it looks."""
    if host.locate is not None:
        return ()
    try:
        lora_root = os.path.abspath(host.lora_root)
    except Exception:  # noqa: BLE001 - the host's functions may do anything
        return host.roots
    return tuple(dict.fromkeys((*host.roots, lora_root)))


def look_at_folders(folders: Sequence[str], disk: DiskIndex, memory: FolderMemory) -> tuple[LostRoot, ...]:
    """Return the folders that do not answer; the index learns of them, and of what was seen there last."""
    disk.last_seen = memory.files(folders)
    lost: list[LostRoot] = []
    for folder in folders:
        disk.looking_at = folder
        answer = look_at_root(folder, is_default=_is_default(folder, folders), seen=memory.recall(folder))
        if answer is not None:
            disk.give_up(folder)
            lost.append(answer)
    return tuple(lost)


def _is_default(folder: str, folders: Sequence[str]) -> bool:
    """Return whether Wan2GP makes a folder by itself when it first downloads.

    One directly in its own folder, which is a checkpoint folder by default, or in another one of them.
    """
    parent, name = os.path.split(folder)
    return (parent == os.getcwd() or parent in folders) and _NEVER_MEANT.isdisjoint(name)


def sightings_in(folders: Sequence[str], files: Iterable[TrackedFile], now: datetime) -> dict[str, Sighting]:
    """Return what is seen now in folders that answer, by folder; of folders in each other, the innermost has it.

    Args:
        folders: Absolute.
        files: All that was looked for.
        now: The time.
    """
    prefixes = sorted(
        ((os.path.join(folder, ""), folder) for folder in folders), key=lambda pair: -len(pair[0])
    )
    seen: dict[str, dict[str, int]] = {folder: {} for folder in folders}
    paths = {file.path: file.size_bytes or 0 for file in files if file.is_on_disk}
    for path, size_bytes in paths.items():
        folder = next((folder for prefix, folder in prefixes if path.startswith(prefix)), None)
        if folder is not None:
            seen[folder][path] = size_bytes
    return {
        folder: Sighting(now, files, device)
        for folder, files in seen.items()
        if (device := _device(folder)) is not None
    }


def _device(folder: str) -> int | None:
    try:
        return os.stat(folder).st_dev
    except (OSError, ValueError):
        return None
