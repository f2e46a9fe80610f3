"""Definitions that cannot run are never "downloaded", and say why and what to do."""

import pytest
from model_tracker.catalog.sentences import what_generate_does
from model_tracker.inventory.models import ModelStatus
from model_tracker.inventory.scan import Scan
from model_tracker.model_analyzer import ModelAnalyzer
from model_tracker.reports.script import ScriptForm, download_script

HUB = "https://huggingface.co/example/repo"
RIGHT = f"{HUB}/resolve/main/a_bf16.safetensors"


def only_complaint(world, model_type="m"):
    (told,) = world.complaints(model_type)
    assert world.track(model_type).status is not ModelStatus.DOWNLOADED
    return told


@pytest.fixture
def based(world):
    """Return a world whose base model has weights and a text encoder, all of them on the disk."""
    world.add("arch", URLs=world.urls("w.bin"), text_encoder_URLs=world.urls("t.bin"))
    world.put("ckpts/w.bin", "ckpts/t.bin", "ckpts/mine.bin")
    return world


@pytest.mark.parametrize("lists", [{}, {"URLs": []}, {"URLs": None}])
def test_a_finetune_without_weights_is_not_downloaded_where_its_architecture_has_some(based, lists):
    based.add("m", path="finetunes/m.json", **lists)
    assert "URLs" in " ".join(based.complaints())
    assert based.track().status is ModelStatus.MISSING


def test_an_emptied_text_encoder_is_told_with_what_to_remove(based):
    based.add("m", URLs=based.urls("mine.bin"), text_encoder_URLs=[])
    assert "Remove “text_encoder_URLs”" in only_complaint(based)


def test_an_architecture_that_has_no_weights_of_its_own_needs_none_in_a_finetune(world):
    world.add("arch", URLs=[])
    world.add("m", URLs=[], path="finetunes/m.json")
    assert world.track().status is ModelStatus.DOWNLOADED


def test_weights_taken_from_a_source_file_are_no_empty_list(based):
    based.add("m", URLs=[], source="mine.bin")
    assert based.complaints() == []


def test_a_bundled_model_that_a_finetune_emptied_is_compared_with_others_of_its_architecture(based):
    based.add("other", URLs=based.urls("w.bin"))
    based.add("arch", URLs=[], path="finetunes/arch.json")
    assert "needs weights" in only_complaint(based, "arch")


@pytest.mark.parametrize("suffix", ["safetensors", "gguf"])
def test_one_of_several_parts_is_not_the_whole_though_it_is_on_the_disk(world, suffix):
    world.add(URLs=world.urls(f"w-00001-of-00003.{suffix}"))
    world.put(*(f"ckpts/w-0000{number}-of-00003.{suffix}" for number in (1, 2, 3)))
    assert "in 3 parts" in only_complaint(world)


def test_parts_that_are_all_named_are_whole(world):
    names = [f"w-0000{number}-of-00002.safetensors" for number in (1, 2)]
    world.add(preload_URLs=world.urls(*names))
    world.put(*(f"ckpts/{name}" for name in names))
    assert world.track().status is ModelStatus.DOWNLOADED


PAGES = {
    "blob": (f"{HUB}/blob/main/a_bf16.safetensors", RIGHT),
    "raw": (f"{HUB}/raw/main/a_bf16.safetensors", RIGHT),
    "tree": (f"{HUB}/tree/main", "resolve/main"),
    "repository": (HUB, "resolve/main"),
    "Civitai": ("https://civitai.com/models/1?modelVersionId=2", "Download it in a browser"),
    "Civitai's download": ("https://civitai.com/api/download/models/2", "Download it in a browser"),
    "Drive": ("https://drive.google.com/file/d/1/view?usp=sharing", "Download it in a browser"),
    "GitHub": ("https://github.com/o/r/blob/main/x.bin", "https://github.com/o/r/raw/main/x.bin"),
    "ModelScope": (
        "https://modelscope.cn/models/o/r/file/view/master/x.bin",
        "https://modelscope.cn/models/o/r/resolve/master/x.bin",
    ),
}


@pytest.mark.parametrize(("address", "right"), PAGES.values(), ids=PAGES)
def test_a_page_in_place_of_a_file_is_told_and_no_script_downloads_it(world, address, right):
    world.add(URLs=[address], text_encoder_URLs=world.urls("t.bin"))
    told = only_complaint(world)
    assert right in told
    model = world.track()
    assert [file.required.name for file in model.to_fetch][1:] == ["t.bin"]
    assert model.to_fetch[0].size_bytes is None
    for form in ScriptForm:
        script = download_script(model, form)
        assert "Not downloaded here" in script
        assert not any(
            line.startswith(("fetch", "Get-ModelFile")) and HUB in line for line in script.splitlines()
        )


@pytest.mark.parametrize(
    ("address", "right"),
    [
        (f"{RIGHT}?download=true", RIGHT),
        (f"{HUB}/resolve/main/My%20Model.safetensors", f"{HUB}/resolve/main/My Model.safetensors"),
    ],
)
def test_what_comes_after_an_address_that_answers_404_is_not_promised(world, address, right):
    world.add(URLs=[address], preload_URLs=world.urls("p.bin"), text_encoder_URLs=world.urls("t.bin"))
    model = world.track()
    assert (model.to_fetch, model.stopped_by.required.url) == ((), address)
    assert right in what_generate_does(model)
    script = download_script(model, ScriptForm.CURL)
    assert right in script
    assert "t.bin" not in script


def test_a_file_that_is_there_is_never_asked_for_at_its_address(world):
    world.add(URLs=[f"{HUB}/blob/main/a_bf16.safetensors"])
    world.put("ckpts/a_bf16.safetensors")
    assert world.track().status is ModelStatus.DOWNLOADED


@pytest.mark.parametrize(
    "address",
    [
        RIGHT,
        f"{RIGHT}|sub",
        f"{HUB}/resolve/v1/a%20b.bin",
        "https://files.test/a%20b.bin",
        "https://github.com/o/r/releases/download/v1/x.bin",
    ],
)
def test_the_address_of_a_file_is_no_page(world, address):
    world.add(URLs=[address])
    assert world.complaints() == []


def test_a_flat_list_of_modules_and_a_path_in_place_of_a_list_are_answered_with_brackets(world):
    world.add("flat", URLs=world.urls("w.bin"), modules=world.urls("x.bin"))
    world.add("path", URLs="ckpts/x.safetensors")
    assert "square brackets" in only_complaint(world, "flat")
    assert "square brackets" in only_complaint(world, "path")


def test_each_address_more_costs_the_same_however_many_there_are(world, monkeypatch):
    looks = []
    track = Scan.track
    monkeypatch.setattr(Scan, "track", lambda scan, file: looks.append(file) or track(scan, file))
    count = 5_000
    world.add(URLs=[world.url(f"w{number}_bf16.bin") for number in range(count)])
    assert len(ModelAnalyzer.from_host(world.host).what_if("m").variants) == count
    assert len(looks) < 20 * count, "compared with each other they would be looked at 25,000,000 times"
