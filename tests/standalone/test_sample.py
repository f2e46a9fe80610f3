"""The embedded sample keeps its promises."""

from datetime import datetime, timezone
from pathlib import Path

import pytest
from catalogue import Catalogue, generated_finetunes, visible_types
from model_tracker.cleanup.leftovers import find_leftovers
from model_tracker.host import Host
from model_tracker.inventory.integrity import Integrity
from model_tracker.model_analyzer import ModelAnalyzer
from model_tracker.relocation.misplaced import find_misplaced
from model_tracker.wan2gp.definitions import Output
from namespace import namespace_of, sample_namespace
from sample_disk import catalogue_files, lay_out, promised_statuses, sample_files, sample_sizes


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    workdir = tmp_path_factory.mktemp("sample")
    lay_out(workdir, sample_files())
    return sample_namespace(workdir)


@pytest.fixture(scope="module")
def analyzer(names):
    return ModelAnalyzer.from_host(Host.from_namespace(names))


@pytest.fixture(scope="module")
def inventory(analyzer):
    return analyzer.refresh()


def test_it_has_models_of_every_kind(inventory):
    assert len(inventory.visible) >= 24
    outputs = [output for model in inventory.visible for output in model.outputs]
    assert min(outputs.count(output) for output in Output) >= 8


def test_the_statuses_are_those_promised(analyzer):
    promised = promised_statuses()
    assert {model_type: analyzer.get_model_status(model_type) for model_type in promised} == promised
    assert list(promised.values()).count("downloaded") >= 8


def test_models_of_every_kind_are_downloaded(inventory):
    ready = [
        model
        for model in inventory.visible
        if not model.to_fetch and not model.stopped_by and not model.damaged
    ]
    assert {output for model in ready for output in model.outputs} == set(Output)


def test_some_models_are_missing(analyzer):
    for model_type in ("hunyuan", "i2v_2_2", "flux", "kugelaudio_0_open"):
        assert analyzer.get_model_status(model_type) == "missing"


def test_partial_models_lack_what_the_sample_says(inventory):
    def lacking(model_type):
        return [file.required.role.name for file in inventory.models[model_type].to_fetch]

    assert lacking("i2v") == ["TRANSFORMER"]
    assert len(lacking("t2v_2_2")) == 1
    assert "TRANSFORMER" not in lacking("ltx2_22B_distilled_1_1")
    assert "TEXT_ENCODER" in lacking("ltx2_22B_distilled_1_1")


def test_one_file_is_cut_off(inventory):
    damaged = {file.required.name for model in inventory.models.values() for file in model.damaged}
    assert damaged == {"flux1_kontext_dev_quanto_bf16_int8.safetensors"}


def test_finetunes_are_the_users_own_and_cost_the_others_nothing(inventory):
    finetunes = {model.model_type: model for model in inventory.models.values() if model.is_finetune}
    assert set(finetunes) == {"sketch_style_flux", "wan_night_mix"}
    assert finetunes["sketch_style_flux"].stopped_by.required.url is None
    assert "loop" in str(finetunes["wan_night_mix"].problems)
    assert [model.model_type for model in inventory.models.values() if model.problems] == ["wan_night_mix"]


def test_one_file_lies_elsewhere_and_a_broken_download_has_left_something(analyzer, inventory):
    found = find_misplaced(analyzer.missing_files(), Integrity()).usable
    assert [Path(one.file.path).parent.name for one in found] == ["downloads"]
    left = find_leftovers(inventory.roots, datetime.now(timezone.utc))
    assert [one.kind.name for one in left.items] == ["TEMP_FOLDER"]


def test_one_model_is_invisible(inventory):
    assert [kind for kind, model in inventory.models.items() if not model.visible] == ["i2v_2_2_multitalk"]


def test_sizes_on_disk_are_the_true_ones(inventory):
    (transformer,) = [
        file for file in inventory.models["t2v"].files if file.required.role.name == "TRANSFORMER"
    ]
    assert (
        transformer.size_bytes == sample_sizes()["ckpts/wan2.1_text2video_14B_quanto_mbf16_int8.safetensors"]
    )


def test_every_file_on_the_disk_has_a_size_or_is_a_text():
    sizes = sample_sizes()
    without = [file.path for file in sample_files() if file.path not in sizes and not file.size_bytes]
    assert {Path(path).suffix for path in without} <= {".json", ".txt", ".yaml"}


def test_nothing_is_made_on_the_disk_by_reading_the_host(tmp_path):
    names = sample_namespace(tmp_path)
    ModelAnalyzer.from_host(Host.from_namespace(names)).refresh()
    assert list(tmp_path.iterdir()) == []
    assert Path(names["get_lora_dir"]("t2v")).is_dir()  # as in the host, this one makes the folder


def test_the_locator_finds_what_the_disk_has(names):
    locate = names["fl"].get_local_model_filename
    found = locate("https://x/t3_mtl23ls_v2.safetensors|chatterbox")
    assert Path(found).parent.name == "chatterbox"
    assert locate("no_such_file.safetensors") is None


def test_generated_finetunes_are_the_same_each_time_and_have_few_problems(tmp_path):
    catalogue = Catalogue.sample()
    finetunes = generated_finetunes(catalogue, 100)
    assert finetunes == generated_finetunes(catalogue, 100)
    names = namespace_of(catalogue.with_definitions(finetunes), tmp_path)
    inventory = ModelAnalyzer.from_host(Host.from_namespace(names)).refresh()
    generated = [inventory.models[kind] for kind in finetunes]
    assert len(generated) == 100
    assert all(model.is_finetune and not model.problems for model in generated)
    assert len(visible_types(names["models_def"])) >= 124


def test_files_for_any_catalogue_make_models_ready(tmp_path):
    names = sample_namespace(tmp_path)
    lay_out(tmp_path, catalogue_files(names, tmp_path))
    inventory = ModelAnalyzer.from_host(Host.from_namespace(names)).refresh()
    ready = [model for model in inventory.visible if model.status.value == "downloaded"]
    assert len(ready) > list(promised_statuses().values()).count("downloaded")
