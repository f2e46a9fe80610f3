"""The public face: what a user of the class asks, and what it answers."""

from __future__ import annotations

import os
import threading
from types import SimpleNamespace

import pytest
from model_tracker import model_analyzer
from model_tracker.host import Host
from model_tracker.inventory.models import ModelStatus
from model_tracker.model_analyzer import ModelAnalyzer, UnknownModelError


@pytest.fixture
def analyzer(world, handler):
    """Return an analyzer of a world with one model: a main file, a text encoder, a local file."""
    world.handlers["arch"] = handler(
        [{"repoId": "o/n", "sourceFolderList": ["sub"], "fileList": [["a.json"]]}]
    )
    world.add(
        "m",
        URLs=world.urls("m_bf16.safetensors", "m_int8.safetensors"),
        text_encoder_URLs=world.urls("t.bin"),
        text_encoder_folder="t5",
        configs={"small": {"URLs": world.urls("small.bin")}},
    )
    return ModelAnalyzer.from_host(world.host)


def test_status_goes_from_missing_over_partial_to_downloaded(analyzer, world):
    assert analyzer.get_model_status("m") == "missing"
    world.put("ckpts/m_int8.safetensors")
    analyzer.refresh()
    assert analyzer.get_model_status("m") == "partial"
    world.put("ckpts/t5/t.bin", "ckpts/sub/a.json")
    analyzer.refresh()
    assert analyzer.get_model_status("m") == "downloaded"


def test_files_are_told_in_the_hosts_order_with_all_that_is_known_of_them(analyzer, world):
    world.put("t.bin", size=2_000_000)
    files = analyzer.get_model_files("m")
    assert [set(file) for file in files] == [
        {"filename", "url", "status", "size_gb", "path", "role", "reason"}
    ] * 3
    told = [(file["filename"], file["url"], file["status"], file["path"], file["role"]) for file in files]
    home = str(world.home)
    assert told == [
        (
            "m_int8.safetensors",
            "https://files.test/m_int8.safetensors",
            "missing",
            os.path.join(home, "ckpts", "m_int8.safetensors"),  # noqa: PTH118
            "transformer",
        ),
        (
            "a.json",
            "https://huggingface.co/o/n/resolve/main/sub/a.json",
            "missing",
            os.path.join(home, "ckpts", "sub", "a.json"),  # noqa: PTH118
            "model_data",
        ),
        (
            "t.bin",
            "https://files.test/t.bin",
            "downloaded",
            os.path.join(home, "t.bin"),  # noqa: PTH118
            "text_encoder",
        ),
    ]
    assert files[0]["size_gb"] is None
    assert files[2]["size_gb"] == pytest.approx(0.002, rel=0.01)
    assert "int8" in files[0]["reason"]


def test_a_cut_off_file_is_damaged_and_not_among_the_downloads(analyzer, world, cut_file):
    (path,) = world.put("ckpts/m_int8.safetensors", size=5_000)
    cut_file(path, 4_000)
    assert analyzer.get_model_files("m")[0]["status"] == "damaged"
    assert "4,000 of 5,000 bytes" in analyzer.get_model_files("m")[0]["reason"]
    assert analyzer.get_model_status("m") == "partial"
    assert "https://files.test/m_int8.safetensors" not in analyzer.get_download_urls("m")


def test_a_local_file_has_no_address_and_ends_the_list_of_downloads(analyzer, world):
    world.add("m", URLs=["by_hand.bin"], text_encoder_URLs=world.urls("t.bin"))
    first = analyzer.get_model_files("m")[0]
    assert (first["filename"], first["url"], first["status"]) == ("by_hand.bin", None, "missing")
    assert analyzer.get_download_urls("m") == []


def test_download_addresses_are_those_generate_would_fetch_in_order(analyzer, world):
    assert analyzer.get_download_urls("m") == [
        "https://files.test/m_int8.safetensors",
        "https://huggingface.co/o/n/resolve/main/sub/a.json",
        "https://files.test/t.bin",
    ]
    world.put("ckpts/sub/a.json")
    analyzer.refresh()
    assert analyzer.get_download_urls("m") == [
        "https://files.test/m_int8.safetensors",
        "https://files.test/t.bin",
    ]


def test_sizes_are_in_thousand_millions_of_bytes(analyzer, world):
    world.put("ckpts/m_int8.safetensors", size=14_800_000_000)
    assert analyzer.get_model_size_gb("m") == pytest.approx(14.8)


def test_each_answer_may_be_for_a_config_selection(analyzer, world):
    world.put("ckpts/small.bin", "ckpts/t5/t.bin", "ckpts/sub/a.json")
    config = ",,,small"
    assert analyzer.get_model_status("m") == "missing"
    assert analyzer.get_model_status("m", config=config) == "downloaded"
    assert analyzer.get_model_files("m", config=config)[0]["filename"] == "small.bin"
    assert analyzer.get_download_urls("m", config=config) == []
    assert analyzer.get_model_size_gb("m", config=config) > 0


def test_a_config_selection_is_answered_as_of_the_last_scan(analyzer, world):
    before = analyzer.refresh()
    world.put("ckpts/small.bin", "ckpts/t5/t.bin", "ckpts/sub/a.json")
    assert analyzer.get_model_status("m", config=",,,small") == "missing"
    assert analyzer.inventory is before
    analyzer.refresh()
    assert analyzer.get_model_status("m", config=",,,small") == "downloaded"


def test_a_config_selection_is_answered_for_the_folders_in_force(analyzer, world):
    analyzer.refresh()
    world.put("other/small.bin", "other/t5/t.bin", "other/sub/a.json")
    world.locator._checkpoints_paths = ["other"]
    assert analyzer.get_model_status("m", config=",,,small") == "downloaded"


def test_an_unknown_model_is_refused_with_names_like_it(analyzer, world):
    world.add("t2v_2_2")
    world.add("i2v_2_2")
    for ask in (
        analyzer.model,
        analyzer.get_model_status,
        analyzer.get_model_files,
        analyzer.get_model_size_gb,
        analyzer.get_download_urls,
        analyzer.estimate_vram_usage,
    ):
        with pytest.raises(UnknownModelError) as refusal:
            ask("t2v_22")
        assert isinstance(refusal.value, KeyError)
        assert refusal.value.near[0] == "t2v_2_2"
        assert "t2v_22" in str(refusal.value)
        assert "t2v_2_2" in str(refusal.value)


def test_a_refusal_on_a_host_without_models_names_none():
    with pytest.raises(UnknownModelError) as refusal:
        ModelAnalyzer({}, None, None).get_model_status("m")
    assert list(refusal.value.near) == []


def test_a_vram_estimate_always_tells_its_basis(analyzer):
    estimate = analyzer.estimate_vram_usage("m", "int8")
    assert set(estimate) >= {"min_gb", "recommended_gb", "notes"}
    assert estimate["notes"]


def test_the_plans_three_objects_are_enough(world, write_file):
    models = {
        "owner": {"name": "Owner", "architecture": "a", "URLs": world.urls("x_bf16.bin", "x_int8.bin")},
        "m": {"name": "M", "architecture": "a", "URLs": "owner"},
    }
    locator = SimpleNamespace(_checkpoints_paths=["models", "more"])
    for folder in ("models", "more"):
        (world.home / folder).mkdir()
    analyzer = ModelAnalyzer(models, locator, lambda name, **_: None)
    assert analyzer.get_model_status("m") == "missing"
    assert analyzer.get_model_files("m")[0]["path"] == str(world.home / "models" / "x_int8.bin")
    write_file(world.home / "more" / "x_int8.bin")
    assert analyzer.refresh().models["m"].status is ModelStatus.DOWNLOADED


def test_the_inventory_is_kept_until_the_next_refresh(analyzer, world):
    first = analyzer.inventory
    world.put("ckpts/m_int8.safetensors")
    assert analyzer.inventory is first
    assert analyzer.get_model_status("m") == "missing"
    second = analyzer.refresh()
    assert analyzer.inventory is second
    assert second is not first
    assert first.models["m"].status is ModelStatus.MISSING
    assert second.models["m"].status is ModelStatus.PARTIAL


def test_a_refresh_sees_new_models_and_new_settings(analyzer, world):
    assert analyzer.get_model_files("m")[0]["filename"] == "m_int8.safetensors"
    world.names["transformer_quantization"] = "bf16"
    world.add("new")
    analyzer.refresh()
    assert analyzer.get_model_files("m")[0]["filename"] == "m_bf16.safetensors"
    assert analyzer.get_model_status("new") == "missing"


class CountedLock:
    """A lock that tells how many have come to it."""

    def __init__(self):
        self._lock = threading.Lock()
        self._came = threading.Semaphore(0)

    def __enter__(self):
        self._came.release()
        return self._lock.__enter__()

    def __exit__(self, *exception):
        return self._lock.__exit__(*exception)

    def wait_for(self, number):
        assert all(self._came.acquire(timeout=30) for _ in range(number))


class Gate:
    """A namespace whose reading waits until the test lets it go on."""

    def __init__(self, names):
        self.names = names
        self.reads = 0
        self.go_on = threading.Event()

    def read(self):
        self.reads += 1
        assert self.go_on.wait(30)
        return self.names


def together(number, call):
    """Start a number of threads, and return a function that waits for them and returns their results."""
    results = []
    threads = [threading.Thread(target=lambda: results.append(call()), daemon=True) for _ in range(number)]
    for thread in threads:
        thread.start()

    def wait():
        for thread in threads:
            thread.join(30)
        return results

    return wait


def test_refreshes_asked_for_during_another_wait_for_it_and_get_its_result(world):
    world.add("m")
    gate = Gate(world.names)
    analyzer = ModelAnalyzer.from_host(Host(gate.read))
    lock = analyzer._scanning = CountedLock()
    wait = together(4, analyzer.refresh)
    lock.wait_for(4)
    gate.go_on.set()
    results = wait()
    assert len(results) == 4
    assert len(set(map(id, results))) == 1
    assert gate.reads == 1
    assert analyzer.refresh() is not results[0], "one that is asked for later looks again"


def test_a_refresh_that_fails_does_not_block_the_next(world):
    world.add("m")
    failures = [RuntimeError("out of order")]

    def read():
        if failures:
            raise failures.pop()
        return world.names

    analyzer = ModelAnalyzer.from_host(Host(read))
    with pytest.raises(RuntimeError, match="out of order"):
        analyzer.refresh()
    assert set(analyzer.refresh().models) == {"m", "arch"}


def test_every_recorded_model_has_an_answer_to_every_question(recorded, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    analyzer = ModelAnalyzer.from_host(Host.from_namespace(recorded.namespace("int8/int8/")))
    for model_type, definition in recorded.definitions.items():
        assert analyzer.model(model_type).name == definition["name"]
        files, urls = analyzer.get_model_files(model_type), analyzer.get_download_urls(model_type)
        assert [file["url"] for file in files] == urls
        assert all(file["reason"] and file["role"] and os.path.isabs(file["path"]) for file in files)  # noqa: PTH117
        assert analyzer.get_model_size_gb(model_type) >= 0
        assert analyzer.get_model_status(model_type) == "missing"
        assert analyzer.estimate_vram_usage(model_type)["notes"]


def test_while_a_scan_waits_for_a_drive_questions_are_answered_from_the_one_before(world, monkeypatch):
    world.add("m", URLs=world.urls("m_bf16.bin", "m_int8.bin"))
    world.put("ckpts/m_bf16.bin")
    analyzer = ModelAnalyzer.from_host(world.host)
    before = analyzer.refresh()
    real, waits, goes_on = model_analyzer.take_inventory, threading.Event(), threading.Event()

    def hang(*arguments):
        waits.set()
        assert goes_on.wait(30)
        return real(*arguments)

    monkeypatch.setattr(model_analyzer, "take_inventory", hang)
    scan = threading.Thread(target=analyzer.refresh)
    scan.start()
    assert waits.wait(30)
    with monkeypatch.context() as no_disk:
        no_disk.setattr(os, "scandir", lambda path: pytest.fail(f"{path} was read"))
        assert analyzer.what_if("m").best.value == "bf16"
        assert analyzer.superseded() == ()
        assert analyzer.inventory is before
    goes_on.set()
    scan.join(30)
    assert analyzer.inventory is not before
