"""The schema, step by step. A step that has been released is never changed: a new one is added below.

user_version 0   an empty file
user_version 1   file_facts: sizes and check sums as servers told them
user_version 2   sightings: what was seen in the checkpoint folders when they last answered
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

Migration = Callable[[sqlite3.Connection], None]


def _file_facts(connection: sqlite3.Connection) -> None:
    connection.execute(
        """
        CREATE TABLE file_facts (
            repository TEXT NOT NULL,     -- on the Hugging Face Hub, "owner/name"; '': another server
            path TEXT NOT NULL,           -- in the repository, "/" between folders; else the whole address
            size_bytes INTEGER NOT NULL,
            sha256 TEXT,                  -- 64 hexadecimal digits; NULL: not told
            asked_at TEXT NOT NULL,       -- ISO 8601, UTC
            PRIMARY KEY (repository, path)
        ) WITHOUT ROWID
        """
    )


def _sightings(connection: sqlite3.Connection) -> None:
    connection.execute(
        """
        CREATE TABLE sightings (
            folder BLOB PRIMARY KEY,      -- absolute path; UTF-8, and what is no Unicode as it passes
            seen_at TEXT NOT NULL,        -- ISO 8601, UTC
            device TEXT NOT NULL,         -- the file system's number, decimal
            files TEXT NOT NULL           -- JSON: absolute path → bytes
        ) WITHOUT ROWID
        """
    )


MIGRATIONS: tuple[Migration, ...] = (_file_facts, _sightings)
"""Step n leads from version n - 1 to version n."""


def schema_version(connection: sqlite3.Connection) -> int:
    """Return how many steps the file has behind it."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Take the steps that the file lacks: all of them or, on an error, none.

    Args:
        connection: In autocommit mode.
        migrations: All steps, from an empty file on.

    Raises:
        sqlite3.Error: A step failed; the file is as it was.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        # asked under the lock: another thread or process may have come first
        for step in migrations[schema_version(connection) :]:
            step(connection)
        connection.execute(f"PRAGMA user_version = {max(len(migrations), schema_version(connection))}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite has rolled back itself after some errors
            connection.execute("ROLLBACK")
        raise
