"""The one file in which the plugin keeps what must last.

WAN2GP_MODEL_TRACKER_HOME, or model_tracker/ in Wan2GP's folder
└── model_tracker.db      with model_tracker.db-wal and -shm beside it while it is in use

Each use opens a connection of its own and closes it: any thread may read and write at any time.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from enum import Enum
from pathlib import Path

from .migrations import MIGRATIONS, Migration, migrate, schema_version

_SENTENCES = {
    "NEWER": (
        "was written by a newer version of the Model Tracker",
        "Update the plugin, or move the file away to begin a new one.",
    ),
    "DAMAGED": (
        "is damaged or not a file of the Model Tracker",
        "Close Wan2GP and move the file away, with those beside it that end in -wal and -shm: a new one is begun.",
    ),
    "READ_ONLY": (
        "cannot be written",
        "Allow writing to it and its folder, or name another folder in {variable}.",
    ),
    "FULL": (
        "cannot grow: the disk is full",
        "Free some space, or name a folder on another disk in {variable}.",
    ),
    "BUSY": (
        "is held by another program",
        "Close other copies of Wan2GP and tools that have it open, then try again.",
    ),
    "UNREACHABLE": (
        "cannot be opened",
        "Check the drive and the folder, or name another folder in {variable}.",
    ),
}


HOME_VARIABLE = "WAN2GP_MODEL_TRACKER_HOME"
FILE_NAME = "model_tracker.db"
_WAIT_S = 5.0
"""How long a connection waits for another that is writing."""

Connect = Callable[[str], sqlite3.Connection]


class Trouble(Enum):
    """What is wrong with the file."""

    NEWER = "newer"  # a later version of the plugin has written it
    DAMAGED = "damaged"  # no database, a broken one, or not one of this plugin
    READ_ONLY = "read-only"  # the file, its folder or the drive cannot be written
    FULL = "full"  # no space is left, or the quota is used up
    BUSY = "busy"  # another program holds it
    UNREACHABLE = "unreachable"  # the folder cannot be made or the drive is gone


class StoreError(Exception):
    """The file cannot be used now. It is left as it is; callers can go on without it.

    Attributes:
        path: The file.
        trouble: What is wrong.
        remedy: What to do about it, one sentence.
    """

    def __init__(self, path: Path, trouble: Trouble, message: str, remedy: str) -> None:
        super().__init__(message)
        self.path = path
        self.trouble = trouble
        self.remedy = remedy


def home_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Return the absolute folder of what is kept; it need not exist.

    Args:
        environment: Stands in for the process's own variables.
    """
    named = (os.environ if environment is None else environment).get(HOME_VARIABLE, "").strip()
    return Path(named).expanduser().absolute() if named else Path.cwd() / "model_tracker"


def _connect(path: str) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)  # transactions are begun by hand


class Store:
    """A database file, brought up to date when it is opened and made when something is first kept."""

    def __init__(
        self, path: Path, *, migrations: Sequence[Migration] = MIGRATIONS, connect: Connect = _connect
    ) -> None:
        """Touch nothing yet.

        Args:
            path: The file.
            migrations: The steps of the schema.
            connect: Opens the file in autocommit mode.
        """
        self.path = path
        self._migrations = migrations
        self._connect = connect
        self._writer = threading.RLock()  # SQLite's own way to wait is to try again and again

    @classmethod
    def at_home(cls) -> Store:
        """Return the store in the folder that the user has named, or in the default one."""
        return cls(home_folder() / FILE_NAME)

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection, None, None]:
        """Give a connection for reading: one state of the data; nothing that is changed will last.

        Where there is no file, none is made: all tables are empty.

        Raises:
            StoreError: The file cannot be read.
        """
        with self._explaining(), self._opened() if self._exists() else self._empty() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                _roll_back(connection)

    @contextmanager
    def writing(self) -> Generator[sqlite3.Connection, None, None]:
        """Give a connection for one transaction: kept as a whole at the end, or on any exception not at all.

        Not to be nested: the inner one would wait for the outer one.

        Raises:
            StoreError: The file cannot be made, read or written; nothing was changed.
        """
        self._make_folder()
        with self._writer, self._explaining(), self._opened() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise

    def error(self, trouble: Trouble, detail: object = "") -> StoreError:
        """Return what is wrong as a message that names the file and the remedy."""
        said, remedy = (part.format(variable=HOME_VARIABLE) for part in _SENTENCES[trouble.name])
        form = (
            "The file {path} {said} ({detail}). {remedy}"
            if str(detail)
            else "The file {path} {said}. {remedy}"
        )
        message = form.format(path=self.path, said=said, detail=detail, remedy=remedy)
        return StoreError(self.path, trouble, message, remedy)

    def _exists(self) -> bool:
        return os.path.lexists(self.path)

    def _make_folder(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self.error(_trouble_of_folder(error), error.strerror or error) from error

    @contextmanager
    def _empty(self) -> Generator[sqlite3.Connection, None, None]:
        with closing(_connect(":memory:")) as connection:
            migrate(connection, self._migrations)
            yield connection

    @contextmanager
    def _opened(self) -> Generator[sqlite3.Connection, None, None]:
        with closing(self._connect(str(self.path))) as connection:
            version = _version_of(connection)
            if version > len(self._migrations):
                raise self.error(Trouble.NEWER, f"schema {version}; this one knows {len(self._migrations)}")
            if version < len(self._migrations):
                _choose_journal(connection)
                migrate(connection, self._migrations)
            yield connection

    @contextmanager
    def _explaining(self) -> Generator[None, None, None]:
        """Turn SQLite's errors about the file into ours; mistakes in a statement's values stay what they are."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            if type(error) not in {sqlite3.DatabaseError, sqlite3.OperationalError}:
                raise
            raise self.error(_trouble_of(error), error) from error


class MemoryStore(Store):
    """A store that keeps nothing beyond its own life: one connection, used by one thread at a time."""

    def __init__(self, *, migrations: Sequence[Migration] = MIGRATIONS) -> None:
        super().__init__(Path(":memory:"), migrations=migrations)
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        migrate(self._connection, migrations)
        weakref.finalize(self, self._connection.close)

    def _exists(self) -> bool:
        return True

    def _make_folder(self) -> None:
        pass

    @contextmanager
    def _opened(self) -> Generator[sqlite3.Connection, None, None]:
        with self._writer:
            yield self._connection


# SQLite's own words; its error codes are told from Python 3.11 on only
_SAID: tuple[tuple[str, Trouble], ...] = (
    ("readonly", Trouble.READ_ONLY),
    ("is full", Trouble.FULL),
    ("locked", Trouble.BUSY),
    ("locking protocol", Trouble.BUSY),
    ("unable to open", Trouble.UNREACHABLE),
    ("disk i/o", Trouble.UNREACHABLE),
)


def _trouble_of(error: sqlite3.DatabaseError) -> Trouble:
    said = str(error).lower()
    return next((trouble for words, trouble in _SAID if words in said), Trouble.DAMAGED)


def _trouble_of_folder(error: OSError) -> Trouble:
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return Trouble.READ_ONLY
    return Trouble.FULL if error.errno in {errno.ENOSPC, errno.EDQUOT} else Trouble.UNREACHABLE


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:  # SQLite has done it itself after some errors
        connection.execute("ROLLBACK")


def _version_of(connection: sqlite3.Connection) -> int:
    """Return the schema's version; a file in WAL mode on a drive that cannot do that is taken out of it."""
    try:
        return schema_version(connection)
    except sqlite3.OperationalError as error:
        if _trouble_of(error) is not Trouble.UNREACHABLE and "protocol" not in str(error):
            raise
        try:
            # alone with the file, the mode needs no memory shared between processes
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("PRAGMA locking_mode = NORMAL")
            return schema_version(connection)
        except sqlite3.OperationalError:
            raise error from None


def _choose_journal(connection: sqlite3.Connection) -> None:
    """Take the mode in which readers and a writer do not wait for each other; network drives may refuse it."""
    try:
        mode: str = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    except sqlite3.OperationalError:
        mode = "refused"
    if mode.lower() != "wal":
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as error:
            if _trouble_of(error) is not Trouble.BUSY:  # another connection is at it: its choice holds
                raise
