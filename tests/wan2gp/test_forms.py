"""The settings with which a form starts, and the LoRAs that Generate downloads by them."""

import json
from types import SimpleNamespace

import pytest
import recordings
from model_tracker.host import Host
from model_tracker.inventory.models import ModelStatus
from model_tracker.model_analyzer import ModelAnalyzer
from model_tracker.wan2gp.forms import as_generated, config_of

DISTILLED = "https://files.test/distilled-lora.safetensors"
CHOSEN = "https://files.test/chosen.safetensors"


@pytest.fixture
def ltx2(world, handler):
    """A model that adds a LoRA with its default settings; its weights are there."""
    world.handlers["ltx2_22B"] = handler(lora_folder="loras/ltx2")
    world.add("m", architecture="ltx2_22B", URLs=world.urls("m.safetensors"), ltx2_lora_distilled=DISTILLED)
    world.put("ckpts/m.safetensors")
    return world


def analyzer_of(world):
    return ModelAnalyzer.from_host(Host.from_namespace(world.names))


def roles(analyzer, **options):
    return [(file["role"], file["filename"]) for file in analyzer.get_model_files("m", **options)][1:]


def test_a_lora_that_the_model_adds_is_one_of_its_files(ltx2):
    analyzer = analyzer_of(ltx2)
    assert analyzer.get_model_status("m") == "partial"
    assert analyzer.get_download_urls("m") == [DISTILLED]
    ltx2.put("loras/ltx2/distilled-lora.safetensors")
    analyzer.refresh()
    assert analyzer.get_model_status("m") == "downloaded"


def test_settings_are_laid_over_the_defaults(ltx2):
    analyzer = analyzer_of(ltx2)
    plain = {"guidance_phases": 1, "sample_solver": "euler"}
    assert roles(analyzer) == [("system_lora", "distilled-lora.safetensors")]
    assert roles(analyzer, settings=plain) == []
    assert roles(analyzer, settings={"guidance_phases": 1}) == [("system_lora", "distilled-lora.safetensors")]
    assert analyzer.get_model_status("m", settings=plain) == "downloaded"
    assert roles(analyzer, settings={**plain, "activated_loras": [CHOSEN]}) == [
        ("chosen_lora", "chosen.safetensors")
    ]


def test_a_chosen_lora_without_an_address_stops_generate(ltx2):
    settings = {"guidance_phases": 1, "sample_solver": "", "activated_loras": ["mine.safetensors"]}
    model = analyzer_of(ltx2).model("m", settings=settings)
    assert model.stopped_by.required.name == "mine.safetensors"
    ltx2.put("loras/ltx2/mine.safetensors")
    assert analyzer_of(ltx2).model("m", settings=settings).status is ModelStatus.DOWNLOADED


def test_the_address_that_wan2gp_noted_is_the_one_it_downloads_from(ltx2):
    ltx2.names["loras_url_cache"] = {"loras/ltx2|distilled-lora.safetensors": "https://mirror.test/l"}
    assert analyzer_of(ltx2).get_download_urls("m") == ["https://mirror.test/l"]


def test_notes_of_addresses_are_read_from_wan2gps_file_until_it_has_read_them(ltx2):
    ltx2.names.update(loras_url_cache=None, check_loras_exist=print, get_lora_local_path=print)
    notes = {"loras/ltx2|distilled-lora.safetensors": "https://noted.test/l"}
    (ltx2.home / "loras_url_cache_v2.json").write_text(json.dumps(notes), encoding="utf-8")
    analyzer = analyzer_of(ltx2)
    assert analyzer.get_download_urls("m") == ["https://noted.test/l"]
    (ltx2.home / "loras_url_cache_v2.json").write_text("{", encoding="utf-8")
    analyzer.refresh()
    assert analyzer.get_download_urls("m") == [DISTILLED]


def test_the_users_saved_defaults_are_those_of_the_form(ltx2):
    ltx2.names["args"] = SimpleNamespace(settings="settings", loras="")
    saved = ltx2.home / "settings" / "m_settings.json"
    saved.parent.mkdir()
    saved.write_text(json.dumps({"guidance_phases": 1, "sample_solver": "euler"}), encoding="utf-8")
    analyzer = analyzer_of(ltx2)
    assert analyzer.get_model_status("m") == "downloaded"
    saved.write_text(json.dumps({"guidance_phases": 2, "sample_solver": "euler"}), encoding="utf-8")
    analyzer.refresh()
    assert analyzer.get_model_status("m") == "partial"
    saved.write_text("[", encoding="utf-8")
    analyzer.refresh()
    assert analyzer.get_model_status("m") == "partial"


def test_a_saved_config_choice_counts_for_the_model(world):
    world.names["args"] = SimpleNamespace(settings="settings")
    world.add(
        "m", URLs=world.urls("m.safetensors"), configs={"small": {"URLs": world.urls("small.safetensors")}}
    )
    (world.home / "settings").mkdir()
    (world.home / "settings" / "m_settings.json").write_text('{"config": ",,,small"}', encoding="utf-8")
    analyzer = analyzer_of(world)
    assert [file["filename"] for file in analyzer.get_model_files("m")] == ["small.safetensors"]


def test_wan2gps_own_defaults_are_asked_where_it_offers_them(ltx2):
    ltx2.names["get_factory_settings"] = lambda _type: {"guidance_phases": 1, "sample_solver": "euler"}
    assert analyzer_of(ltx2).get_model_status("m") == "downloaded"


def test_defaults_that_cannot_be_told_make_the_model_not_sure(ltx2):
    def fail(_type):
        raise RuntimeError("no")

    ltx2.names["get_factory_settings"] = fail
    ltx2.put("loras/ltx2/distilled-lora.safetensors")
    model = analyzer_of(ltx2).model("m")
    assert model.status is not ModelStatus.DOWNLOADED
    assert "default settings" in str(model.problems[0])


def test_with_the_option_test_generate_ends_before_its_loras(ltx2):
    ltx2.names["args"] = SimpleNamespace(test=True, loras="")
    assert analyzer_of(ltx2).get_model_status("m") == "downloaded"


def test_choices_that_no_longer_exist_are_left_out_of_a_selection():
    groups = [{"_name": "x", "a": {}}, {}, {}, {"b": {}}]
    assert config_of({"config": "a,,,b"}, groups) == "a,,,b"
    assert config_of({"config": "_name,q,,gone"}, groups) == ""
    assert config_of({"config": 3}, groups) == ""


@pytest.mark.parametrize(
    ("form", "changed"),
    [
        ({"guidance_phases": 3}, {"guidance_phases": 2}),
        ({"image_mode": 1, "audio_prompt_type": "1"}, {"audio_prompt_type": ""}),
        ({"image_mode": 2, "video_guide_outpainting": "0 0 9 9"}, {"video_guide_outpainting": ""}),
        ({"video_prompt_type": "VG", "video_guide_outpainting": "0 0 9 9"}, {"guidance_phases": 1}),
    ],
)
def test_a_click_on_generate_changes_what_does_not_go_together(form, changed):
    definition = {"guidance_max_phases": 2, "video_guide_outpainting": [0, 1]}
    result = as_generated({"guidance_phases": 2, **form}, "ltx2_22B", definition)
    assert {key: result[key] for key in changed} == changed


@pytest.mark.parametrize("version", recordings.versions())
def test_no_model_but_those_recorded_downloads_anything_after_loading_by_default(version):
    recording = recordings.load(version)
    expected = {"9.9": 0, "10.56": 0, "11.13": 0, "12.23": 8, "12.34": 8, "12.60": 9}
    assert len(recording.after_loading) == expected[version]
    assert not recording.unfinished & recording.after_loading.keys()
