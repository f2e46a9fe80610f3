"""Files that are here after all are found where Wan2GP does not look, and told from those that only look alike."""

from __future__ import annotations

import ntpath
import os
from dataclasses import replace

import pytest
from model_tracker.files.walk import Limits, Walk, is_below
from model_tracker.inventory.integrity import Integrity
from model_tracker.inventory.sizes import SizeOrigin
from model_tracker.relocation import misplaced
from model_tracker.relocation.misplaced import Match, find_in_folder, find_misplaced
from model_tracker.relocation.missing import missing_files_of


@pytest.fixture
def missing_files(world):
    """Return a function that says what the world misses, with known sizes by name."""

    def ask(**sizes: int):
        found = missing_files_of(world.inventory(), "loras", home=str(world.home))
        known = {name.replace("__", "."): size for name, size in sizes.items()}
        return replace(
            found, missing=tuple(replace(file, size_bytes=known.get(file.name)) for file in found.missing)
        )

    return ask


@pytest.fixture
def look(missing_files):
    """Return a function that looks within the world's folders."""
    return lambda **sizes: find_misplaced(missing_files(**sizes), Integrity())


def found_at(world, finds) -> dict[str, str]:
    """Return path → target of what is usable, below the home."""
    paths = [[found.file.path, found.target] for found in finds.usable]
    return dict(map(world.below_home, paths))


def test_a_needed_file_in_a_sub_folder_is_found_and_told_where_to_move(world, look):
    world.add(URLs=world.urls("x.safetensors"))
    world.put("ckpts/wan/x.safetensors", size=3_000)
    finds = look()
    assert found_at(world, finds) == {"ckpts/wan/x.safetensors": "ckpts/x.safetensors"}
    home = world.home
    assert finds.usable[0].sentence() == (
        f"x.safetensors (3 kB) is in {home}/ckpts/wan; Wan2GP looks for it in {home}/ckpts. "
        f"Move it to {home}/ckpts. Only its name matches: the published size is not known."
    )
    assert finds.summary() == "1 missing file is on disk after all: 3 kB less to download."


def test_a_needed_file_in_the_root_that_belongs_into_a_sub_folder_is_found(world, look):
    world.add(VAE_URLs=[world.url("x.safetensors|vae")])
    world.put("ckpts/x.safetensors")
    assert found_at(world, look()) == {"ckpts/x.safetensors": "ckpts/vae/x.safetensors"}


def test_the_same_size_as_the_published_one_is_said_and_another_is_an_objection(world, look):
    world.add(URLs=world.urls("x.safetensors"))
    world.put("ckpts/wan/x.safetensors", size=3_000)
    (same,) = look(x__safetensors=3_000).files
    assert (same.match, same.rejection) == (Match.NAME_AND_SIZE, None)
    assert "Only its name" not in same.sentence()
    (other,) = look(x__safetensors=4_000).files
    assert other.rejection == "it has 3,000 bytes, the published file 4,000"
    assert other.sentence().endswith("but cannot be used: it has 3,000 bytes, the published file 4,000.")
    finds = look(x__safetensors=4_000)
    assert finds.usable == ()
    assert finds.summary() == "None of the missing files was found. 1 file of the right name cannot be used."


def test_an_estimated_size_is_never_taken_for_the_published_one(world):
    world.add(URLs=world.urls("x_bf16.safetensors", "x_int8.safetensors"))
    world.put("ckpts/x_bf16.safetensors", size=3_000)
    inventory = world.inventory()
    (estimated,) = inventory.models["m"].to_fetch
    assert estimated.size.origin is SizeOrigin.ESTIMATED
    assert [file.size_bytes for file in missing_files_of(inventory, None).missing] == [None]


def test_a_cut_off_file_is_not_offered(world, look):
    world.add(URLs=world.urls("x.safetensors"))
    (path,) = world.put("ckpts/wan/x.safetensors", size=3_000)
    os.truncate(path, 2_000)
    finds = look()
    assert finds.usable == ()
    assert "cut off" in finds.files[0].rejection


def test_of_several_the_one_of_the_right_size_is_best(world, look):
    world.add(URLs=world.urls("x.safetensors"))
    world.put("ckpts/a/x.safetensors", size=2_000)
    world.put("ckpts/b/x.safetensors", size=3_000)
    assert found_at(world, look(x__safetensors=3_000)) == {"ckpts/b/x.safetensors": "ckpts/x.safetensors"}
    assert len(look(x__safetensors=3_000).files) == 2


def test_a_file_that_is_found_by_wan2gp_is_not_looked_for(world, look):
    world.add(URLs=world.urls("x.safetensors"))
    world.put("ckpts/x.safetensors", "ckpts/old/x.safetensors")
    assert look().files == ()


def test_what_another_model_looks_for_where_it_lies_is_to_be_linked_not_moved(world, look):
    world.add("a", URLs=world.urls("x.safetensors|enc"))
    world.add("b", URLs=world.urls("x.safetensors|other"))
    world.put("ckpts/enc/x.safetensors")
    (found,) = look().usable
    assert found.keep_reason == "another model looks for it where it is"
    assert "Link or copy it to" in found.sentence()
    assert "Move" not in found.sentence()


def test_what_another_setting_would_take_where_it_lies_is_not_moved_either(world, look):
    world.add("a", URLs=world.urls("x_int8.safetensors|a", "x_bf16.safetensors|a"))
    world.add("b", URLs=world.urls("x_bf16.safetensors|b"))
    world.put("ckpts/a/x_bf16.safetensors")
    (found,) = look().usable
    assert found.keep_reason is not None


def test_a_lora_in_a_wrong_lora_folder_is_to_be_linked_and_a_checkpoint_among_loras_too(world, look):
    world.add(URLs=world.urls("x.safetensors"), loras=world.urls("l.safetensors"))
    world.put("loras/l.safetensors", "loras/else/x.safetensors")
    finds = look()
    assert found_at(world, finds) == {
        "loras/l.safetensors": "loras/arch/l.safetensors",
        "loras/else/x.safetensors": "ckpts/x.safetensors",
    }
    assert {found.keep_reason for found in finds.files} == {"as a LoRA it can be chosen from where it is"}


def test_a_lora_among_the_checkpoints_is_to_be_moved_to_its_lora_folder(world, look):
    world.add(URLs=[], loras=world.urls("l.safetensors"))
    world.put("ckpts/l.safetensors")
    (found,) = look().usable
    assert world.below_home([found.target]) == ["loras/arch/l.safetensors"]
    assert found.keep_reason is None


def test_a_file_stays_on_the_drive_of_the_root_it_lies_in(world, look, tmp_path):
    world.locator._checkpoints_paths = ["ckpts", str(tmp_path / "big"), "."]
    world.add(URLs=world.urls("x.safetensors"))
    world.put("ckpts/.keep", "big/wan/x.safetensors")
    assert found_at(world, look()) == {"big/wan/x.safetensors": "big/x.safetensors"}


def test_the_application_folder_is_looked_at_but_never_looked_through(world, look):
    world.add(URLs=world.urls("x.safetensors|enc", "y"), VAE_URLs=world.urls("v.safetensors|vae"))
    world.put("x.safetensors", "outputs/v.safetensors")
    assert found_at(world, look()) == {"x.safetensors": "ckpts/enc/x.safetensors"}


@pytest.mark.parametrize(
    "folder",
    ["ckpts/a/b/c/d", "ckpts/.cache", "ckpts/.hidden/a", "ckpts/_temp1754000000.5/enc", "ckpts/enc/.git"],
)
def test_too_deep_hidden_and_temporary_folders_are_left_out(world, look, folder):
    world.add(URLs=world.urls("x.safetensors"))
    world.put(f"{folder}/x.safetensors")
    assert look().files == ()


def test_three_levels_are_looked_through(world, look):
    world.add(URLs=world.urls("x.safetensors"))
    world.put("ckpts/a/b/c/x.safetensors")
    assert len(look().files) == 1


def test_links_to_other_folders_are_not_followed_within_the_roots(world, look, tmp_path):
    world.add(URLs=world.urls("x.safetensors"))
    world.put("elsewhere/x.safetensors", "ckpts/.keep")
    (tmp_path / "ckpts/far").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "ckpts/loop").symlink_to(tmp_path / "ckpts")
    assert look().files == ()


def test_a_link_to_a_file_is_not_moved_and_one_to_nowhere_is_nothing(world, look, tmp_path):
    world.add(URLs=world.urls("x.safetensors"), VAE_URLs=world.urls("v.safetensors"))
    world.put("elsewhere/x.safetensors", "ckpts/a/.keep")
    (tmp_path / "ckpts/a/x.safetensors").symlink_to(tmp_path / "elsewhere/x.safetensors")
    (tmp_path / "ckpts/a/v.safetensors").symlink_to(tmp_path / "nowhere")
    (found,) = look().files
    assert found.keep_reason == "it is a link"


COMMON = [
    "config.json",
    "model.safetensors",
    "diffusion_pytorch_model.safetensors",
    "vocab",
    "tokenizer.model",
]


@pytest.mark.parametrize("name", COMMON)
def test_a_common_name_in_some_folder_is_not_taken_for_the_file(world, look, name):
    world.add(URLs=world.urls(f"{name}|wav2vec"))
    world.put(f"ckpts/clip/{name}")
    assert look().files == ()


@pytest.mark.parametrize("name", COMMON)
def test_a_common_name_in_a_folder_of_the_same_name_is(world, look, name):
    world.add(URLs=world.urls(f"{name}|wav2vec"))
    world.put(f"ckpts/audio/wav2vec/{name}")
    assert len(look().files) == 1


def test_a_common_name_with_the_published_size_of_a_large_file_is_and_with_another_is_not(world, look):
    world.add(URLs=world.urls("model.safetensors|wav2vec"))
    world.put("ckpts/clip/model.safetensors", size=2_000_000)
    assert len(look(model__safetensors=2_000_000).files) == 1
    assert look(model__safetensors=2_000_001).files == ()


def test_a_small_file_of_a_common_name_and_the_published_size_is_not_taken_for_the_file(world, look):
    world.add(URLs=world.urls("model.safetensors|wav2vec"))
    world.put("ckpts/clip/model.safetensors", size=999_999)
    assert look(model__safetensors=999_999).files == ()
    world.put("ckpts/audio/wav2vec/model.safetensors", size=999_999)
    (candidate,) = look(model__safetensors=999_999).usable
    assert world.below_home([candidate.file.path]) == ["ckpts/audio/wav2vec/model.safetensors"]


def test_a_small_file_of_another_size_is_not_the_file_even_in_a_folder_of_the_same_name(world, look):
    world.add(URLs=world.urls("model.safetensors|wav2vec"))
    world.put("ckpts/audio/wav2vec/model.safetensors", size=2_000)
    assert look(model__safetensors=2_001).files == ()


def test_a_common_name_in_a_folder_of_other_case_counts_where_the_system_says_so(
    world, missing_files, monkeypatch
):
    world.add(URLs=world.urls("config.json|wav2vec"))
    world.put("ckpts/audio/Wav2Vec/config.json")
    asked = missing_files()
    assert find_misplaced(asked, Integrity()).files == ()
    monkeypatch.setattr(os.path, "normcase", str.lower)
    assert len(find_misplaced(asked, Integrity()).files) == 1


def test_a_name_that_two_addresses_share_does_not_tell_which_file_it_is(world, look):
    world.add("a", URLs=["https://one.test/x.safetensors|a"])
    world.add("b", URLs=["https://two.test/x.safetensors|b"])
    world.put("ckpts/else/x.safetensors")
    assert look().files == ()
    world.put("ckpts/else/b/x.safetensors")
    assert found_at(world, look()) == {"ckpts/else/b/x.safetensors": "ckpts/b/x.safetensors"}


def test_a_file_that_vanishes_between_listing_and_reading_is_left_out(world, missing_files, monkeypatch):
    world.add(URLs=world.urls("x.safetensors"))
    (path,) = world.put("ckpts/wan/x.safetensors")
    asked = missing_files()
    real = misplaced._on_disk

    def vanish(entry):
        path.unlink(missing_ok=True)
        return real(entry)

    monkeypatch.setattr(misplaced, "_on_disk", vanish)
    assert find_misplaced(asked, Integrity()).files == ()


def test_what_generate_would_miss_names_the_models_that_need_it(world):
    for model in ("a", "b"):
        world.add(model, URLs=world.urls("x.safetensors"))
    (missing,) = missing_files_of(world.inventory(), "loras").missing
    assert missing.users == ("a", "b")
    assert world.below_home(missing.places) == ["ckpts/x.safetensors", "x.safetensors"]


def test_names_with_spaces_emoji_and_255_bytes_are_found(world, look):
    names = ["a b 🎬.safetensors", "ü" * 121 + ".safetensors"]
    world.add(URLs=world.urls(names[0]), VAE_URLs=[world.url(names[1])])
    world.put(*(f"ckpts/wan/{name}" for name in names))
    assert len(look().usable) == 2


# A folder that the user names


def test_files_are_found_in_a_folder_that_the_user_names_and_never_to_be_moved(
    world, missing_files, tmp_path
):
    world.add(URLs=world.urls("x.safetensors"))
    world.put("comfy/models/unet/x.safetensors")
    finds = find_in_folder(f' "{tmp_path}/comfy" ', missing_files(), Integrity())
    assert found_at(world, finds) == {"comfy/models/unet/x.safetensors": "ckpts/x.safetensors"}
    assert finds.usable[0].keep_reason == "another program may use it there"


def test_linked_folders_are_followed_there_and_a_loop_ends(world, missing_files, tmp_path):
    world.add(URLs=world.urls("x.safetensors"))
    world.put("drive/unet/x.safetensors", "comfy/.keep")
    (tmp_path / "comfy/unet").symlink_to(tmp_path / "drive/unet")
    (tmp_path / "drive/unet/loop").symlink_to(tmp_path / "comfy")
    assert len(find_in_folder(str(tmp_path / "comfy"), missing_files(), Integrity()).files) == 1


def test_a_file_goes_to_a_root_on_its_own_drive_where_there_is_one(
    world, missing_files, tmp_path, monkeypatch
):
    world.locator._checkpoints_paths = ["ckpts", str(tmp_path / "big"), "."]
    world.add(URLs=world.urls("x.safetensors"))
    world.put("ckpts/.keep", "big/.keep", "big-drive/comfy/x.safetensors")
    monkeypatch.setattr(misplaced, "drive_of", lambda path: 2 if "/big" in path else 1)
    finds = find_in_folder(str(tmp_path / "big-drive"), missing_files(), Integrity())
    assert world.below_home([finds.usable[0].target]) == ["big/x.safetensors"]


def test_no_file_is_put_into_the_application_folder_for_the_sake_of_its_drive(
    world, missing_files, tmp_path, monkeypatch
):
    world.locator._checkpoints_paths = [str(tmp_path.parent / "drive-d"), "."]
    world.add(URLs=world.urls("x.safetensors|enc"))
    world.put("x.safetensors", "comfy/x.safetensors", "../drive-d/.keep")
    monkeypatch.setattr(misplaced, "drive_of", lambda path: 2 if "drive-d" in path else 1)
    asked = missing_files()
    for finds in (
        find_misplaced(asked, Integrity()),
        find_in_folder(f"{tmp_path}/comfy", asked, Integrity()),
    ):
        assert finds.usable[0].target == str(tmp_path.parent / "drive-d/enc/x.safetensors")


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        ("", "This is not an absolute path."),
        ("models", "This is not an absolute path."),
        ("/nowhere/models", "This folder does not exist."),
        ("/nul\x00", "This folder does not exist."),
    ],
)
def test_a_folder_that_is_none_is_said_to_be_none(missing_files, folder, message):
    finds = find_in_folder(folder, missing_files(), Integrity())
    assert [problem.message for problem in finds.problems] == [message]
    assert finds.problems[0].remedy


def test_a_folder_that_cannot_be_read_is_told_and_the_rest_is_looked_at(
    world, missing_files, tmp_path, monkeypatch
):
    world.add(URLs=world.urls("x.safetensors"))
    world.put("comfy/locked/y", "comfy/unet/x.safetensors")
    asked, real = missing_files(), os.scandir

    def scandir(path):
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    finds = find_in_folder(str(tmp_path / "comfy"), asked, Integrity())
    assert len(finds.files) == 1
    assert [problem.path for problem in finds.problems] == [str(tmp_path / "comfy/locked")]


def test_the_search_ends_at_so_many_entries_and_says_so(world, missing_files, tmp_path):
    world.put(*(f"comfy/{number}.txt" for number in range(20)), "comfy/sub/a", "comfy/sub/b")
    finds = find_in_folder(str(tmp_path / "comfy"), missing_files(), Integrity(), limits=Limits(3, 10))
    assert [problem.message for problem in finds.problems] == [
        "Only 10 files and folders were looked at; there are more."
    ]


def test_a_search_that_is_stopped_says_so_and_keeps_what_it_found(world, missing_files, tmp_path):
    world.add(URLs=world.urls("x.safetensors"))
    world.put("comfy/x.safetensors", "comfy/a/b/c.txt")
    asked = iter([False, False, True, True, True, True])
    finds = find_in_folder(
        str(tmp_path / "comfy"), missing_files(), Integrity(), cancelled=lambda: next(asked)
    )
    assert finds.was_cancelled
    assert len(finds.files) == 1
    assert finds.summary().endswith("You stopped the search, so there may be more.")


def test_a_huge_folder_can_be_left_in_the_middle(tmp_path):
    for number in range(600):
        (tmp_path / str(number)).touch()
    asked = iter([False, True])
    walk = Walk(Limits(1, 10_000), lambda: next(asked, True))
    assert list(walk.files(str(tmp_path))) == []
    assert walk.was_cancelled


@pytest.mark.parametrize(
    ("path", "folder", "below"),
    [
        (r"D:\ckpts\vae\x.safetensors", r"D:\ckpts", True),
        (r"d:\CKPTS\vae", r"D:\ckpts", True),
        (r"D:\ckpts", r"D:\ckpts", True),
        (r"D:\ckpts-old\x", r"D:\ckpts", False),
        (r"E:\ckpts\x", r"D:\ckpts", False),
        (r"D:\ckpts\..\secret", r"D:\ckpts", False),
        (r"\\server\share\ckpts\x", r"\\server\share\ckpts", True),
        (r"\\server\other\ckpts\x", r"\\server\share\ckpts", False),
    ],
)
def test_a_windows_path_is_below_a_folder_or_not(path, folder, below, monkeypatch):
    monkeypatch.setattr(os, "path", ntpath)
    assert is_below(path, folder, ntpath.normpath) is below


def test_names_are_compared_as_the_system_does(world, missing_files, monkeypatch):
    world.add(URLs=world.urls("X.safetensors"))
    world.put("ckpts/wan/x.safetensors")
    asked = missing_files()
    assert find_misplaced(asked, Integrity()).files == ()
    monkeypatch.setattr(os.path, "normcase", str.lower)
    assert len(find_misplaced(asked, Integrity()).files) == 1


@pytest.mark.parametrize(
    "what",
    [
        "folder",
        pytest.param("link", marks=pytest.mark.skipif(os.name == "nt", reason="needs a right on Windows")),
    ],
)
def test_a_file_whose_place_is_taken_cannot_be_used_and_saves_nothing(world, missing_files, tmp_path, what):
    world.add(URLs=world.urls("x.safetensors"))
    world.put("comfy/x.safetensors", "ckpts/.keep")
    place = tmp_path / "ckpts/x.safetensors"
    if what == "folder":
        place.mkdir()
    else:
        place.symlink_to("/mnt/not_there/x.safetensors")
    finds = find_in_folder(str(tmp_path / "comfy"), missing_files(), Integrity())
    assert (finds.usable, finds.bytes_saved) == ((), 0)
    assert (
        f"{what if what == 'folder' else 'link to nowhere'} of that name is in its place"
        in finds.files[0].sentence()
    )


def test_nothing_is_put_into_a_checkpoint_folder_that_does_not_answer(world, missing_files, tmp_path):
    world.locator._checkpoints_paths = [str(tmp_path / "not/there"), "ckpts"]
    world.add(URLs=world.urls("x.safetensors"))
    world.put("comfy/x.safetensors", "ckpts/.keep")
    asked = missing_files()
    finds = find_in_folder(str(tmp_path / "comfy"), asked, Integrity())
    assert finds.files == ()
    assert "does not exist" in str(finds.problems[0])
    assert str(tmp_path / "not/there") not in asked.folders
