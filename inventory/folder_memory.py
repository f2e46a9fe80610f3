"""What was seen in the checkpoint folders when they last answered, over restarts too."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from ..store.database import StoreError
from .roots import Sighting

if TYPE_CHECKING:
    from ..store.database import Store

_RENEWED_AFTER = timedelta(hours=1)
"""What has not changed is written again after this time, for its date."""
_MOST_FOLDERS = 20
"""Folders that were seen longer ago are forgotten."""


class FolderMemory:
    """Remembers sightings by folder; used by one thread at a time. A store that cannot be used is done without."""

    def __init__(self, store: Store | None = None) -> None:
        """Read nothing yet.

        Args:
            store: Where it lasts; None: only as long as the object.
        """
        self._store = store
        self._kept: dict[str, Sighting] = {}
        self._written: dict[str, Sighting] = {}
        self._is_read = store is None

    def recall(self, folder: str) -> Sighting | None:
        """Return what was seen in a folder last, or None."""
        self._read()
        return self._kept.get(folder)

    def files(self, folders: Iterable[str]) -> dict[str, int]:
        """Return absolute path → bytes of all that was seen in these folders last."""
        sightings = [self.recall(folder) for folder in folders]
        return {path: size for sighting in sightings if sighting for path, size in sighting.files.items()}

    def keep(self, sightings: Mapping[str, Sighting]) -> None:
        """Keep what is seen in folders now, in place of what was seen before.

        Args:
            sightings: By folder; a folder in which nothing was seen, now or before, is not kept.
        """
        self._read()
        for folder, sighting in sightings.items():
            if sighting.files or folder in self._kept:
                self._kept[folder] = sighting
        self._write()

    def _read(self) -> None:
        if self._is_read or self._store is None:
            return
        try:
            with self._store.reading() as connection:
                rows = connection.execute("SELECT folder, seen_at, device, files FROM sightings").fetchall()
        except StoreError:
            return  # asked again at the next scan
        self._is_read = True
        for row in rows:
            decoded = _decoded(row)
            if decoded is not None:
                folder, sighting = decoded
                self._written[folder] = sighting
                self._kept.setdefault(folder, sighting)

    def _write(self) -> None:
        if self._store is None or not self._is_read:
            return
        changed = {
            folder: sighting
            for folder, sighting in self._kept.items()
            if _is_worth_writing(sighting, self._written.get(folder))
        }
        if not changed:
            return
        try:
            with self._store.writing() as connection:
                connection.executemany(
                    "INSERT OR REPLACE INTO sightings VALUES (?, ?, ?, ?)",
                    [_encoded(folder, sighting) for folder, sighting in changed.items()],
                )
                connection.execute(
                    "DELETE FROM sightings WHERE folder NOT IN "
                    "(SELECT folder FROM sightings ORDER BY seen_at DESC LIMIT ?)",
                    (_MOST_FOLDERS,),
                )
        except StoreError:
            return  # tried again after the next scan
        self._written.update(changed)


def _is_worth_writing(sighting: Sighting, written: Sighting | None) -> bool:
    return (
        written is None
        or (sighting.files, sighting.device) != (written.files, written.device)
        or sighting.seen_at - written.seen_at >= _RENEWED_AFTER
    )


def _encoded(folder: str, sighting: Sighting) -> tuple[bytes, str, str, str]:
    """Return a row; names that are no Unicode pass as JSON escapes."""
    return (
        folder.encode("utf-8", "surrogatepass"),
        sighting.seen_at.isoformat(timespec="seconds"),
        str(sighting.device),  # may be larger than SQLite's integers
        json.dumps(dict(sighting.files), separators=(",", ":")),
    )


def _decoded(row: tuple[Any, ...]) -> tuple[str, Sighting] | None:
    """Return folder and sighting of a row; None where it was not written by this plugin."""
    folder, seen_at, device, files = row
    try:
        listed = cast("dict[str, Any]", json.loads(files))
        sizes = {str(path): int(size) for path, size in listed.items()}
        moment = datetime.fromisoformat(seen_at)
        if moment.tzinfo is None:
            return None
        return bytes(folder).decode("utf-8", "surrogatepass"), Sighting(moment, sizes, int(device))
    except (TypeError, ValueError, AttributeError, RecursionError):
        return None
