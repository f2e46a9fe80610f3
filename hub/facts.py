"""What servers have told of files: kept with the date, so that it is asked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from ..store.database import Store, StoreError, Trouble

FileKey = tuple[str, str]
"""Repository on the Hub and path in it; for a file of another server "" and its whole address."""


@dataclass(frozen=True, slots=True)
class HubFact:
    """What a server told of one file.

    Attributes:
        size_bytes: The file's whole size.
        sha256: 64 lower-case hexadecimal digits, or None where it was not told (small files, other servers).
        asked_at: When, in UTC.
    """

    size_bytes: int
    sha256: str | None
    asked_at: datetime


class FileFacts:
    """The facts of a store, read once and held in memory. Any thread may use it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._facts: Mapping[FileKey, HubFact] | None = None
        self._problem: StoreError | None = None

    @property
    def problem(self) -> StoreError | None:
        """Why earlier facts could not be read, or None."""
        self.all()
        return self._problem

    def all(self) -> Mapping[FileKey, HubFact]:
        """Return all facts; none where they cannot be read."""
        with self._lock:
            return self._held()

    def keep(self, repository: str, files: Mapping[str, HubFact]) -> None:
        """Keep a repository's listing in place of an earlier one: what it no longer has is forgotten.

        Args:
            repository: "owner/name"; "" for files of other servers, which stand alone.
            files: Path in the repository (or whole address) → fact.

        Raises:
            StoreError: It holds until the program ends, but could not be written.
        """
        with self._lock:
            held = {key: fact for key, fact in self._held().items() if not repository or key[0] != repository}
            self._facts = held | {(repository, path): fact for path, fact in files.items()}
        rows = [
            (repository, path, fact.size_bytes, fact.sha256, fact.asked_at.isoformat(timespec="seconds"))
            for path, fact in files.items()
        ]
        with self._store.writing() as connection:
            if repository:
                connection.execute("DELETE FROM file_facts WHERE repository = ?", (repository,))
            connection.executemany("INSERT OR REPLACE INTO file_facts VALUES (?, ?, ?, ?, ?)", rows)

    def _held(self) -> Mapping[FileKey, HubFact]:
        if self._facts is None:
            try:
                self._facts = _read(self._store)
            except StoreError as error:
                self._facts, self._problem = {}, error
        return self._facts


def _read(store: Store) -> dict[FileKey, HubFact]:
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT repository, path, size_bytes, sha256, asked_at FROM file_facts"
        ).fetchall()
    try:
        return {
            (str(repository), str(path)): HubFact(int(size), sha256, datetime.fromisoformat(asked_at))
            for repository, path, size, sha256, asked_at in rows
        }
    except (TypeError, ValueError) as error:  # not written by this plugin
        raise store.error(Trouble.DAMAGED, error) from error
