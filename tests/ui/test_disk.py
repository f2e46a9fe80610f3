"""The disk section without a browser: jobs run in their thread, the page asks how they go."""

import hashlib
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_tracker.files.file_ops import PlacementMethod
from model_tracker.files.plan import Progress
from model_tracker.relocation.link_options import DiskFacts
from model_tracker.ui.disk import handlers as disk_handlers
from model_tracker.ui.disk import jobs as disk_jobs
from model_tracker.ui.disk.handlers import DiskHandlers
from model_tracker.ui.disk.jobs import DiskResult
from model_tracker.ui.disk.request import DiskRequest, Note
from sparse import write_stand_in

LONG_S = 60


@pytest.fixture
def disk(page):
    return page.stage.plugin.handlers.disk


def done(page, disk, **inputs):
    """Wait for the work and return what the page then shows."""
    assert disk._task.job.wait(LONG_S).is_over
    return page.fire("mt-disk-request", "change", **inputs)


def test_a_file_in_the_wrong_folder_is_found_planned_and_moved(page, disk):
    wrong, right = misplaced(page)
    page.fire("mt-find", "click")
    found = done(page, disk)
    assert str(wrong.parent) in found["mt-disk-result"]
    assert found["Column"]["visible"] is True
    ((label, key),) = found["mt-chosen"]["choices"]
    assert right.name in label

    page.fire("mt-plan", "click", chosen=[key], method="MOVE")
    planned = page.fire("mt-disk-request", "change")
    assert f"{wrong}" in planned["mt-planned"]
    assert planned["mt-place"]["interactive"] is True
    assert wrong.exists()

    page.fire("mt-place", "click")
    assert "Moved" in done(page, disk)["mt-disk-result"]
    assert (wrong.exists(), right.is_file()) == (False, True)
    assert page.stage.plugin.handlers._analyzer.get_model_status("flux") == "downloaded"


def test_another_programs_folder_is_searched_and_its_file_linked(page, disk, tmp_path_factory):
    model = page.stage.plugin.handlers._analyzer.model("i2v")
    lacking = model.to_fetch[0]
    other = tmp_path_factory.mktemp("ComfyUI") / "diffusion_models" / lacking.required.name
    write_stand_in(other, lacking.size_bytes)
    page.fire("mt-search-folder", "click", folder=f'"{other.parent}"')
    (_, key), *_ = done(page, disk)["mt-chosen"]["choices"]
    page.fire("mt-plan", "click", chosen=[key], method="HARD_LINK")
    page.fire("mt-place", "click")
    done(page, disk)
    assert os.path.samefile(other, lacking.path)  # noqa: PTH121


class LongWork:
    """Work that is under way until it is let go, whatever it is told."""

    def __init__(self, disk):
        self.goes_on, self.reached = threading.Event(), threading.Event()
        disk._start("Long work", self)
        assert self.reached.wait(LONG_S)

    def __call__(self, context):
        context.report(Progress("half"))
        self.reached.set()
        assert self.goes_on.wait(LONG_S)
        self.was_told = context.is_cancelled()
        return DiskResult("the long result")


def misplaced(page):
    """Return where the sample's misplaced file lies, and where it belongs."""
    (lacking,) = page.stage.plugin.handlers._analyzer.model("flux").to_fetch
    right = Path(lacking.path)
    return right.parent / "downloads" / right.name, right


def test_only_the_plan_that_this_page_shows_is_carried_out(page, disk):
    wrong, right = misplaced(page)
    page.fire("mt-find", "click")
    (_, key), *_ = done(page, disk)["mt-chosen"]["choices"]
    mine = page.fire("mt-plan", "click", chosen=[key], method="HARD_LINK")["mt-disk-request"]
    page.fire("mt-plan", "click", chosen=[key], method="MOVE")  # another page's plan, made after mine
    page.fire("mt-place", "click", disk_request=mine)
    done(page, disk)
    assert wrong.exists()
    assert right.samefile(wrong)


@pytest.mark.parametrize("changed", ["mt-chosen", "mt-method"])
def test_a_changed_form_drops_the_plan_and_keeps_the_choice(page, disk, changed):
    wrong, right = misplaced(page)
    page.fire("mt-find", "click")
    (_, key), *_ = done(page, disk)["mt-chosen"]["choices"]
    page.fire("mt-plan", "click", chosen=[key], method="MOVE")
    page.fire(changed, "input")
    shown = page.fire("mt-disk-request", "change")
    assert (shown["mt-planned"], shown["mt-place"]["interactive"]) == ("", False)
    assert "value" not in shown["mt-chosen"]
    page.fire("mt-place", "click")
    assert (wrong.exists(), right.exists()) == (True, False)


def test_a_page_that_is_opened_again_shows_the_work_under_way(page, disk):
    work = LongWork(disk)
    shown = page.fire("mt-scan-id", "change", scan_id="9|")
    assert "Long work" in shown["mt-disk-work"]
    assert shown["mt-disk-cancel"]["visible"] is True
    work.goes_on.set()
    done(page, disk)


def test_a_check_that_finds_another_task_running_says_so_beside_its_button(page, disk):
    work = LongWork(disk)
    page.fire("mt-check", "click", picked="z_image")
    shown = page.fire("mt-disk-request", "change")
    assert "Another task" in shown["mt-check-work"]
    assert shown["mt-check-cancel"]["visible"] is True
    assert "half" in shown["mt-disk-work"]
    work.goes_on.set()
    shown = done(page, disk)
    assert (shown["mt-check-work"], shown["mt-disk-work"]) == ("", "")
    assert shown["mt-check-cancel"]["visible"] is False


def test_stopping_one_task_lets_the_next_one_run(page, disk):
    work = LongWork(disk)
    page.fire("mt-disk-cancel", "click")
    assert "stopping" in page.fire("mt-disk-request", "change")["mt-disk-work"]
    work.goes_on.set()
    assert "the long result" in done(page, disk)["mt-disk-result"]
    assert work.was_told
    following = LongWork(disk)
    following.goes_on.set()
    done(page, disk)
    assert not following.was_told


def test_a_task_that_does_not_stop_can_be_left_behind(page, disk, monkeypatch):
    stuck = LongWork(disk)
    page.fire("mt-disk-cancel", "click")
    page.fire("mt-disk-cancel", "click")
    assert disk._task.is_running, "it gets some seconds first"
    monkeypatch.setattr(disk_handlers, "STUCK_S", 0)
    assert "Press Stop again" in page.fire("mt-disk-request", "change")["mt-disk-work"]
    page.fire("mt-disk-cancel", "click")
    shown = page.fire("mt-disk-request", "change")
    assert "left behind" in shown["mt-disk-work"]
    assert shown["mt-disk-cancel"]["visible"] is False
    monkeypatch.undo()
    page.fire("mt-search-folder", "click", folder="/nowhere/models")
    assert "does not exist" in done(page, disk)["mt-disk-result"]
    stuck.goes_on.set()
    assert "the long result" not in page.fire("mt-disk-request", "change")["mt-disk-result"]


def test_what_an_abandoned_search_finds_late_is_not_offered(page, disk, monkeypatch):
    goes_on, reached, real = threading.Event(), threading.Event(), disk_jobs.find_misplaced

    def slow(*arguments, **options):
        reached.set()
        assert goes_on.wait(LONG_S)
        return real(*arguments, **options)

    monkeypatch.setattr(disk_jobs, "find_misplaced", slow)
    monkeypatch.setattr(disk_handlers, "STUCK_S", 0)
    page.fire("mt-find", "click")
    assert reached.wait(LONG_S)
    page.fire("mt-disk-cancel", "click")
    page.fire("mt-disk-cancel", "click")
    goes_on.set()
    for thread in threading.enumerate():
        if thread.name == "model-tracker-work":
            thread.join(LONG_S)
    assert page.fire("mt-disk-request", "change")["Column"]["visible"] is False


def test_a_task_that_fails_says_why_and_the_next_one_runs(page, disk):
    disk._start("Odd work", lambda _context: 1 / 0)
    assert "Odd work: ZeroDivisionError: division by zero" in done(page, disk)["mt-disk-work"]
    page.fire("mt-search-folder", "click", folder="/nowhere/models")
    assert "ZeroDivisionError" not in done(page, disk)["mt-disk-work"]


def test_no_folder_entered_is_asked_for(page, disk):
    page.fire("mt-search-folder", "click", folder=" ")
    assert "Enter an absolute path" in page.fire("mt-disk-request", "change")["mt-disk-work"]
    assert disk._task is None


def test_the_methods_are_explained_for_the_files_that_were_found(page, disk, monkeypatch):
    page.fire("mt-find", "click")
    shown = done(page, disk)["mt-method"]
    assert [name for _, name in shown["choices"]] == [method.name for method in PlacementMethod]
    assert "takes up to" in shown["info"]
    elsewhere = DiskFacts(same_drive=False, drive=2, free_bytes=10)
    monkeypatch.setattr(disk_jobs, "look_at_disk", lambda _source, _target: elsewhere)
    page.fire("mt-find", "click")
    shown = done(page, disk)["mt-method"]
    assert [name for _, name in shown["choices"]] == ["SYMLINK"]
    assert "Hard link is not possible: Hard links need both folders on one drive." in shown["info"]


@given(st.builds(DiskRequest, st.integers(0), st.integers(0), st.sampled_from(Note), st.booleans()))
def test_a_request_comes_back_from_the_page_as_it_was_sent(request_sent):
    assert DiskRequest.decode(request_sent.encode()) == request_sent


@pytest.mark.parametrize("text", ["", "0|0|", "[]", "null", '{"number": 1}', '{"number": "x"}'])
def test_a_box_that_holds_something_else_asks_for_nothing(text):
    assert DiskRequest.decode(text) == DiskRequest()


def test_nothing_is_done_without_a_plan(page):
    page.fire("mt-place", "click")
    assert "nothing to do" in page.fire("mt-disk-request", "change")["mt-disk-work"]


def test_a_full_check_tells_whole_from_different(page, disk, monkeypatch):
    analyzer = page.stage.plugin.handlers._analyzer
    files = [file for file in analyzer.model("qwen3_tts_customvoice").files if file.size_bytes < 1_000_000][
        :2
    ]
    right = hashlib.sha256(Path(files[0].path).read_bytes()).hexdigest()
    told = {files[0].required.url: right, files[1].required.url: "0" * 64}

    class Fact:
        def __init__(self, sha256):
            self.sha256 = sha256

    monkeypatch.setattr(analyzer.hub, "fact", lambda url: Fact(told[url]) if url in told else None)
    page.fire("mt-check", "click", picked="qwen3_tts_customvoice")
    page_shows = done(page, disk, picked="qwen3_tts_customvoice")
    assert page_shows["mt-disk-result"] == ""
    shown = page_shows["mt-check-result"]
    assert "1 verified" in shown
    assert "1 different" in shown
    assert files[1].path in shown
    assert "delete it" in shown


def test_a_full_check_is_told_beside_its_model_alone(page, disk):
    page.fire("mt-check", "click", picked="flux_schnell")
    assert "Flux 1 Schnell" in done(page, disk, picked="flux_schnell")["mt-check-result"]
    shown = page.fire("mt-picked", "change", picked="z_image")
    assert (shown["mt-check-result"], shown["mt-disk-result"]) == ("", "")


def test_a_full_check_names_what_is_known_to_be_broken(page, disk):
    (broken,) = page.stage.plugin.handlers._analyzer.model("flux_dev_kontext").damaged
    page.fire("mt-check", "click", picked="flux_dev_kontext")
    told = done(page, disk, picked="flux_dev_kontext")["mt-check-result"]
    assert broken.path in told
    assert str(broken.damage) in told


def test_a_page_from_before_a_restart_carries_out_no_plan_of_the_new_run(page, disk):
    assert page.fire("mt-find", "click")
    (_, key), *_ = done(page, disk)["mt-chosen"]["choices"]
    old = page.fire("mt-plan", "click", chosen=[key], method="MOVE")["mt-disk-request"]
    after_restart = DiskHandlers(disk._analyzer, disk._jobs)
    after_restart.plan([key], "MOVE")
    after_restart.place(old)
    assert after_restart._task is None
    numbers = [DiskRequest.decode(handlers.drop_plan()).number for handlers in (disk, after_restart)]
    assert numbers == sorted(set(numbers))


def test_offline_the_hub_is_not_asked_and_the_page_says_so(page, disk, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    page.fire("mt-sizes", "click")
    assert "offline" in done(page, disk)["mt-disk-result"]
