"""Handlers answer by the definition they are given, a config selection merged in or not."""

import json

import pytest
from catalogue import Catalogue
from model_tracker.host import Host
from namespace import catalogue_namespace, sample_namespace


def asked(names, model_type, selection=""):
    snapshot = Host.from_namespace(names).snapshot()
    files = snapshot.handler_files(model_type, snapshot.with_config(model_type, selection))
    return {name for one in files for listed in one["fileList"] for name in listed}


@pytest.fixture
def names(tmp_path):
    return sample_namespace(tmp_path)


@pytest.mark.parametrize(
    ("model_type", "selection", "instead_of", "taken"),
    [
        (
            "ltx2_22B",
            "PrunaAI VAE",
            "ltx-2.3-22b_vae.safetensors",
            "ltx-2.3-22b_PrunaAI_vae.safetensors",
        ),
        (
            "minimax_h3_fl2va",
            ",fp8mix",
            "MiniMax-H3-video_vae_fp16.safetensors",
            "minimax_h3_video_vae_fp8mix.safetensors",
        ),
        (
            "minimax_h3_fl2va",
            "bf16,fp8mix,lower_ram",
            "MiniMax-H3-video_vae_fp16.safetensors",
            "minimax_h3_video_vae_fp8mix.safetensors",
        ),
    ],
)
def test_a_selection_changes_the_files(names, model_type, selection, instead_of, taken):
    plain, selected = asked(names, model_type), asked(names, model_type, selection)
    assert plain - selected == {instead_of}
    assert selected - plain == {taken}


def test_a_selection_that_concerns_other_files_changes_nothing_here(names):
    assert asked(names, "minimax_h3_fl2va", "int8,,lower_ram") == asked(names, "minimax_h3_fl2va")


def test_types_of_one_architecture_have_their_own_files(names):
    plain, with_planner = asked(names, "ace_step_v1_5"), asked(names, "ace_step_v1_5_turbo_lm_0_6b")
    assert plain != with_planner


def test_a_finetune_gets_the_files_of_its_architecture(names):
    assert asked(names, "sketch_style_flux") == asked(names, "flux")


def test_lora_folders_are_named_and_not_made(names, tmp_path):
    snapshot = Host.from_namespace(names).snapshot()
    assert snapshot.lora_folder("flux") == str(tmp_path.resolve() / "loras" / "flux")
    assert not (tmp_path / "loras").exists()


def test_a_dump_is_read_from_a_folder(tmp_path):
    definition = {
        "name": "One",
        "architecture": "one",
        "URLs": ["https://x/one.safetensors"],
        "path": "defaults/one.json",
    }
    entry = {"base_model_type": "one", "family": "ones", "lora_dir": "loras/ones", "model_files": []}
    dump = {
        "models": {"one": entry},
        "families_infos": {"ones": [3, "Ones"]},
        "core_shared": None,
        "matanyone": None,
    }
    (tmp_path / "models_def.json").write_text(json.dumps({"one": definition}), encoding="utf-8")
    (tmp_path / "model_files.json").write_text(json.dumps(dump), encoding="utf-8")
    (tmp_path / "names.json").write_text(json.dumps({"WanGP_version": "9.9"}), encoding="utf-8")
    names = catalogue_namespace(tmp_path, tmp_path)
    snapshot = Host.from_namespace(names).snapshot()
    assert snapshot.version == "9.9"
    assert snapshot.family("one").label == "Ones"
    assert "query_core_shared_model_files" in {entry.name for entry in snapshot.missing}


def test_a_folder_that_is_no_dump_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="models_def"):
        Catalogue.from_dump(tmp_path)
