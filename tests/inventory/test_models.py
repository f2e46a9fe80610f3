"""What is there, where the rest would be put, and what one calls it."""

from __future__ import annotations

import shutil
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest
from model_tracker.catalog.sentences import reason, what_generate_does, why_status
from model_tracker.inventory import disk as disk_module
from model_tracker.inventory.disk import DiskIndex
from model_tracker.inventory.integrity import Integrity
from model_tracker.inventory.models import FileState, ModelStatus
from model_tracker.inventory.scan import Scan, take_inventory, track_model
from model_tracker.inventory.sizes import Size, SizeOrigin, Total
from model_tracker.wan2gp.requirements import requirements
from model_tracker.wan2gp.requirements_cache import RequirementsCache

NOW = datetime(2026, 8, 1, tzinfo=timezone.utc)


def hub_set(*folders, target=None):
    """Return a handler's answer: (source folder, files) each, below a target."""
    answer = {
        "repoId": "owner/name",
        "sourceFolderList": [folder for folder, _ in folders],
        "fileList": [files for _, files in folders],
    }
    return answer if target is None else {**answer, "targetFolderList": [target] * len(folders)}


def paths(world, model_type="m"):
    return world.below_home(file.path for file in world.track(model_type).files)


@pytest.fixture
def three_roots(world):
    """Return a world with the roots r1, r2, r3, which exist."""
    world.locator._checkpoints_paths = ["r1", "r2", "r3"]
    for name in ("r1", "r2", "r3"):
        (world.home / name).mkdir()
    return world


def test_the_first_root_that_has_the_file_wins(three_roots):
    world = three_roots
    world.add("m", URLs=world.urls("x.bin"))
    for root in ("r3", "r2", "r1"):
        world.put(f"{root}/x.bin")
        assert paths(world) == [f"{root}/x.bin"]
        assert world.track().status is ModelStatus.DOWNLOADED


def test_a_file_in_the_application_folder_is_found_and_new_ones_go_to_the_first_root(world):
    world.add("m", URLs=world.urls("x.bin"), preload_URLs=world.urls("y.bin"))
    world.put("x.bin")
    assert paths(world) == ["x.bin", "ckpts/y.bin"]
    assert world.fetched() == ["ckpts/y.bin"]


def test_a_file_in_any_other_folder_is_not_found(world):
    world.add("m", URLs=world.urls("x.bin"))
    world.put("ckpts/sub/x.bin", "models/x.bin", "ckpts/x.bin.part")
    assert world.fetched() == ["ckpts/x.bin"]


def test_a_named_folder_is_where_the_file_is_looked_for_and_put(world):
    world.add("m", URLs=world.urls("x.bin|sub/deep"))
    world.put("ckpts/x.bin")
    assert world.fetched() == ["ckpts/sub/deep/x.bin"]
    world.put("sub/deep/x.bin")
    assert paths(world) == ["sub/deep/x.bin"]
    assert world.fetched() == []


def test_a_local_name_may_be_an_absolute_path(world, tmp_path):
    (elsewhere,) = world.put("elsewhere/x.bin")
    world.add("m", URLs=[str(elsewhere)])
    assert world.track().status is ModelStatus.DOWNLOADED
    elsewhere.unlink()
    model = world.track()
    assert model.stopped_by.path == str(elsewhere)
    assert model.to_fetch == ()


def test_a_text_encoder_is_looked_for_in_its_folder_of_every_root_then_in_the_roots(three_roots):
    world = three_roots
    world.add("m", text_encoder_URLs=world.urls("t.bin"), text_encoder_folder="t5")
    assert world.fetched() == ["r1/t5/t.bin"]
    for place in ("r3/t.bin", "r1/t.bin", "r3/t5/t.bin", "r1/t5/t.bin"):
        world.put(place)
        assert paths(world) == [place]
        assert world.fetched() == []


def test_a_text_encoder_goes_to_the_first_root_that_has_its_folder(three_roots):
    world = three_roots
    world.add("m", text_encoder_URLs=world.urls("t.bin"), text_encoder_folder="t5")
    world.put("r2/t5/other.bin")
    assert world.fetched() == ["r2/t5/t.bin"]


@pytest.mark.parametrize("folder", ["", None], ids=["empty", "null"])
def test_a_text_encoder_without_a_folder_goes_to_the_first_root(three_roots, folder):
    world = three_roots
    world.add("m", text_encoder_URLs=world.urls("t.bin"), text_encoder_folder=folder)
    assert world.fetched() == ["r1/t.bin"]


def test_a_handlers_files_go_to_the_first_root_that_has_their_folder(three_roots, handler):
    world = three_roots
    world.handlers["arch"] = handler(
        [hub_set(("tokens", ["a.json"]), ("", ["b.json"]), ("none", ["c.json"]))]
    )
    world.add("m")
    (world.home / "r2/tokens").mkdir()
    (world.home / "r3/tokens").mkdir()
    assert world.fetched() == ["r2/tokens/a.json", "r1/b.json", "r1/none/c.json"]


def test_the_target_folder_decides_the_root_not_the_folder_in_the_repository(three_roots, handler):
    world = three_roots
    world.handlers["arch"] = handler([hub_set(("source", ["a.json"]), target="shelf")])
    world.add("m")
    (world.home / "r2/source").mkdir()
    assert world.fetched() == ["r1/shelf/source/a.json"]
    (world.home / "r3/shelf").mkdir()
    assert world.fetched() == ["r3/shelf/source/a.json"]


def test_single_addresses_always_go_to_the_first_root(three_roots):
    world = three_roots
    world.add("m", URLs=world.urls("x.bin|sub"), preload_URLs=world.urls("y.bin|sub"))
    (world.home / "r2/sub").mkdir()
    assert world.fetched() == ["r1/sub/x.bin", "r1/sub/y.bin"]


def test_a_folder_that_an_earlier_file_makes_in_the_first_root_draws_the_later_ones_there(
    three_roots, handler
):
    world = three_roots
    world.handlers["arch"] = handler([hub_set(("sub", ["late.json"]))])
    (world.home / "r2/sub").mkdir()
    world.add("m", URLs=world.urls("x.bin|sub"))
    assert world.fetched() == ["r1/sub/x.bin", "r1/sub/late.json"]


def test_a_folder_that_exists_in_a_later_root_only_stays_the_place_where_the_earlier_file_is_there(
    three_roots, handler
):
    world = three_roots
    world.handlers["arch"] = handler([hub_set(("sub", ["late.json"]))])
    world.put("r2/sub/x.bin")
    world.add("m", URLs=world.urls("x.bin|sub"))
    assert world.fetched() == ["r2/sub/late.json"]


def test_a_deeper_file_makes_the_folders_above_it_too(three_roots):
    world = three_roots
    (world.home / "r2/t5").mkdir()
    world.add(
        "m", URLs=world.urls("x.bin|t5/deep"), text_encoder_URLs=world.urls("t.bin"), text_encoder_folder="t5"
    )
    assert world.fetched() == ["r1/t5/deep/x.bin", "r1/t5/t.bin"]


def test_files_of_one_set_stay_together(three_roots, handler):
    world = three_roots
    world.handlers["arch"] = handler([hub_set(("sub", ["a.json", "b.json"]), ("sub", ["c.json"]))])
    (world.home / "r2/sub").mkdir()
    world.add("m")
    assert world.fetched() == ["r2/sub/a.json", "r2/sub/b.json", "r2/sub/c.json"]


def test_where_one_models_file_would_go_does_not_hang_on_another_model(three_roots, handler):
    world = three_roots
    world.handlers["arch"] = handler([hub_set(("sub", ["late.json"]))])
    (world.home / "r2/sub").mkdir()
    world.add("a", URLs=world.urls("x.bin|sub"))
    world.add("b")
    models = world.inventory().models
    assert world.below_home([models["a"].to_fetch[-1].path]) == ["r1/sub/late.json"]
    assert world.below_home([models["b"].to_fetch[-1].path]) == ["r2/sub/late.json"]


def test_generate_stops_at_a_missing_file_without_an_address(world):
    world.add("m", URLs=["x.bin"], preload_URLs=world.urls("late.bin"))
    world.names["query_core_shared_model_files"] = lambda: hub_set(("pose", ["p.onnx"]))
    model = world.track()
    assert world.fetched() == ["ckpts/pose/p.onnx"]
    assert model.stopped_by.required.name == "x.bin"
    assert model.stopped_by.path == str(world.home / "ckpts/x.bin")
    assert not model.stopped_by.can_be_fetched
    assert "stop with an error" in what_generate_does(model)
    assert "Generate stops here" in reason(model.stopped_by)
    world.put("ckpts/x.bin")
    assert world.fetched() == ["ckpts/pose/p.onnx", "ckpts/late.bin"]


def test_a_model_with_nothing_to_fetch_but_a_stop_is_not_downloaded(world):
    world.add("m", URLs=["x.bin"])
    model = world.track()
    assert model.to_fetch == ()
    assert model.status is ModelStatus.MISSING


def test_a_local_name_is_served_by_an_address_that_fetches_the_same_file_before(world):
    world.add("m", URLs=world.urls("x.bin"), preload_URLs=["x.bin"], VAE_URLs=world.urls("y.bin"))
    model = world.track()
    assert world.fetched() == ["ckpts/x.bin", "ckpts/y.bin"]
    assert model.stopped_by is None


def test_a_local_name_before_the_address_of_the_same_file_stops(world):
    world.add("m", URLs=["x.bin"], preload_URLs=world.urls("x.bin"))
    assert world.track().stopped_by.required.name == "x.bin"


STATUSES = {
    "all there": (["m_int8.safetensors", "p.bin", "t.bin"], ModelStatus.DOWNLOADED),
    "nothing there": ([], ModelStatus.MISSING),
    "only companions there": (["p.bin", "t.bin"], ModelStatus.MISSING),
    "own weights in another quantization": (["m_bf16.safetensors"], ModelStatus.PARTIAL),
    "own weights there, companions lack": (["m_int8.safetensors"], ModelStatus.PARTIAL),
    "own weights lack, another quantization and the rest there": (
        ["m_bf16.safetensors", "p.bin", "t.bin"],
        ModelStatus.PARTIAL,
    ),
}


@pytest.mark.parametrize(("there", "status"), STATUSES.values(), ids=STATUSES)
def test_the_status_tells_of_the_models_own_weights(world, there, status):
    world.add(
        "m",
        URLs=world.urls("m_bf16.safetensors", "m_int8.safetensors"),
        preload_URLs=world.urls("p.bin"),
        text_encoder_URLs=world.urls("t.bin"),
    )
    world.put(*(f"ckpts/{name}" for name in there))
    model = world.track()
    assert model.status is status
    assert (why_status(model) == "") is (status is ModelStatus.DOWNLOADED)


def test_a_missing_helper_that_all_models_share_leaves_a_model_partial(world):
    world.names["query_core_shared_model_files"] = lambda: hub_set(("pose", ["p.onnx"]))
    world.add("m", URLs=world.urls("x.bin"))
    world.put("ckpts/x.bin")
    model = world.track()
    assert model.status is ModelStatus.PARTIAL
    assert why_status(model) == "only helpers shared by all models are missing"


def test_shared_helpers_alone_leave_a_model_missing(world):
    world.names["query_core_shared_model_files"] = lambda: hub_set(("pose", ["p.onnx"]))
    world.add("m", text_encoder_URLs=world.urls("t.bin"))
    world.put("ckpts/pose/p.onnx")
    assert world.track().status is ModelStatus.MISSING


def test_a_cut_off_file_is_not_fetched_again_but_the_model_is_not_downloaded(world, cut_file):
    world.add("m", URLs=world.urls("x.safetensors"))
    (path,) = world.put("ckpts/x.safetensors", size=5_000)
    assert world.track().status is ModelStatus.DOWNLOADED
    cut_file(path, 4_000)
    model = world.track()
    (file,) = model.files
    assert (file.state, file.size_bytes) == (FileState.DAMAGED, 4_000)
    assert model.to_fetch == ()
    assert model.damaged == (file,)
    assert model.status is ModelStatus.PARTIAL
    assert why_status(model) == "a file is broken"
    assert "x.safetensors" in what_generate_does(model)


def test_a_cut_off_file_in_the_first_root_hides_the_whole_one_in_the_second(world, cut_file):
    world.add("m", URLs=world.urls("x.safetensors"))
    path, _ = world.put("ckpts/x.safetensors", "x.safetensors", size=5_000)
    cut_file(path, 4_000)
    assert world.track().files[0].state is FileState.DAMAGED


def test_a_broken_alternative_that_is_not_used_harms_nothing(world, cut_file):
    world.add("m", URLs=world.urls("x_int8.safetensors", "x_bf16.safetensors"))
    _, unused = world.put("ckpts/x_int8.safetensors", "ckpts/x_bf16.safetensors")
    cut_file(unused, 10)
    assert world.track().status is ModelStatus.DOWNLOADED


def test_sizes_are_the_disks_and_unknown_ones_are_not_counted_as_nothing(world):
    world.add("m", URLs=world.urls("x.bin"), preload_URLs=world.urls("never_heard_of.bin"))
    (path,) = world.put("ckpts/x.bin")
    model = world.track()
    assert [(file.size_bytes, file.size.origin) for file in model.files] == [
        (path.stat().st_size, SizeOrigin.DISK),
        (None, SizeOrigin.UNKNOWN),
    ]
    assert model.size == Total(path.stat().st_size, 1, is_estimated=False)
    assert model.fetch == Total(0, 1, is_estimated=False)
    assert "unknown size" in what_generate_does(model)


KNOWN = "https://huggingface.co/DeepBeepMeep/Flux/resolve/main/flux1-chroma_hd_bf16.safetensors"


def test_a_file_of_a_known_address_has_its_size_before_it_is_there(world):
    world.add("m", URLs=[KNOWN])
    assert world.track().files[0].size == Size(17_800_043_674, SizeOrigin.KNOWN)
    assert world.track().fetch == Total(17_800_043_674, 0, is_estimated=False)


def test_unknown_weights_are_about_as_large_as_the_same_in_another_format(world):
    world.add("m", URLs=[world.url("mine_bf16.safetensors"), KNOWN])
    world.names["transformer_quantization"] = "bf16"
    assert world.track().fetch == Total(17_800_043_674, 0, is_estimated=True)
    assert "about" in what_generate_does(world.track())


def test_an_estimate_gives_way_to_what_the_disk_says(world):
    world.add("m", URLs=[world.url("mine_bf16.safetensors"), KNOWN])
    world.names["transformer_quantization"] = "bf16"
    world.put("ckpts/mine_bf16.safetensors", size=5_000)
    assert world.track().files[0].size == Size(5_000, SizeOrigin.DISK)


def test_a_local_name_has_no_known_size(world):
    world.add("m", URLs=["flux1-chroma_hd_bf16.safetensors"])
    assert world.track().stopped_by.size_bytes is None


def test_a_real_28_gb_file_is_weighed_and_called_whole(world):
    world.add("m", URLs=world.urls("x.safetensors"))
    world.put("ckpts/x.safetensors", size=28_000_000_000)
    model = world.track()
    assert (model.size.bytes, model.status) == (28_000_000_000, ModelStatus.DOWNLOADED)


def test_bytes_on_disk_count_each_file_once_whoever_uses_it(world):
    world.add("a", URLs=world.urls("x.txt"), preload_URLs=world.urls("shared.txt"))
    world.add("b", URLs=world.urls("y.txt"), preload_URLs=world.urls("shared.txt"))
    world.put("ckpts/x.txt", size=10)
    world.put("ckpts/shared.txt", size=300)
    assert world.inventory().bytes_on_disk == 310


def test_invisible_models_are_known_but_not_counted(world):
    world.add("m", URLs=world.urls("x.bin"))
    world.add("hidden", URLs=world.urls("x.bin"), visible=False)
    inventory = world.inventory()
    assert set(inventory.models) == {"m", "hidden", "arch"}
    assert [model.model_type for model in inventory.visible] == ["arch", "m"]
    assert inventory.count(ModelStatus.MISSING) == 1
    assert inventory.count(ModelStatus.DOWNLOADED) == 1


def test_visible_models_stand_by_family_as_the_host_orders_them_then_by_name(world):
    world.names["families_infos"] = {"wan": [1, "Wan"], "flux": [0, "Flux"]}
    world.add("arch", group="wan", name="a")
    for name, group in (("b", "wan"), ("C", "flux"), ("d", None), ("A2", "wan")):
        world.add(name, name=name, group=group)
    models = world.inventory().visible
    assert [(model.family, model.name) for model in models] == [
        ("Flux", "C"),
        ("Wan", "a"),
        ("Wan", "A2"),
        ("Wan", "b"),
        ("Other", "d"),
    ]


def test_the_memory_profile_is_that_of_what_generate_makes_unless_the_user_switches(world):
    world.names["server_config"] = {"video_profile": 2, "image_profile": 3, "audio_profile": 5}
    for model_type, names in (("both", ["image", "video"]), ("image", ["image"]), ("audio", ["audio"])):
        world.add(model_type, metadata={"main_output": names})
    models = world.inventory().models
    assert [models[name].memory_profile for name in ("both", "image", "audio")] == [2.0, 3.0, 5.0]


def test_the_inventory_tells_what_it_was_taken_under(world, request):
    world.add("m", URLs=world.urls("x.bin"))
    inventory = world.inventory()
    assert inventory.version == "12.60"
    assert inventory.roots == (str(world.home / "ckpts"), str(world.home))
    assert inventory.settings.transformer_quantization == "int8"
    assert inventory.taken_at.isoformat() == "2026-08-01T12:00:00+00:00"
    assert inventory.problems == ()


def test_a_taken_inventory_does_not_change_with_the_world(world):
    world.add("m", URLs=world.urls("x.bin"))
    inventory = world.inventory()
    world.put("ckpts/x.bin")
    world.models["late"] = {"name": "late", "architecture": "arch"}
    assert inventory.models["m"].status is ModelStatus.MISSING
    assert "late" not in inventory.models


def test_one_scan_of_all_models_says_the_same_as_a_scan_of_each(world, handler):
    world.handlers["arch"] = handler([hub_set(("sub", ["a.json"]))])
    for number in range(5):
        world.add(f"m{number}", URLs=world.urls(f"x{number}.bin"), preload_URLs=world.urls("p.bin"))
    world.put("ckpts/x1.bin", "ckpts/p.bin", "ckpts/sub/a.json")
    models = world.inventory().models
    for name, model in models.items():
        alone = world.track(name)
        assert (model.status, [file.path for file in model.to_fetch]) == (
            alone.status,
            [file.path for file in alone.to_fetch],
        )


def change_definition(world):
    world.models["m"]["URLs"].insert(0, world.url("y_int8.bin"))


def change_reference(world):
    world.models["owner"]["preload_URLs"] = world.urls("q.bin")


def change_settings(world):
    world.names["transformer_quantization"] = "fp8"


def change_configuration(world):
    world.names["server_config"]["loras_root"] = "elsewhere"


def change_lora_root(world):
    world.names["get_lora_root"] = lambda: "elsewhere"


def change_shared_files(world):
    world.names["query_core_shared_model_files"] = lambda: hub_set(("pose", ["q.onnx"]))


def add_model(world):
    world.add("new", URLs=world.urls("new.bin"))


def remove_model(world):
    del world.models["arch"]


def lose_the_handlers(world):
    del world.names["model_types_handlers"]


def put_something_odd_into_it(world):
    world.models["m"]["odd"] = object()
    world.models["m"]["URLs"] = world.urls("odd.bin")


@pytest.mark.parametrize(
    "change",
    [
        change_definition,
        change_reference,
        change_settings,
        change_configuration,
        change_lora_root,
        change_shared_files,
        add_model,
        remove_model,
        lose_the_handlers,
        put_something_odd_into_it,
    ],
)
def test_what_is_kept_from_scan_to_scan_never_hides_a_change(world, change):
    world.names["query_core_shared_model_files"] = lambda: hub_set(("pose", ["p.onnx"]))
    world.handlers["arch"] = SimpleNamespace(get_lora_dir=lambda base, arguments, root: f"{root}/{base}")
    world.add("owner", preload_URLs=world.urls("p.bin"))
    world.add(
        "m",
        URLs=world.urls("x_bf16.bin", "x_fp8.bin", "x_int8.bin"),
        preload_URLs="owner",
        loras=world.urls("l.bin"),
    )
    cache = RequirementsCache()

    def summary(cache):
        models = take_inventory(world.snapshot(), Integrity(), NOW, cache).models
        return {
            name: (model.status, model.problems, [file.path for file in model.to_fetch])
            for name, model in models.items()
        }

    before = summary(cache)
    assert summary(cache) == before
    change(world)
    after = summary(cache)
    assert after == summary(RequirementsCache())
    assert after != before


def test_a_file_that_comes_or_goes_shows_though_the_requirements_are_kept(world):
    world.add("m", URLs=world.urls("x.bin"))
    cache = RequirementsCache()

    def status():
        return take_inventory(world.snapshot(), Integrity(), NOW, cache).models["m"].status

    assert status() is ModelStatus.MISSING
    (path,) = world.put("ckpts/x.bin")
    assert status() is ModelStatus.DOWNLOADED
    path.unlink()
    assert status() is ModelStatus.MISSING


def test_looking_changes_nothing_on_the_disk(world, handler):
    world.handlers["arch"] = handler([hub_set(("sub", ["a.json"]), ("folder", []))])
    world.add(
        "m",
        URLs=world.urls("x.bin|deep/er"),
        loras=world.urls("l.bin"),
        preload_URLs=world.urls("p.bin|%lora_dir"),
    )
    world.put("ckpts/x.safetensors")
    before = sorted(map(str, world.home.rglob("*")))
    world.inventory()
    world.track(config="")
    assert sorted(map(str, world.home.rglob("*"))) == before


def test_a_root_that_vanishes_costs_its_files_and_nothing_else(world):
    world.add("m", URLs=world.urls("x.bin"))
    world.add("other", URLs=world.urls("y.bin"))
    world.put("ckpts/x.bin", "y.bin")
    snapshot = world.snapshot()
    shutil.rmtree(world.home / "ckpts")
    scan = Scan(DiskIndex(snapshot.roots), Integrity())
    statuses = {
        name: track_model(snapshot, requirements(snapshot, name), scan).status for name in ("m", "other")
    }
    assert statuses == {"m": ModelStatus.MISSING, "other": ModelStatus.DOWNLOADED}
    assert scan.disk.problems == []


def test_a_slow_drive_is_asked_all_at_once_with_the_same_answers(three_roots, handler, monkeypatch, cut_file):
    world = three_roots
    world.handlers["arch"] = handler(
        [hub_set(("sub", ["a.json"]), ("tokens/deep", ["b.json"]), ("folder", []))]
    )
    for number in range(20):
        world.add(
            f"m{number}",
            URLs=world.urls(f"x{number}.safetensors"),
            text_encoder_URLs=world.urls("t.bin"),
            text_encoder_folder=f"t{number % 3}",
        )
    world.add("odd", URLs=["/nowhere/x.bin"], preload_URLs=world.urls("p\ud800.bin"))
    world.put(
        "r2/x1.safetensors", "r3/t1/t.bin", "r2/sub/a.json", "r1/x2.safetensors", "r3/tokens/deep/b.json"
    )
    cut_file("r1/x2.safetensors", 50)

    def rows():
        return {
            name: (model.status, [(file.path, file.state) for file in model.files], model.problems)
            for name, model in world.inventory().models.items()
        }

    monkeypatch.setattr(disk_module, "_SLOW_S", 1e9)
    one_by_one = rows()
    monkeypatch.setattr(disk_module, "_SLOW_S", -1.0)
    assert rows() == one_by_one
    assert {status for status, _, _ in one_by_one.values()} == {ModelStatus.MISSING, ModelStatus.PARTIAL}


def test_a_linked_model_file_is_as_good_as_a_real_one(world, tmp_path):
    (real,) = world.put("store/x.safetensors", size=9_000)
    Path("ckpts").mkdir()
    Path("ckpts/x.safetensors").symlink_to(real)
    world.add("m", URLs=world.urls("x.safetensors"))
    model = world.track()
    assert (model.status, model.size.bytes) == (ModelStatus.DOWNLOADED, 9_000)
    real.unlink()
    assert world.fetched() == ["ckpts/x.safetensors"]
