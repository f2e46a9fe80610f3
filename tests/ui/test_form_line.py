"""The line of the chosen model follows the form as it stands in the Media Generator."""

import json
from types import SimpleNamespace

import pytest
from model_tracker.model_analyzer import ModelAnalyzer
from model_tracker.performance_db import PerformanceDatabase
from model_tracker.ui.models.handlers import ModelsHandlers
from model_tracker.ui.requests import ScanRequest
from model_tracker.wan2gp.forms import AskedForm

LORA = "https://files.test/chosen.safetensors"
UPSCALER = {"repoId": "o/r", "sourceFolderList": ["up"], "fileList": [["up.safetensors"]]}
OWN_DOWNLOAD = "its own download was called"


class Downloading:
    """A method of Wan2GP's that has files of its own; its `download` must not be called."""

    def download(self, *_arguments, **_options):
        pytest.fail(OWN_DOWNLOAD)


class Naming(Downloading):
    def query_download_def(self, enabled_only=True):
        return UPSCALER if enabled_only else None


@pytest.fixture
def page(world, patient):
    world.add(
        "m", URLs=world.urls("m.safetensors"), configs={"vae": {"VAE_URLs": world.urls("vae.safetensors")}}
    )
    world.put("ckpts/m.safetensors")
    methods = {"sharp2": Naming(), "odd4": Downloading(), "lanczos2": object()}
    world.names["upsampler_api"] = SimpleNamespace(find_upsampler=methods.get)
    return ModelsHandlers(ModelAnalyzer.from_host(world.host), PerformanceDatabase(), None)


def line(page, **form):
    """Open the tab with this form saved, and return what the line then says."""
    state = {"model_type": "m", "all_settings": {"m": {"prompt": "x", **form}}}
    scan_id = page.on_tab_select(state)[0]
    return page._chosen(ScanRequest.decode(scan_id))


def test_a_form_that_needs_nothing_more_is_ready(page):
    assert "Ready: Generate would download nothing." in line(page, activated_loras=[], config="")


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"activated_loras": [LORA]}, "Generate would download 1 file"),
        ({"activated_loras": ["mine.safetensors"]}, "mine.safetensors is missing and has no download URL"),
        ({"config": ",,,vae"}, "Generate would download 1 file"),
        ({"spatial_upsampling": "sharp2"}, "Generate would download 1 file"),
        ({"spatial_upsampling": "odd4"}, "the files of “odd4” are not told"),
        ({"spatial_upsampling": "lanczos2"}, "Ready"),
    ],
)
def test_what_the_form_asks_for_is_told(page, form, told):
    assert told in line(page, **form)


def test_the_prompt_enhancer_is_not_passed_over(page, world):
    world.names["server_config"] = {"enhancer_enabled": 1, "enhancer_mode": 0}
    world.names["download_requested_postprocessing_assets"] = print
    assert "the prompt enhancer is on" in line(page, prompt_enhancer="T")
    assert "Ready" in line(page, prompt_enhancer="")


def test_a_refresh_keeps_the_form(page, world):
    state = {"model_type": "m", "all_settings": {"m": {"activated_loras": [LORA]}}}
    first = page.on_tab_select(state)[0]
    again = page.refresh(first)[0]
    assert "Generate would download 1 file" in page._chosen(ScanRequest.decode(again))
    world.put("loras/arch/chosen.safetensors")
    later = page.refresh(again)[0]
    assert "Ready" in page._chosen(ScanRequest.decode(later))


def test_two_pages_with_different_forms_are_told_apart(page):
    first = page.on_tab_select({"model_type": "m", "all_settings": {"m": {"activated_loras": [LORA]}}})[0]
    second = page.on_tab_select({"model_type": "m", "all_settings": {"m": {"activated_loras": []}}})[0]
    assert "1 file" in page._chosen(ScanRequest.decode(first))
    assert "Ready" in page._chosen(ScanRequest.decode(second))


def test_only_what_decides_about_files_is_kept_of_a_form(page):
    state = {"model_type": "m", "all_settings": {"m": {"config": "", "image_start": object(), "prompt": "p"}}}
    assert json.loads(AskedForm.in_state(state).text) == {"config": ""}
    assert AskedForm.in_state({"model_type": "m"}) is None
    assert AskedForm.in_state(None) is None
