"""The file that lasts: made late, brought up to date, never destroyed, and explained when it cannot be used."""

import os
import sqlite3
import sys
import threading
from pathlib import Path

import pytest
from model_tracker.store.database import FILE_NAME, MemoryStore, Store, StoreError, Trouble, home_folder
from model_tracker.store.migrations import MIGRATIONS, migrate, schema_version

INSERT = "INSERT INTO file_facts VALUES (?, ?, 1, NULL, '2026-08-01T12:00:00+00:00')"


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "home" / FILE_NAME)


def put(store, *names):
    with store.writing() as connection:
        connection.executemany(INSERT, [("o/r", name) for name in names])


def names(store):
    with store.reading() as connection:
        return [row[0] for row in connection.execute("SELECT path FROM file_facts ORDER BY path")]


def raw(path, *statements):
    """Do something to a database behind the store's back; return the last answer."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        return [connection.execute(statement).fetchone() for statement in statements][-1]
    finally:
        connection.close()


def break_off(store):
    with store.writing() as connection:
        connection.execute(INSERT, ("o/r", "b"))
        raise KeyError


def trouble(store, use):
    with pytest.raises(StoreError) as caught:
        use(store)
    error = caught.value
    assert error.path == store.path
    assert str(store.path) in str(error)
    assert error.remedy
    assert error.remedy in str(error)
    return error.trouble


class TestHome:
    def test_is_below_the_current_folder_unless_the_user_names_another(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert home_folder({}) == tmp_path / "model_tracker"
        assert home_folder({"WAN2GP_MODEL_TRACKER_HOME": "  "}) == tmp_path / "model_tracker"
        assert home_folder({"WAN2GP_MODEL_TRACKER_HOME": "kept here"}) == tmp_path / "kept here"

    def test_knows_the_users_own_folder(self, monkeypatch, tmp_path):
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("USERPROFILE", str(tmp_path))
        assert home_folder({"WAN2GP_MODEL_TRACKER_HOME": "~/kept"}) == tmp_path / "kept"

    def test_is_asked_of_the_environment_when_the_store_is_made(self, monkeypatch, tmp_path):
        monkeypatch.setenv("WAN2GP_MODEL_TRACKER_HOME", str(tmp_path))
        assert Store.at_home().path == tmp_path / "model_tracker.db"


class TestKeeping:
    def test_makes_nothing_before_something_is_kept(self, store, tmp_path):
        assert names(store) == []
        assert list(tmp_path.iterdir()) == []

    def test_makes_folder_and_file_with_the_first_thing(self, store):
        put(store, "a", "b")
        assert names(store) == ["a", "b"]
        assert names(Store(store.path)) == ["a", "b"]

    def test_takes_names_of_folders_as_they_are(self, tmp_path):
        store = Store(tmp_path / "größe 100% #1?mode=ro 🎬" / FILE_NAME)
        put(store, "a")
        assert names(store) == ["a"]

    def test_keeps_a_transaction_as_a_whole_or_not_at_all(self, store):
        put(store, "a")
        with pytest.raises(KeyError):
            break_off(store)
        assert names(store) == ["a"]

    def test_keeps_nothing_that_was_changed_while_reading(self, store):
        put(store, "a")
        with store.reading() as connection:
            connection.execute("DELETE FROM file_facts")
        assert names(store) == ["a"]

    def test_leaves_a_wrong_value_the_callers_own_mistake(self, store):
        put(store, "a")
        with pytest.raises(sqlite3.IntegrityError):
            put(store, "a")
        put(store, "b")
        assert names(store) == ["a", "b"]

    def test_reads_while_another_writes(self, store):
        put(store, "a")
        with store.writing() as connection:
            connection.execute(INSERT, ("o/r", "b"))
            assert names(store) == ["a"]
        assert names(store) == ["a", "b"]

    def test_lets_many_threads_make_the_file_and_write_at_once(self, store):
        start = threading.Barrier(6)
        errors = []

        def write(number):
            start.wait()
            try:
                for turn in range(10):
                    put(store, f"{number}-{turn}")
                    names(store)
            except StoreError as error:
                errors.append(error)

        threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        assert len(names(store)) == 60
        assert raw(store.path, "PRAGMA journal_mode") == ("wal",)
        assert [path.name for path in store.path.parent.iterdir()] == [FILE_NAME]


class TestMemory:
    def test_behaves_as_the_file_does(self):
        store = MemoryStore()
        assert names(store) == []
        put(store, "a")
        with pytest.raises(KeyError):
            break_off(store)
        assert names(store) == ["a"]

    def test_may_be_used_by_several_threads(self):
        store = MemoryStore()
        threads = [threading.Thread(target=put, args=(store, str(number))) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(names(store)) == 8

    def test_shares_nothing_with_another(self):
        put(MemoryStore(), "a")
        assert names(MemoryStore()) == []


class TestMigrations:
    @pytest.mark.parametrize("version", range(len(MIGRATIONS) + 1))
    def test_lead_from_each_earlier_version_to_the_same_schema(self, store, version):
        store.path.parent.mkdir()
        older = sqlite3.connect(store.path, isolation_level=None)
        migrate(older, MIGRATIONS[:version])
        older.close()
        names(store)
        fresh = Store(store.path.with_name("fresh.db"))
        put(fresh)

        def schema(store):
            with store.reading() as connection:
                tables = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
                return schema_version(connection), tables

        assert schema(store) == schema(fresh)
        assert schema(store)[0] == len(MIGRATIONS)

    def test_keep_what_an_earlier_version_has_written(self, store):
        put(store, "a")
        steps = (*MIGRATIONS, lambda connection: connection.execute("ALTER TABLE file_facts ADD COLUMN new"))
        newer = Store(store.path, migrations=steps)
        assert names(newer) == ["a"]
        assert raw(store.path, "PRAGMA user_version") == (len(steps),)

    def test_run_once_when_threads_come_at_the_same_time(self, store):
        put(store, "a")
        done = []
        steps = (*MIGRATIONS, lambda connection: done.append(1))
        threads = [
            threading.Thread(target=names, args=(Store(store.path, migrations=steps),)) for _ in "1234"
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert done == [1]

    def test_that_fail_leave_the_file_as_it_was(self, store):
        put(store, "a")

        def half(connection):
            connection.execute("DROP TABLE file_facts")
            connection.execute("CREATE TABLE other (this is no SQL")

        assert trouble(Store(store.path, migrations=(*MIGRATIONS, half)), names) is Trouble.DAMAGED
        assert names(store) == ["a"]


class TestUnusableFiles:
    @pytest.mark.parametrize("use", [names, put])
    def test_one_of_a_newer_version_is_left_alone(self, store, use):
        put(store, "a")
        raw(store.path, "PRAGMA user_version = 99")
        before = store.path.read_bytes()
        assert trouble(store, use) is Trouble.NEWER
        assert store.path.read_bytes() == before

    @pytest.mark.parametrize("use", [names, put])
    @pytest.mark.parametrize("content", [b"not a database " * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
    def test_one_that_is_no_database_is_left_alone(self, store, use, content):
        store.path.parent.mkdir()
        store.path.write_bytes(content)
        assert trouble(store, use) is Trouble.DAMAGED
        assert store.path.read_bytes() == content

    def test_one_that_is_torn_in_the_middle_is_told(self, store):
        put(store, *(f"{number:0200}" for number in range(200)))
        whole = store.path.read_bytes()
        torn = whole[:8192] + b"\xa5" * (len(whole) - 8192)
        store.path.write_bytes(torn)
        assert trouble(store, names) is Trouble.DAMAGED
        assert store.path.read_bytes() == torn

    def test_one_of_another_program_is_told(self, store):
        store.path.parent.mkdir()
        raw(store.path, "CREATE TABLE theirs (a)", f"PRAGMA user_version = {len(MIGRATIONS)}")
        assert trouble(store, names) is Trouble.DAMAGED
        assert raw(store.path, "SELECT name FROM sqlite_master") == ("theirs",)

    def test_an_empty_one_is_filled(self, store):
        store.path.parent.mkdir()
        store.path.touch()
        put(store, "a")
        assert names(store) == ["a"]

    def test_a_folder_that_cannot_be_made_is_told(self, tmp_path):
        (tmp_path / "file").write_text("in the way")
        store = Store(tmp_path / "file" / "home" / FILE_NAME)
        assert trouble(store, put) is Trouble.UNREACHABLE
        assert names(store) == []

    @pytest.mark.parametrize(
        ("number", "expected"), [(13, Trouble.READ_ONLY), (30, Trouble.READ_ONLY), (28, Trouble.FULL)]
    )
    def test_why_a_folder_cannot_be_made_is_told(self, store, monkeypatch, number, expected):
        def refuse(*_args, **_options):
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(Path, "mkdir", refuse)
        assert trouble(store, put) is expected

    @pytest.mark.parametrize("use", [names, put])
    def test_a_folder_in_the_place_of_the_file_is_told(self, store, use):
        store.path.mkdir(parents=True)
        assert trouble(store, use) is Trouble.UNREACHABLE

    def test_one_that_may_only_be_read_can_be_read(self, store):
        put(store, "a")

        def read_only(path):
            return sqlite3.connect(f"{Path(path).as_uri()}?mode=ro", uri=True, isolation_level=None)

        limited = Store(store.path, connect=read_only)
        assert names(limited) == ["a"]
        assert trouble(limited, lambda store: put(store, "b")) is Trouble.READ_ONLY
        assert names(store) == ["a"]

    def test_a_full_disk_is_told_and_what_was_kept_stays(self, store):
        put(store, "a")

        def no_space_left(path):
            connection = sqlite3.connect(path, isolation_level=None)
            connection.execute("PRAGMA max_page_count = 1")  # not below what the file has
            return connection

        full = Store(store.path, connect=no_space_left)
        assert trouble(full, lambda store: put(store, *map(str, range(5000)))) is Trouble.FULL
        assert names(store) == ["a"]

    def test_one_that_is_held_by_another_program_is_told(self, store):
        put(store, "a")
        hasty = Store(store.path, connect=lambda path: sqlite3.connect(path, timeout=0, isolation_level=None))
        with store.writing():
            assert trouble(hasty, put) is Trouble.BUSY


@pytest.mark.skipif(sys.platform == "win32", reason="needs SQLite's way of locking without shared memory")
class TestNetworkDrives:
    """Such drives cannot share memory between processes, which the WAL mode needs."""

    @staticmethod
    def connect(path):
        return sqlite3.connect(f"{Path(path).as_uri()}?vfs=unix-dotfile", uri=True, isolation_level=None)

    def test_get_the_older_kind_of_journal(self, store):
        remote = Store(store.path, connect=self.connect)
        put(remote, "a")
        assert names(remote) == ["a"]
        assert raw(store.path, "PRAGMA journal_mode") == ("delete",)

    def test_take_a_file_that_was_made_on_a_local_disk(self, store):
        put(store, "a")
        assert raw(store.path, "PRAGMA journal_mode") == ("wal",)
        remote = Store(store.path, connect=self.connect)
        assert names(remote) == ["a"]
        put(remote, "b")
        assert names(store) == ["a", "b"]

    def test_that_refuse_the_wish_itself_are_served_too(self, store):
        class Refusing(sqlite3.Connection):
            def execute(self, statement, *values):
                if statement == "PRAGMA journal_mode = WAL":
                    raise sqlite3.OperationalError("disk I/O error")
                return super().execute(statement, *values)

        remote = Store(
            store.path, connect=lambda path: sqlite3.connect(path, isolation_level=None, factory=Refusing)
        )
        put(remote, "a")
        assert names(remote) == ["a"]
