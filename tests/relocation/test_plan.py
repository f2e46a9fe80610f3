"""Found files are put in place as the user chose: nothing is overwritten, nothing leaves the folders, no half file stays."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from model_tracker.files import file_ops
from model_tracker.files.file_ops import PlacementMethod, describe_os_error
from model_tracker.files.plan import Progress, StepResult
from model_tracker.files.walk import is_below
from model_tracker.inventory.disk import FileOnDisk
from model_tracker.inventory.integrity import Integrity
from model_tracker.relocation import plan as relocation_plan
from model_tracker.relocation.link_options import DiskFacts, describe_method, link_options, look_at_disk
from model_tracker.relocation.misplaced import find_in_folder, find_misplaced
from model_tracker.relocation.missing import missing_files_of
from model_tracker.relocation.plan import (
    PlacementRequest,
    name_rejection,
    placement_request,
    plan_relocation,
)

SAME = DiskFacts(same_drive=True, drive=1, free_bytes=10**12)
OTHER = DiskFacts(same_drive=False, drive=2, free_bytes=10**12)
CONTENT = bytes(range(256)) * 40


class Tree:
    """A checkpoint folder, a LoRA folder and another program's folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folders = [str(home / "ckpts"), str(home / "loras")]
        for name in ("ckpts", "loras", "comfy"):
            (home / name).mkdir()

    def put(self, name: str, content: bytes = CONTENT) -> FileOnDisk:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return self.seen(name)

    def seen(self, name: str) -> FileOnDisk:
        path = self.home / name
        status = path.stat()
        return FileOnDisk(str(path), status.st_size, status.st_mtime_ns)

    def placement_request(
        self, how: PlacementMethod, source: FileOnDisk, target: str, keep_reason: str | None = None
    ) -> PlacementRequest:
        return PlacementRequest(how, source, str(self.home / target), keep_reason)

    def plan(self, *requests: PlacementRequest, facts: DiskFacts = SAME):
        return plan_relocation(requests, self.folders, lambda _source, _target: facts)

    def all(self) -> set[str]:
        """Return every file and folder below the home."""
        return {path.relative_to(self.home).as_posix() for path in self.home.rglob("*")}


@pytest.fixture
def tree(tmp_path):
    return Tree(tmp_path)


def refusals(plan) -> list[str]:
    assert plan.steps == ()
    return [refusal.reason for refusal in plan.refused]


# What a plan does


@pytest.mark.parametrize("how", PlacementMethod)
def test_each_way_puts_the_whole_file_in_place(tree, how):
    source = tree.put("ckpts/wan/x.bin")
    plan = tree.plan(tree.placement_request(how, source, "ckpts/vae/deep/x.bin"))
    (outcome,) = plan.execute()
    target = tree.home / "ckpts/vae/deep/x.bin"
    assert (outcome.result, outcome.reason) == (StepResult.DONE, "")
    assert target.read_bytes() == CONTENT
    assert Path(source.path).exists() is (how is not PlacementMethod.MOVE)
    assert target.is_symlink() is (how is PlacementMethod.SYMLINK)
    assert (
        target.samefile(source.path) if how in {PlacementMethod.HARD_LINK, PlacementMethod.SYMLINK} else True
    )
    assert outcome.written_bytes == (len(CONTENT) if how is PlacementMethod.COPY else 0)
    assert outcome.sentence().endswith(f"{source.path} to {target}.")


def test_nothing_is_changed_by_a_plan_alone_and_equal_wishes_give_equal_plans(tree):
    wanted = tree.placement_request(PlacementMethod.MOVE, tree.put("ckpts/wan/x.bin"), "ckpts/x.bin")
    before = tree.all()
    assert tree.plan(wanted) == tree.plan(wanted)
    assert tree.all() == before


def test_a_copy_keeps_the_time_of_change(tree):
    source = tree.put("comfy/x.bin")
    os.utime(source.path, ns=(10**18, 10**18))
    source = tree.seen("comfy/x.bin")
    tree.plan(tree.placement_request(PlacementMethod.COPY, source, "ckpts/x.bin")).execute()
    assert tree.seen("ckpts/x.bin").mtime_ns == 10**18


def test_a_link_to_a_link_leads_to_the_file_itself(tree):
    tree.put("drive/x.bin")
    (tree.home / "comfy/x.bin").symlink_to("../drive/x.bin")
    source = tree.seen("comfy/x.bin")
    requests = [
        tree.placement_request(PlacementMethod.SYMLINK, source, "ckpts/a.bin"),
        tree.placement_request(PlacementMethod.HARD_LINK, source, "ckpts/b.bin"),
    ]
    tree.plan(*requests).execute()
    (tree.home / "comfy/x.bin").unlink()
    assert (tree.home / "ckpts/a.bin").readlink() == tree.home / "drive/x.bin"
    assert (tree.home / "ckpts/b.bin").samefile(tree.home / "drive/x.bin")
    assert not (tree.home / "ckpts/b.bin").is_symlink()


def test_a_found_file_goes_all_the_way_into_place(world):
    world.add(URLs=world.urls("x.safetensors"), VAE_URLs=world.urls("v.safetensors"))
    world.put("ckpts/wan/x.safetensors", "comfy/vae/v.safetensors")
    missing_files = missing_files_of(world.inventory(), "loras", home=str(world.home))
    near = find_misplaced(missing_files, Integrity()).usable
    far = find_in_folder(str(world.home / "comfy"), missing_files, Integrity()).usable
    plan = plan_relocation(
        [
            placement_request(near[0], PlacementMethod.MOVE),
            placement_request(far[0], PlacementMethod.HARD_LINK),
        ],
        missing_files.folders,
    )
    assert [outcome.result for outcome in plan.execute()] == [StepResult.DONE, StepResult.DONE]
    assert world.fetched() == []
    assert world.track().status.value == "downloaded"


# What is refused


def test_nothing_is_overwritten_neither_planned_nor_later(tree):
    source = tree.put("comfy/x.bin")
    plans = [
        tree.plan(tree.placement_request(how, source, "ckpts/x.bin"))
        for how in (PlacementMethod.HARD_LINK, PlacementMethod.SYMLINK, PlacementMethod.COPY)
    ]
    tree.put("ckpts/x.bin", b"mine")
    there = "A file of that name already exists, and nothing is overwritten."
    assert refusals(tree.plan(tree.placement_request(PlacementMethod.COPY, source, "ckpts/x.bin"))) == [there]
    for plan in plans:
        (outcome,) = plan.execute()
        assert (outcome.result, outcome.sentence()) == (StepResult.SKIPPED, f"x.bin skipped: {there[:-1]}.")
    assert (tree.home / "ckpts/x.bin").read_bytes() == b"mine"


def test_a_dangling_link_of_that_name_is_not_overwritten_either(tree):
    (tree.home / "ckpts/x.bin").symlink_to(tree.home / "nowhere")
    plan = tree.plan(tree.placement_request(PlacementMethod.COPY, tree.put("comfy/x.bin"), "ckpts/x.bin"))
    assert "nothing is overwritten" in refusals(plan)[0]


@pytest.mark.parametrize("how", PlacementMethod)
@pytest.mark.parametrize("hard_links", [True, False])
def test_a_file_that_appears_at_the_last_moment_is_not_overwritten(tree, how, hard_links, monkeypatch):
    source = tree.put("ckpts/wan/x.bin")
    plan = tree.plan(tree.placement_request(how, source, "ckpts/x.bin"))
    real, link = file_ops.put_in_place, os.link

    def late(*arguments):
        tree.put("ckpts/x.bin", b"mine")
        return real(*arguments)

    def no_links(here, there):
        if hard_links or how is PlacementMethod.HARD_LINK:
            return link(here, there)
        raise OSError(errno.EPERM, "Operation not permitted", here)

    monkeypatch.setattr(relocation_plan, "put_in_place", late)
    monkeypatch.setattr(os, "link", no_links)
    (outcome,) = plan.execute()
    assert outcome.result is StepResult.FAILED
    assert "nothing is overwritten" in outcome.reason
    assert (tree.home / "ckpts/x.bin").read_bytes() == b"mine"
    assert Path(source.path).read_bytes() == CONTENT
    assert not [name for name in tree.all() if name.endswith(".part")]


@pytest.mark.parametrize(
    "target",
    [
        "comfy/y.bin",
        "ckpts/../comfy/y.bin",
        "y.bin",
        "ckpts-2/y.bin",
        "ckpts/out/y.bin",
        "ckpts/out/new/y.bin",
    ],
)
@pytest.mark.parametrize("how", PlacementMethod)
def test_no_target_leaves_the_folders_not_even_through_a_link(tree, how, target):
    (tree.home / "ckpts/out").symlink_to(tree.home / "comfy")
    plan = tree.plan(tree.placement_request(how, tree.put("ckpts/wan/x.bin"), target))
    assert refusals(plan) == ["The target is outside the checkpoint and LoRA folders."]


def test_a_folder_that_becomes_a_link_after_the_plan_leads_nowhere(tree):
    source = tree.put("comfy/x.bin")
    plan = tree.plan(tree.placement_request(PlacementMethod.COPY, source, "ckpts/vae/x.bin"))
    (tree.home / "secret").mkdir()
    (tree.home / "ckpts/vae").symlink_to(tree.home / "secret")
    (outcome,) = plan.execute()
    assert (outcome.result, list((tree.home / "secret").iterdir())) == (StepResult.SKIPPED, [])


def test_no_folder_is_made_for_a_target_that_turns_out_to_be_outside(tree, monkeypatch):
    plan = tree.plan(
        tree.placement_request(PlacementMethod.COPY, tree.put("comfy/x.bin"), "ckpts/vae/new/x.bin")
    )
    (tree.home / "ckpts/vae").symlink_to(tree.home / "comfy")
    made: list[str] = []
    monkeypatch.setattr(os, "mkdir", made.append)
    (outcome,) = plan.execute()
    assert (outcome.result, made) == (StepResult.SKIPPED, [])


def test_a_folder_that_becomes_a_link_during_the_step_leads_nowhere(tree, monkeypatch):
    plan = tree.plan(tree.placement_request(PlacementMethod.COPY, tree.put("comfy/x.bin"), "ckpts/vae/x.bin"))
    monkeypatch.setattr(os, "mkdir", lambda path: Path(path).symlink_to(tree.home / "comfy"))
    (outcome,) = plan.execute()
    assert outcome.reason == "The target is outside the checkpoint and LoRA folders"


def test_a_checkpoint_folder_that_is_itself_a_link_is_fine(tree):
    (tree.home / "drive").mkdir()
    (tree.home / "linked").symlink_to(tree.home / "drive")
    tree.folders.append(str(tree.home / "linked"))
    (outcome,) = tree.plan(
        tree.placement_request(PlacementMethod.COPY, tree.put("comfy/x.bin"), "linked/vae/x.bin")
    ).execute()
    assert outcome.result is StepResult.DONE
    assert (tree.home / "drive/vae/x.bin").exists()


def test_a_relative_target_is_refused(tree, monkeypatch):
    monkeypatch.chdir(tree.home)
    plan = tree.plan(PlacementRequest(PlacementMethod.COPY, tree.put("comfy/x.bin"), "ckpts/x.bin"))
    assert refusals(plan) == ["The target is outside the checkpoint and LoRA folders."]


def test_files_of_another_program_links_and_files_in_use_are_not_moved(tree):
    tree.put("ckpts/real.bin")
    (tree.home / "ckpts/wan").mkdir()
    (tree.home / "ckpts/wan/link.bin").symlink_to("../real.bin")
    plan = tree.plan(
        tree.placement_request(PlacementMethod.MOVE, tree.put("comfy/x.bin"), "ckpts/x.bin"),
        tree.placement_request(PlacementMethod.MOVE, tree.seen("ckpts/wan/link.bin"), "ckpts/link.bin"),
        tree.placement_request(
            PlacementMethod.MOVE, tree.put("ckpts/wan/y.bin"), "ckpts/y.bin", "another model needs it"
        ),
    )
    assert refusals(plan) == [
        "Only files within the checkpoint and LoRA folders are moved: link or copy it.",
        "It is a link: link or copy what it points to.",
        "It must stay where it is, as another model needs it: link or copy it.",
    ]


def test_a_source_that_has_gone_or_changed_is_skipped(tree):
    gone, changed = tree.put("comfy/a.bin"), tree.put("comfy/b.bin")
    requests = [
        tree.placement_request(PlacementMethod.COPY, gone, "ckpts/a.bin"),
        tree.placement_request(PlacementMethod.COPY, changed, "ckpts/b.bin"),
    ]
    plan = tree.plan(*requests)
    Path(gone.path).unlink()
    tree.put("comfy/b.bin", b"another")
    reasons = ["It is no longer there: search again.", "It has changed since it was found: search again."]
    assert refusals(tree.plan(*requests)) == reasons
    outcomes = plan.execute()
    assert [outcome.result for outcome in outcomes] == [StepResult.SKIPPED] * 2
    assert [outcome.reason + "." for outcome in outcomes] == reasons
    assert not any(name.startswith("ckpts/") for name in tree.all())


def test_two_wishes_for_one_place_and_two_moves_of_one_file_are_told_apart(tree):
    first, second = tree.put("ckpts/a/x.bin"), tree.put("ckpts/b/x.bin")
    plan = tree.plan(
        tree.placement_request(PlacementMethod.MOVE, first, "ckpts/x.bin"),
        tree.placement_request(PlacementMethod.MOVE, second, "ckpts/x.bin"),
        tree.placement_request(PlacementMethod.HARD_LINK, first, "ckpts/c/x.bin"),
    )
    assert [step.source for step in plan.steps] == [first]
    assert [refusal.reason for refusal in plan.refused] == [
        f"{first.path} is to be put there already.",
        "The plan moves this file elsewhere: link it from there afterwards.",
    ]


def test_a_hard_link_to_another_drive_is_refused_with_the_remedy(tree):
    plan = tree.plan(
        tree.placement_request(PlacementMethod.HARD_LINK, tree.put("comfy/x.bin"), "ckpts/x.bin"), facts=OTHER
    )
    assert refusals(plan) == ["Hard links need both folders on one drive: choose a copy or a symbolic link."]


@pytest.mark.parametrize(
    ("name", "windows", "rejection"),
    [
        ("x.safetensors", True, None),
        ("x y 🎬.safetensors", True, None),
        ("x:stream.safetensors", True, "Windows does not allow this file name."),
        ("x.bin?download=true", True, "Windows does not allow this file name."),
        ("x.bin.", True, "Windows does not allow this file name."),
        ("x:y.bin", False, None),
        ("..", False, "This is not a valid file name."),
        ("", False, "This is not a valid file name."),
        ("a\nb", False, "This is not a valid file name."),
        ("a\x00b", False, "This is not a valid file name."),
    ],
)
def test_names_that_no_file_can_have_are_refused(name, windows, rejection):
    assert name_rejection(name, windows=windows) == rejection


# Drives


def another_drive(monkeypatch):
    """Let links and renames between folders of different first letters fail as between drives."""

    def refuse(real):
        def ask(here, there):
            if Path(here).parent != Path(there).parent:
                raise OSError(errno.EXDEV, "Invalid cross-device link", here)
            return real(here, there)

        return ask

    monkeypatch.setattr(os, "link", refuse(os.link))
    monkeypatch.setattr(os, "rename", refuse(os.rename))


def test_a_move_to_another_drive_copies_then_deletes_the_original(tree, monkeypatch):
    another_drive(monkeypatch)
    source = tree.put("ckpts/wan/x.bin")
    plan = tree.plan(tree.placement_request(PlacementMethod.MOVE, source, "loras/x.bin"), facts=OTHER)
    assert plan.copied_bytes == len(CONTENT)
    assert "to write)" in plan.steps[0].sentence()
    (outcome,) = plan.execute()
    assert (outcome.result, outcome.written_bytes) == (StepResult.DONE, len(CONTENT))
    assert (tree.home / "loras/x.bin").read_bytes() == CONTENT
    assert not Path(source.path).exists()


def test_an_original_that_cannot_be_deleted_after_the_copy_is_said(tree, monkeypatch):
    another_drive(monkeypatch)
    source = tree.put("ckpts/wan/x.bin")
    real = os.unlink

    def unlink(path):
        if path == source.path:
            raise PermissionError(errno.EACCES, "Permission denied", path)
        real(path)

    monkeypatch.setattr(os, "unlink", unlink)
    (outcome,) = tree.plan(
        tree.placement_request(PlacementMethod.MOVE, source, "loras/x.bin"), facts=OTHER
    ).execute()
    assert outcome.result is StepResult.DONE
    assert "but the original could not be deleted: no permission" in outcome.sentence()
    assert (tree.home / "loras/x.bin").read_bytes() == Path(source.path).read_bytes() == CONTENT


def test_an_original_that_changes_during_the_move_is_not_deleted(tree, monkeypatch):
    another_drive(monkeypatch)
    source = tree.put("ckpts/wan/x.bin")
    real = file_ops._copy

    def copy(*arguments):
        real(*arguments)
        os.utime(source.path, ns=(1, 1))

    monkeypatch.setattr(file_ops, "_copy", copy)
    (outcome,) = tree.plan(
        tree.placement_request(PlacementMethod.MOVE, source, "loras/x.bin"), facts=OTHER
    ).execute()
    assert "has changed meanwhile" in outcome.sentence()
    assert Path(source.path).exists()


def test_a_move_within_a_drive_that_cannot_delete_the_old_name_leaves_all_as_it_was(tree, monkeypatch):
    source = tree.put("ckpts/wan/x.bin")
    before, real = tree.all(), os.unlink

    def unlink(path):
        if path == source.path:
            raise PermissionError(errno.EACCES, "Permission denied", path)
        real(path)

    monkeypatch.setattr(os, "unlink", unlink)
    (outcome,) = tree.plan(tree.placement_request(PlacementMethod.MOVE, source, "ckpts/new/x.bin")).execute()
    assert outcome.result is StepResult.FAILED
    assert tree.all() == before


def test_a_folder_that_vanishes_after_the_plan_is_not_made_again(tree):
    source = tree.put("comfy/x.bin")
    plan = tree.plan(tree.placement_request(PlacementMethod.COPY, source, "ckpts/new/x.bin"))
    (tree.home / "ckpts").rename(tree.home / "away")
    (outcome,) = plan.execute()
    assert outcome.result is StepResult.SKIPPED
    assert "does not answer any more" in outcome.sentence()
    assert not (tree.home / "ckpts").exists()


def test_a_drive_without_hard_links_still_moves_and_copies(tree, monkeypatch):
    def no_links(here, _there):
        raise OSError(errno.EPERM, "Operation not permitted", here)

    monkeypatch.setattr(os, "link", no_links)
    first, second, third = (tree.put(f"ckpts/wan/{name}.bin") for name in "abc")
    outcomes = tree.plan(
        tree.placement_request(PlacementMethod.MOVE, first, "ckpts/a.bin"),
        tree.placement_request(PlacementMethod.COPY, second, "ckpts/b.bin"),
        tree.placement_request(PlacementMethod.HARD_LINK, third, "ckpts/c.bin"),
    ).execute()
    assert [outcome.result for outcome in outcomes] == [StepResult.DONE, StepResult.DONE, StepResult.FAILED]
    assert "choose another method, such as a copy" in outcomes[2].sentence()


def test_the_disk_tells_one_drive_from_another_and_its_free_space(tree):
    source = tree.put("comfy/x.bin")
    facts = look_at_disk(source.path, str(tree.home / "ckpts/not/yet/x.bin"))
    assert facts.same_drive
    assert facts.free_bytes > 0
    assert not look_at_disk(str(tree.home / "gone"), str(tree.home / "ckpts/x.bin")).same_drive


# Space


def test_copies_that_do_not_fit_together_are_refused_in_the_plan(tree):
    gigabyte = 10**9
    facts = DiskFacts(same_drive=False, drive=2, free_bytes=5 * gigabyte)
    requests = []
    for name in "abc":
        source = tree.put(f"comfy/{name}.bin")
        os.truncate(source.path, 2 * gigabyte)
        requests.append(
            tree.placement_request(PlacementMethod.COPY, tree.seen(f"comfy/{name}.bin"), f"ckpts/{name}.bin")
        )
    plan = tree.plan(*requests, facts=facts)
    assert [len(plan.steps), plan.copied_bytes] == [2, 4 * gigabyte]
    assert plan.refused[0].reason == (
        "The drive has 5.0 GB free; 6.0 GB and some room are needed: free some space, or link."
    )
    assert (
        tree.plan(
            *[tree.placement_request(PlacementMethod.SYMLINK, one.source, one.target) for one in requests],
            facts=facts,
        ).refused
        == ()
    )


def test_a_drive_that_has_filled_up_since_is_noticed_before_copying(tree, monkeypatch):
    plan = tree.plan(tree.placement_request(PlacementMethod.COPY, tree.put("comfy/x.bin"), "ckpts/vae/x.bin"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    (outcome,) = plan.execute()
    assert outcome.result is StepResult.SKIPPED
    assert outcome.sentence().startswith("x.bin skipped: The drive has 0 bytes free")
    assert not (tree.home / "ckpts/vae").exists()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the drive is full"),
        (errno.EDQUOT, "disk quota exceeded"),
        (errno.EFBIG, "cannot hold a file of this size"),
        (errno.EROFS, "the drive is read-only"),
        (errno.EACCES, "no permission, or another program uses the file"),
        (errno.EIO, "the drive reported an error"),
    ],
)
def test_an_error_in_the_middle_of_a_copy_is_said_and_leaves_nothing(tree, monkeypatch, number, words):
    source = tree.put("comfy/x.bin")
    plan = tree.plan(tree.placement_request(PlacementMethod.COPY, source, "ckpts/new/deep/x.bin"))
    before = tree.all()

    def fail(_descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    (outcome,) = plan.execute()
    assert (outcome.result, outcome.written_bytes) == (StepResult.FAILED, 0)
    assert words in outcome.sentence()
    assert tree.all() == before


def test_a_folder_that_cannot_be_made_is_said(tree, monkeypatch):
    source = tree.put("comfy/x.bin")

    def mkdir(path):
        raise OSError(errno.EROFS, "Read-only file system", path)

    monkeypatch.setattr(os, "mkdir", mkdir)
    (outcome,) = tree.plan(tree.placement_request(PlacementMethod.COPY, source, "ckpts/new/x.bin")).execute()
    assert outcome.sentence() == "x.bin failed: the drive is read-only."


def test_a_file_that_grows_while_it_is_copied_leaves_nothing(tree, monkeypatch):
    source = tree.put("comfy/x.bin")
    plan = tree.plan(tree.placement_request(PlacementMethod.COPY, source, "ckpts/x.bin"))

    def grow(_progress: Progress) -> None:
        with Path(source.path).open("ab") as stream:
            stream.write(b"more")

    monkeypatch.setattr(file_ops, "_CHUNK", 1_000)
    (outcome,) = plan.execute(progress=lambda told: grow(told) if told.done_bytes == 1_000 else None)
    assert outcome.sentence() == "x.bin failed: the file changed while it was copied: search again."
    assert list((tree.home / "ckpts").iterdir()) == []


def test_windows_lack_of_the_right_to_link_is_said_with_the_remedy():
    error = OSError(22, "A required privilege is not held by the client")
    error.winerror = 1314
    assert (
        describe_os_error(error)
        == "Windows allows symbolic links only with its Developer Mode or to administrators"
    )


# Progress and cancel


def test_progress_is_told_in_bytes_of_the_whole_plan(tree, monkeypatch):
    monkeypatch.setattr(file_ops, "_CHUNK", 4_096)
    requests = [
        tree.placement_request(PlacementMethod.COPY, tree.put(f"comfy/{name}.bin"), f"ckpts/{name}.bin")
        for name in "ab"
    ]
    told: list[Progress] = []
    tree.plan(*requests).execute(progress=told.append)
    total = 2 * len(CONTENT)
    assert (told[0].step, told[0].steps, told[0].subject, told[0].done_bytes) == (1, 2, "a.bin", 0)
    assert (told[-1].step, told[-1].subject, told[-1].done_bytes) == (2, "b.bin", total)
    assert {one.total_bytes for one in told} == {total}
    assert [one.done_bytes for one in told] == sorted(one.done_bytes for one in told)


def test_a_stop_in_the_middle_leaves_no_half_file_and_skips_the_rest(tree, monkeypatch):
    monkeypatch.setattr(file_ops, "_CHUNK", 1_000)
    requests = [
        tree.placement_request(PlacementMethod.COPY, tree.put(f"comfy/{name}.bin"), f"ckpts/{name}/x.bin")
        for name in "abc"
    ]
    plan = tree.plan(*requests)
    seen: list[Progress] = []
    outcomes = plan.execute(seen.append, lambda: seen[-1].done_bytes > 1.5 * len(CONTENT))
    assert [outcome.result for outcome in outcomes] == [
        StepResult.DONE,
        StepResult.SKIPPED,
        StepResult.SKIPPED,
    ]
    assert outcomes[1].sentence() == "x.bin skipped: you stopped it."
    assert {name for name in tree.all() if name.startswith("ckpts/")} == {"ckpts/a", "ckpts/a/x.bin"}


def test_a_broken_progress_bar_leaves_no_half_file(tree, monkeypatch):
    plan = tree.plan(tree.placement_request(PlacementMethod.COPY, tree.put("comfy/x.bin"), "ckpts/x.bin"))

    def broken(told: Progress) -> None:
        if told.done_bytes:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        plan.execute(progress=broken)
    assert list((tree.home / "ckpts").iterdir()) == []


# Ways


@pytest.fixture
def found(world):
    """Return a file found in a wrong folder, and one found in another program's."""
    world.add(URLs=world.urls("x.safetensors"), VAE_URLs=world.urls("v.safetensors"))
    world.put("ckpts/wan/x.safetensors", "comfy/v.safetensors")
    missing_files = missing_files_of(world.inventory(), "loras", home=str(world.home))
    return (
        find_misplaced(missing_files, Integrity()).usable[0],
        find_in_folder(str(world.home / "comfy"), missing_files, Integrity()).usable[0],
    )


def test_only_a_file_that_may_leave_its_folder_is_offered_to_be_moved(found):
    misplaced, foreign = found
    assert [option.method for option in link_options(misplaced, SAME)] == [
        PlacementMethod.MOVE,
        PlacementMethod.HARD_LINK,
        PlacementMethod.SYMLINK,
        PlacementMethod.COPY,
    ]
    assert [option.method for option in link_options(foreign, SAME)] == [
        PlacementMethod.HARD_LINK,
        PlacementMethod.SYMLINK,
        PlacementMethod.COPY,
    ]


def test_what_the_disk_does_not_allow_is_offered_with_the_reason(found):
    full = DiskFacts(same_drive=False, drive=2, free_bytes=5)
    move, hard_link, symlink, copy = link_options(found[0], full)
    assert hard_link.rejection == "Hard links need both folders on one drive."
    assert "free" in copy.rejection
    assert move.rejection == copy.rejection
    assert symlink.rejection is None
    assert all(option.rejection is None for option in link_options(found[0], SAME))


def test_what_a_method_means_depends_on_the_system_and_the_size():
    assert "Developer Mode" in describe_method(PlacementMethod.SYMLINK, windows=True)
    assert "Developer Mode" not in describe_method(PlacementMethod.SYMLINK, windows=False)
    assert describe_method(PlacementMethod.COPY, 2_500_000_000).startswith("takes up to 2.5 GB")


def test_a_folder_above_is_not_below():
    assert not is_below("/a", "/a/b")
