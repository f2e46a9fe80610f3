"""Reading whole files and comparing them with the Hub's etag: verdicts, progress, cancelling."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from pathlib import Path

import pytest
from huggingface_hub._local_folder import write_download_metadata
from hypothesis import given
from hypothesis import strategies as st
from model_tracker.files.plan import Progress
from model_tracker.files.verify import (
    CheckResult,
    FileToCheck,
    Verdict,
    check_file,
    check_files,
    expected_etag,
)

MIB = 1024 * 1024


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def git_blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def put(path: Path, content: bytes = b"weights") -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return str(path)


def everything_below(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in folder.rglob("*")
    }


class TestWhatTheDownloadNoted:
    @pytest.mark.parametrize("name", ["a.safetensors", "below/deeper/a.safetensors"])
    def test_the_etag_that_huggingface_hub_wrote_is_found(self, tmp_path, name):
        path = put(tmp_path / name)
        write_download_metadata(tmp_path, name, "c" * 40, sha256(b"weights"))
        assert expected_etag(path) == sha256(b"weights")

    def test_it_is_found_for_a_path_from_the_current_folder(self, tmp_path, monkeypatch):
        put(tmp_path / "ckpts" / "a.bin")
        write_download_metadata(tmp_path / "ckpts", "a.bin", "c" * 40, "b" * 40)
        monkeypatch.chdir(tmp_path)
        assert expected_etag("ckpts/a.bin") == "b" * 40

    def test_the_nearest_folder_that_notes_it_counts(self, tmp_path):
        path = put(tmp_path / "below" / "a.bin")
        write_download_metadata(tmp_path, "below/a.bin", "c" * 40, "a" * 64)
        write_download_metadata(tmp_path / "below", "a.bin", "c" * 40, "b" * 64)
        assert expected_etag(path) == "b" * 64

    def test_nothing_is_known_of_a_file_that_was_changed_later(self, tmp_path):
        path = put(tmp_path / "a.bin")
        write_download_metadata(tmp_path, "a.bin", "c" * 40, "a" * 64)
        os.utime(path, (time.time() + 5, time.time() + 5))
        assert expected_etag(path) is None

    def test_nothing_is_known_of_a_file_without_a_note(self, tmp_path):
        assert expected_etag(put(tmp_path / "a.bin")) is None

    def test_nothing_is_known_of_a_file_that_is_gone(self, tmp_path):
        write_download_metadata(tmp_path, "a.bin", "c" * 40, "a" * 64)
        assert expected_etag(str(tmp_path / "a.bin")) is None

    @pytest.mark.parametrize(
        "note",
        [b"", b"c\n", b"c\nnot hex\n9e12\n", b"c\n" + b"a" * 64 + b"\nlater\n", b"\xff\xfe\0", b"c\nabc-3\n9e12\n", b"x" * 9_000],
    )  # fmt: skip
    def test_a_note_that_cannot_be_read_is_left_where_it_is(self, tmp_path, note):
        path = put(tmp_path / "a.bin")
        kept = put(tmp_path / ".cache" / "huggingface" / "download" / "a.bin.metadata", note)
        assert expected_etag(path) is None
        assert Path(kept).read_bytes() == note

    def test_looking_for_it_changes_nothing_on_the_disk(self, tmp_path):
        paths = [put(tmp_path / "a.bin"), put(tmp_path / "below" / "b.bin")]
        put(tmp_path / ".cache" / "huggingface" / "download" / "a.bin.metadata", b"broken")
        before = everything_below(tmp_path)
        for path in paths:
            check_file(FileToCheck(path))
        assert everything_below(tmp_path) == before


class TestOneFile:
    @pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB])
    @pytest.mark.parametrize("etag", [sha256, git_blob])
    def test_a_file_as_the_hub_has_it_is_whole(self, tmp_path, size, etag):
        content = os.urandom(size)
        result = check_file(FileToCheck(put(tmp_path / "a.bin", content), etag(content)))
        assert result.verdict is Verdict.MATCH
        assert result.expected == result.found == etag(content)
        assert result.bytes_read == size
        assert result.sentence() == ""

    @given(st.data())
    def test_any_changed_byte_is_noticed(self, tmp_path_factory, data):
        content = data.draw(st.binary(min_size=1, max_size=200))
        etag = data.draw(st.sampled_from([sha256, git_blob]))(content)
        place = data.draw(st.integers(0, len(content) - 1))
        other = (
            content[:place] + bytes([content[place] ^ data.draw(st.integers(1, 255))]) + content[place + 1 :]
        )
        result = check_file(FileToCheck(put(tmp_path_factory.getbasetemp() / "changed.bin", other), etag))
        assert result.verdict is Verdict.MISMATCH
        assert result.expected == etag != result.found
        assert result.sentence().endswith("delete it and let Wan2GP download it again.")

    def test_a_file_cut_at_its_end_is_different(self, tmp_path):
        path = put(tmp_path / "a.bin", b"weight")
        assert check_file(FileToCheck(path, sha256(b"weights"))).verdict is Verdict.MISMATCH

    def test_git_itself_names_the_same_blob(self, tmp_path):
        path = put(tmp_path / "config.json", b'{"a": 1}\n')
        try:
            done = subprocess.run(
                ["git", "hash-object", "--no-filters", path], capture_output=True, text=True, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("no git here")
        assert check_file(FileToCheck(path, done.stdout.strip())).verdict is Verdict.MATCH

    def test_what_the_download_noted_is_compared_with(self, tmp_path):
        path = put(tmp_path / "a.bin")
        write_download_metadata(tmp_path, "a.bin", "c" * 40, sha256(b"weights"))
        assert check_file(FileToCheck(path)).verdict is Verdict.MATCH

    def test_what_the_caller_says_counts_more_than_the_note(self, tmp_path):
        path = put(tmp_path / "a.bin")
        write_download_metadata(tmp_path, "a.bin", "c" * 40, sha256(b"weights"))
        assert check_file(FileToCheck(path, "0" * 64)).verdict is Verdict.MISMATCH

    @pytest.mark.parametrize("form", ['"{}"', 'W/"{}"', " {}\n"])
    def test_an_etag_as_servers_write_it_is_understood(self, tmp_path, form):
        path = put(tmp_path / "a.bin")
        for etag in (sha256(b"weights"), sha256(b"weights").upper()):
            assert check_file(FileToCheck(path, form.format(etag))).verdict is Verdict.MATCH

    @pytest.mark.parametrize("etag", [None, "", "d41d8cd98f00b204e9800998ecf8427e-3", "z" * 64])
    def test_without_an_etag_to_compare_with_it_is_unknown_and_not_read(self, tmp_path, etag):
        result = check_file(FileToCheck(put(tmp_path / "a.bin"), etag))
        assert result == CheckResult(str(tmp_path / "a.bin"), Verdict.UNKNOWN, None)

    @pytest.mark.parametrize("etag", [None, "0" * 64])
    @pytest.mark.parametrize("name", ["gone.bin", "no folder/a.bin", "a\0b.bin", "."])
    def test_what_cannot_be_read_is_told_with_its_reason(self, tmp_path, name, etag):
        result = check_file(FileToCheck(os.path.join(tmp_path, name), etag))  # noqa: PTH118 - a name no path may have
        assert result.verdict is Verdict.UNREADABLE
        assert result.reason in result.sentence()
        assert result.reason
        assert result.found is None

    def test_a_file_that_changes_while_it_is_read_gets_no_verdict(self, tmp_path):
        path = tmp_path / "a.bin"
        put(path, b"1" * 3 * MIB)

        def grow(_read: int) -> None:
            with path.open("ab") as stream:
                stream.write(b"more")

        result = check_file(FileToCheck(str(path), "0" * 64), grow)
        assert (result.verdict, result.reason) == (Verdict.UNREADABLE, "it changed while it was read")

    def test_a_file_that_becomes_shorter_while_it_is_read_gets_no_verdict(self, tmp_path):
        path = tmp_path / "a.bin"
        put(path, b"1" * 3 * MIB)
        result = check_file(FileToCheck(str(path), "0" * 64), lambda _read: os.truncate(path, MIB))
        assert result.verdict is Verdict.UNREADABLE


class TestManyFiles:
    def test_every_file_gets_its_result_once_and_in_order(self, tmp_path):
        whole, other = put(tmp_path / "whole.bin"), put(tmp_path / "other.bin", b"damaged")
        noted, alone = put(tmp_path / "noted.json", b"{}"), put(tmp_path / "alone.bin")
        write_download_metadata(tmp_path, "noted.json", "c" * 40, git_blob(b"{}"))
        gone = str(tmp_path / "gone.bin")
        etag = sha256(b"weights")
        files = [FileToCheck(path, etag) for path in (whole, gone, other)]
        told: list[Progress] = []
        results = check_files([*files, FileToCheck(alone), FileToCheck(noted), files[0]], told.append)
        assert [(result.path, result.verdict) for result in results] == [
            (whole, Verdict.MATCH),
            (gone, Verdict.UNREADABLE),
            (other, Verdict.MISMATCH),
            (alone, Verdict.UNKNOWN),
            (noted, Verdict.MATCH),
        ]
        assert told[-1] == Progress(noted, 5, 5, 16, 16)

    def test_nothing_to_check_ends_at_once(self):
        assert check_files([]) == ()

    def test_progress_tells_the_file_and_its_bytes_after_each_mebibyte(self, tmp_path):
        first, second = put(tmp_path / "1.bin", b"1" * 10), put(tmp_path / "2.bin", b"2" * MIB * 2)
        told: list[Progress] = []
        check_files([FileToCheck(first, "0" * 64), FileToCheck(second, "0" * 64)], told.append)
        total = MIB * 2 + 10
        assert told == [
            Progress(first, 1, 2, 0, total),
            Progress(first, 1, 2, 10, total),
            Progress(second, 2, 2, 10, total),
            Progress(second, 2, 2, 10 + MIB, total),
            Progress(second, 2, 2, 10 + MIB * 2, total),
        ]

    def test_cancelling_stops_within_the_file_and_keeps_what_is_known(self, tmp_path):
        done = put(tmp_path / "done.json", b"{}")
        large, waiting = put(tmp_path / "large.bin", b"1" * MIB * 5), put(tmp_path / "waiting.bin")
        files = [FileToCheck(done, git_blob(b"{}")), FileToCheck(large, "0" * 64), FileToCheck(waiting)]
        told: list[Progress] = []
        results = check_files(files, told.append, lambda: bool(told) and told[-1].done_bytes > MIB)
        assert [result.verdict for result in results] == [Verdict.MATCH, Verdict.CANCELLED, Verdict.CANCELLED]
        assert (results[1].bytes_read, results[1].found) == (MIB, None)
        assert told[-1].subject == large

    def test_cancelled_before_it_begins_it_touches_no_file(self, tmp_path, monkeypatch):
        path = put(tmp_path / "a.bin")
        with monkeypatch.context() as disk:
            disk.setattr(os, "stat", lambda path: pytest.fail(f"{path} was looked at"))
            results = check_files([FileToCheck(path, "0" * 64)], is_cancelled=lambda: True)
        assert [result.verdict for result in results] == [Verdict.CANCELLED]
