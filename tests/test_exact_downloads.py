"""What Generate would fetch, against what Wan2GP 12.60 was recorded to fetch, model by model."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path

import pytest
from model_tracker.host import Host
from model_tracker.inventory import disk
from model_tracker.inventory.disk import DiskIndex
from model_tracker.inventory.integrity import Integrity
from model_tracker.inventory.models import ModelStatus, TrackedModel
from model_tracker.inventory.scan import Scan, take_inventory, track_model
from model_tracker.wan2gp.required_files import FilePool, Requirements
from model_tracker.wan2gp.requirements import requirements

COMBINATIONS = ("int8/int8/", "bf16/int8/", "fp8/int8/", "int8/bf16/fp16", "bf16/bf16/bf16")


@dataclass(frozen=True)
class Installation:
    """The recorded definitions on a disk."""

    home: Path
    host: object
    needs: dict[str, Requirements]
    integrity: Integrity

    def track(self, model_types, config=""):
        """Look at the disk again for these models."""
        scan = Scan(DiskIndex(self.host.roots), self.integrity)
        return {
            model_type: track_model(
                self.host,
                requirements(self.host, model_type, config) if config else self.needs[model_type],
                scan,
            )
            for model_type in model_types
        }

    def targets(self, model: TrackedModel) -> list[str]:
        return [os.path.relpath(file.path, self.home).replace(os.sep, "/") for file in model.to_fetch]


@pytest.fixture
def install(recorded, tmp_path, monkeypatch):
    """Return a function that makes an installation under a combination of settings."""
    monkeypatch.chdir(tmp_path)

    @lru_cache
    def make(combination: str) -> Installation:
        host = Host.from_namespace(recorded.namespace(combination)).snapshot()
        pool = FilePool()
        needs = {model_type: requirements(host, model_type, pool=pool) for model_type in host.definitions}
        return Installation(tmp_path, host, needs, Integrity())

    return make


def fill(home: Path, targets, write_file) -> None:
    for target in set(targets):
        write_file(home / target)


def test_the_recordings_are_the_ones_this_module_is_about(recorded):
    assert tuple(recorded.combinations) == COMBINATIONS
    assert {len(models) for models in recorded.combinations.values()} == {213}
    visible = {name for name, model in recorded.files["models"].items() if model["visible"]}
    assert all(set(models) == visible for models in recorded.combinations.values())
    assert len(recorded.configs) == 33


@pytest.mark.parametrize("combination", COMBINATIONS)
def test_on_an_empty_disk_every_model_fetches_exactly_what_wan2gp_fetched_and_in_its_order(
    combination, recorded, install
):
    expected = recorded.combinations[combination]
    installation = install(combination)
    models = installation.track(expected)
    said = {model_type: tuple(installation.targets(model)) for model_type, model in models.items()}
    wrong = {name: (said[name], targets) for name, targets in expected.items() if said[name] != targets}
    assert wrong == {}
    assert {model.status for model in models.values()} == {ModelStatus.MISSING}
    assert all(model.stopped_by is None and model.problems == () for model in models.values())


def test_on_an_empty_disk_every_config_selection_fetches_exactly_what_wan2gp_fetched(recorded, install):
    installation = install("int8/int8/")
    wrong = {}
    for model_type, config, targets in recorded.configs:
        model = installation.track([model_type], config)[model_type]
        said = tuple(installation.targets(model))
        if said != targets or model.problems:
            wrong[model_type, config] = (said, targets, model.problems)
    assert wrong == {}


def test_a_config_selection_is_downloaded_when_its_files_are_there_and_lacks_just_the_one_removed(
    recorded, install, write_file
):
    installation = install("int8/int8/")
    for model_type, config, targets in recorded.configs:
        fill(installation.home, targets, write_file)
        assert installation.track([model_type], config)[model_type].status is ModelStatus.DOWNLOADED
        removed = targets[-1]
        (installation.home / removed).unlink()
        model = installation.track([model_type], config)[model_type]
        assert (installation.targets(model), model.status) == ([removed], ModelStatus.PARTIAL)


@pytest.mark.parametrize("combination", COMBINATIONS)
def test_with_all_files_there_every_model_is_downloaded_and_any_file_removed_is_what_lacks(
    combination, recorded, install, write_file
):
    expected = recorded.combinations[combination]
    installation = install(combination)
    fill(installation.home, (target for targets in expected.values() for target in targets), write_file)

    models = installation.track(expected)
    assert {model.status for model in models.values()} == {ModelStatus.DOWNLOADED}
    assert not any(model.to_fetch for model in models.values())

    before = COMBINATIONS[
        : COMBINATIONS.index(combination)
    ]  # a file is removed under the first that needs it
    known = {
        target for one in before for targets in recorded.combinations[one].values() for target in targets
    }
    users: dict[str, list[str]] = {}
    for model_type, targets in expected.items():
        for target in targets:
            if target not in known:
                users.setdefault(target, []).append(model_type)
    aside = installation.home / "aside"
    for target, model_types in users.items():
        (installation.home / target).rename(aside)
        for model_type, model in installation.track(model_types).items():
            assert installation.targets(model) == [target], model_type
            assert model.status is not ModelStatus.DOWNLOADED, model_type
        aside.rename(installation.home / target)


@pytest.mark.parametrize("seed", range(6))
def test_on_a_disk_that_holds_some_files_every_model_fetches_the_others(seed, recorded, install, write_file):
    combination = COMBINATIONS[seed % len(COMBINATIONS)]
    expected = recorded.combinations[combination]
    installation = install(combination)
    chance = random.Random(seed)
    union = sorted({target for targets in expected.values() for target in targets})
    present = {target for target in union if chance.random() < 0.15 + 0.15 * seed}
    fill(installation.home, present, write_file)
    for model_type, model in installation.track(expected).items():
        lacking = [target for target in expected[model_type] if target not in present]
        assert installation.targets(model) == lacking, model_type
        assert (model.status is ModelStatus.DOWNLOADED) == (not lacking), model_type


def test_the_second_root_serves_as_well_as_the_first(recorded, install, write_file):
    expected = recorded.combinations["int8/int8/"]
    installation = install("int8/int8/")
    union = {target.removeprefix("ckpts/") for targets in expected.values() for target in targets}
    fill(installation.home, union, write_file)
    assert {model.status for model in installation.track(expected).values()} == {ModelStatus.DOWNLOADED}


@pytest.mark.parametrize("slow", [False, True], ids=["fast drive", "slow drive"])
def test_a_whole_inventory_says_the_same_as_model_by_model(slow, recorded, install, write_file, monkeypatch):
    monkeypatch.setattr(disk, "_SLOW_S", -1.0 if slow else 1e9)
    expected = recorded.combinations["int8/int8/"]
    installation = install("int8/int8/")
    union = sorted({target for targets in expected.values() for target in targets})
    fill(installation.home, union[::2], write_file)
    inventory = take_inventory(installation.host, Integrity(), datetime(2026, 8, 1, tzinfo=timezone.utc))
    present = set(union[::2])
    for model_type, targets in expected.items():
        lacking = [target for target in targets if target not in present]
        assert installation.targets(inventory.models[model_type]) == lacking, model_type
    assert len(inventory.visible) == 213
    assert len(inventory.models) == 217
    assert inventory.problems == ()


def test_a_model_that_wan2gp_does_not_list_is_known_all_the_same(recorded, install):
    installation = install("int8/int8/")
    hidden = set(recorded.definitions) - set(recorded.combinations["int8/int8/"])
    models = installation.track(hidden)
    assert len(models) == 4
    assert not any(model.visible for model in models.values())
    assert all(model.to_fetch for model in models.values())
