"""The disk section without a browser: jobs run in their thread, the page asks how they go."""

import hashlib
import os
import threading
from pathlib import Path

import pytest
from model_tracker.ui.disk.section import DiskHandlers
from model_tracker.ui.work import Worker
from sparse import write_stand_in


@pytest.fixture
def disk(page):
    return page.stage.plugin.handlers.disk


def done(page, disk, **inputs):
    """Wait for the work and return what the page then shows."""
    disk._worker.wait(60)
    assert not disk._worker.state.running
    return page.fire("mt-ticket", "change", **inputs)


def test_a_file_in_the_wrong_folder_is_found_planned_and_moved(page, disk):
    wrong, right = misplaced(page)
    page.fire("mt-find", "click")
    found = done(page, disk)
    assert str(wrong.parent) in found["mt-disk-result"]
    assert found["Column"]["visible"] is True
    ((label, key),) = found["mt-chosen"]["choices"]
    assert right.name in label

    page.fire("mt-plan", "click", chosen=[key], how="MOVE")
    planned = page.fire("mt-ticket", "change")
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
    page.fire("mt-plan", "click", chosen=[key], how="HARD_LINK")
    page.fire("mt-place", "click")
    done(page, disk)
    assert os.path.samefile(other, lacking.path)  # noqa: PTH121


def misplaced(page):
    """Return where the sample's misplaced file lies, and where it belongs."""
    (lacking,) = page.stage.plugin.handlers._analyzer.model("flux").to_fetch
    right = Path(lacking.path)
    return right.parent / "downloads" / right.name, right


def test_only_the_plan_that_this_page_shows_is_carried_out(page, disk):
    wrong, right = misplaced(page)
    page.fire("mt-find", "click")
    (_, key), *_ = done(page, disk)["mt-chosen"]["choices"]
    mine = page.fire("mt-plan", "click", chosen=[key], how="HARD_LINK")["mt-ticket"]
    page.fire("mt-plan", "click", chosen=[key], how="MOVE")  # another page's plan, made after mine
    page.fire("mt-place", "click", ticket=mine)
    done(page, disk)
    assert wrong.exists()
    assert right.samefile(wrong)


@pytest.mark.parametrize("changed", ["mt-chosen", "mt-how"])
def test_a_changed_form_drops_the_plan_and_keeps_the_choice(page, disk, changed):
    wrong, right = misplaced(page)
    page.fire("mt-find", "click")
    (_, key), *_ = done(page, disk)["mt-chosen"]["choices"]
    page.fire("mt-plan", "click", chosen=[key], how="MOVE")
    page.fire(changed, "input")
    shown = page.fire("mt-ticket", "change")
    assert (shown["mt-planned"], shown["mt-place"]["interactive"]) == ("", False)
    assert "value" not in shown["mt-chosen"]
    page.fire("mt-place", "click")
    assert (wrong.exists(), right.exists()) == (True, False)


def test_a_page_that_is_opened_again_shows_the_work_under_way(page, disk):
    goes_on = threading.Event()
    disk._worker.start("Long work", lambda report, _cancelled: report("half") or str(goes_on.wait(30)))
    shown = page.fire("mt-version", "change", version="9|")
    assert "Long work" in shown["mt-disk-work"]
    assert shown["mt-disk-cancel"]["visible"] is True
    goes_on.set()
    disk._worker.wait(30)


def test_a_check_that_finds_another_task_running_says_so_beside_its_button(page, disk):
    goes_on = threading.Event()
    disk._worker.start("Long work", lambda report, _cancelled: report("half") or str(goes_on.wait(30)))
    page.fire("mt-check", "click", picked="z_image")
    shown = page.fire("mt-ticket", "change")
    assert "Another task" in shown["mt-check-work"]
    assert shown["mt-check-cancel"]["visible"] is True
    assert "half" in shown["mt-disk-work"]
    goes_on.set()
    shown = done(page, disk)
    assert (shown["mt-check-work"], shown["mt-disk-work"]) == ("", "")
    assert shown["mt-check-cancel"]["visible"] is False


def test_no_folder_named_is_asked_for(page, disk):
    page.fire("mt-search-folder", "click", folder=" ")
    assert "Name a folder" in page.fire("mt-ticket", "change")["mt-disk-work"]
    assert disk._worker.state.number == 0


def test_nothing_is_done_without_a_plan(page):
    page.fire("mt-place", "click")
    assert "nothing to do" in page.fire("mt-ticket", "change")["mt-disk-work"]


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
    assert "1 whole" in shown
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
    old = page.fire("mt-plan", "click", chosen=[key], how="MOVE")["mt-ticket"]
    after_restart = DiskHandlers(disk._analyzer, disk._jobs)
    after_restart.plan([key], "MOVE")
    after_restart.place(old)
    assert after_restart._worker.state.number == 0
    assert after_restart.find() > disk.find()


def test_stopping_work_that_has_just_ended_leaves_it_ended():
    worker = Worker()
    assert worker.start("first", lambda _report, _cancelled: "done")
    ended = worker.wait(10)
    worker.cancel()
    worker._report("too late")
    assert worker.state == ended
    assert worker.start("second", lambda _report, _cancelled: "done")


def test_offline_the_hub_is_not_asked_and_the_page_says_so(page, disk, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    page.fire("mt-sizes", "click")
    assert "offline" in done(page, disk)["mt-disk-result"]


def test_one_thing_at_a_time_and_it_can_be_stopped():
    worker, seen = Worker(), threading.Event()

    def job(report, cancelled):
        report("half")
        seen.set()
        while not cancelled():
            threading.Event().wait(0.01)
        return "stopped"

    assert worker.start("first", job)
    assert seen.wait(10)
    assert not worker.start("second", job)
    assert (worker.state.running, worker.state.words) == (True, "half")
    worker.cancel()
    assert worker.wait(10).result == "stopped"
    assert worker.start("third", lambda _report, _cancelled: 1 / 0)
    assert "ZeroDivisionError" in worker.wait(10).error
