"""The recordings shipped with the tests: facts without prose, made from full dumps, shown by a command."""

import gzip
import json
import re
from pathlib import Path

import pytest
import recording_maker
import recordings
from recording_maker import DumpError, definition_facts, facts_of, packed

HOST = Path(__file__).resolve().parents[3] / "shared" / "host"
LABELS = {"name", "_name", "family_label", "family_for_ui_label"}


def texts(value, path=()):
    """Yield every text below a value, with the keys that lead to it."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from texts(part, (*path, key))
    elif isinstance(value, list):
        for part in value:
            yield from texts(part, path)
    elif isinstance(value, str):
        yield path, value


@pytest.fixture
def dump(tmp_path):
    """Return a folder with a small full dump, and a function that changes one of its files."""
    folder = tmp_path / "dump"
    folder.mkdir()

    def write(name, content):
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        return folder

    definition = {
        "name": "A Model 14B",
        "URLs": ["https://files.test/a.safetensors"],
        "description": "Very good.",
    }
    write("models_def", {"b": {"architecture": "b"}, "a": definition})
    entry = {"visible": True, "name": "A Model 14B", "handler": "models.a", "model_files": []}
    write("model_files", {"models": {"a": entry}, "families_infos": {}})
    files = [
        {"target": "ckpts/a.txt", "url": "https://files.test/a.txt"},
        {"target": "ckpts/a.safetensors", "url": "u"},
    ]
    write(
        "expected_downloads",
        {
            "files": files,
            "combinations": {"int8/int8/": {"a": [[1, "transformer"], [0, "handler_files"]]}},
            "configs": [{"model_type": "a", "config": ",,small", "downloads": [[0, "handler_files"]]}],
        },
    )
    write("names", {"WanGP_version": "8.1", "commit": "c0ffee", "globals": {"f": {"exists": True}}})
    return write


@pytest.mark.parametrize("version", recordings.versions())
def test_a_recording_holds_no_text_of_several_words_but_labels_and_signatures(version):
    facts = recordings.load(version).facts
    parts = ("definitions", "files", "downloads")
    for path, text in texts({part: facts[part] for part in parts}):
        if " " in text and path[-1] not in LABELS and "families_infos" not in path:
            assert re.match(r"https?://|(ckpts|loras)/", text) or path[-1] in {"configs", "fileList"}, (
                path,
                text,
            )
    assert not [path for path, _ in texts(facts) if {"description", "prompt", "label", "labels"} & set(path)]
    labels = [text for path, text in texts(facts["definitions"]) if path[-1] in LABELS]
    assert max(map(len, labels)) <= 80


def test_all_recordings_together_are_small():
    assert sum(path.stat().st_size for path in recordings.FOLDER.iterdir()) <= 2_000_000


def test_the_page_about_the_recordings_lists_each_with_its_commit_and_the_number_of_its_models():
    page = (recordings.FOLDER / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (\d+\.\d+) \| (\w+ \| \d+) \|", page, re.MULTILINE))
    held = {version: recordings.load(version) for version in recordings.versions()}
    assert rows == {
        version: f"{one.facts['commit']} | {len(one.definitions)}" for version, one in held.items()
    }


@pytest.mark.parametrize("version", recordings.versions())
def test_a_recording_is_packed_as_the_maker_packs_and_tells_no_time(version):
    data = recordings.path_of(version).read_bytes()
    again = packed(recordings.load(version).facts)
    assert data[:10] == again[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    assert gzip.decompress(data) == gzip.decompress(again)


def test_a_definition_keeps_what_decides_and_loses_what_is_only_said():
    said = {
        "description": "A fine model.",
        "alt_prompt": {"label": "Voice", "placeholder": "warm", "lines": 2},
        "audio_prompt_type_sources": {
            "selection": ["", "A"],
            "labels": {"A": "Voice"},
            "letters_filter": "A",
        },
        "choices": [["Smooth Transitions", ""], ["Sharp Transitions", "0"]],
        "settings": {"prompt": "sunset", "resolution": "832x480", "guidance_scale": 5.0, "flow": None},
        "metadata": {"family": "wan", "family_label": "Wan 2.1", "setting_values": {"a": "b"}},
        "any_audio_prompt": True,
    }
    decides = {"name": "Wan 14B (new)", "URLs": "t2v", "modules": [["https://files.test/a b|c"]], "fps": 16}
    configs = {
        "_name": "VAE",
        "_default_label": "Old",
        "z": {"name": "Fast (worse)", "vae": "z.bin"},
        "a": {},
    }
    assert definition_facts({**said, **decides, "configs": configs, "system_configs": "t2v"}) == {
        "name": "Wan 14B (new)",
        "URLs": "t2v",
        "fps": 16,
        "any_audio_prompt": True,
        "audio_prompt_type_sources": {"selection": ["", "A"], "letters_filter": "A"},
        "modules": [["https://files.test/a b|c"]],
        "settings": {"resolution": "832x480", "guidance_scale": 5.0, "flow": None},
        "metadata": {"family": "wan", "family_label": "Wan 2.1"},
        "configs": {"_name": "VAE", "z": {"name": "Fast", "vae": "z.bin"}, "a": {}},
        "system_configs": "t2v",
    }


def test_config_choices_stay_in_the_forms_order_and_models_are_sorted(dump):
    folder = dump("models_def", {"b": {"configs": {"z": {}, "a": {}}}, "a": {}})
    definitions = facts_of(folder)["definitions"]
    assert list(definitions) == ["a", "b"]
    assert list(definitions["b"]["configs"]) == ["z", "a"]


def test_a_recording_made_from_a_dump_tells_downloads_in_order_with_what_asked_for_them(
    dump, tmp_path, monkeypatch
):
    folder = dump("generate_loras", {"a": {"rows": [{"settings": {}, "loras": ["x"]}]}})
    monkeypatch.setattr(recordings, "FOLDER", tmp_path)
    assert recording_maker.write_recording(folder) == tmp_path / "8.1.json.gz"
    recordings._load.cache_clear()
    recording = recordings.load("v8.1")
    recordings._load.cache_clear()
    assert recording.targets("int8/int8/") == {"a": ("ckpts/a.safetensors", "ckpts/a.txt")}
    assert recording.downloads["int8/int8/"]["a"][0] == ("ckpts/a.safetensors", "u", "transformer")
    assert [file.target for file in recording.config_downloads["a", ",,small"]] == ["ckpts/a.txt"]
    assert recording.names == {"globals": {"f": {"exists": True}}}
    assert recording.loras["a"]["rows"][0]["loras"] == ["x"]
    assert recordings.versions() == ("8.1",)


def test_a_dump_that_is_incomplete_or_tells_of_failures_gives_no_recording(dump, tmp_path):
    expected = {"files": [{"target": "t", "url": "u"}], "configs": []}
    both = {"c": {"a": [[0, "lora"]], "b": [[0, "module"]]}}
    with pytest.raises(DumpError, match="both lora and module"):
        facts_of(dump("expected_downloads", {**expected, "combinations": both}))
    with pytest.raises(DumpError, match="failed: errors"):
        facts_of(dump("expected_downloads", {**expected, "combinations": {}, "errors": {"c": ["a"]}}))
    (tmp_path / "dump" / "models_def.json").unlink()
    with pytest.raises(DumpError, match=r"no .*models_def\.json"):
        facts_of(tmp_path / "dump")


def test_the_command_lists_versions_and_goes_down_to_the_files_of_one_model(capsys):
    def told(*arguments):
        assert recordings.main(arguments) == 0
        return capsys.readouterr().out

    assert [line.split()[0] for line in told().splitlines()[1:]] == list(recordings.versions())
    whole = told("12.60")
    assert "217 model types, 213 visible" in whole
    assert "899 answers of 29 models about LoRAs" in whole
    assert "query_core_shared_model_files()" in whole
    assert "\n  t2v\n" in whole
    model = told("v12.60", "minimax_h3_ref2va")
    assert 'architecture: "minimax_h3_ref2va"' in model
    assert 'handler: "models.minimax' in model
    assert re.search(r"config nvfp4_awq +\d+ files: .*qwen3vl_32b_minimax_h3_nvfp4_awq", model)
    files = told("9.9", "t2v", "bf16/int8/").splitlines()
    expected = recordings.load("9.9").downloads["bf16/int8/"]["t2v"]
    assert files[::2] == [f"{file.kind:14} {file.target}" for file in expected]
    assert [line.strip() for line in files[1::2]] == [file.url for file in expected]
    assert "nvfp4_awq" in told("12.60", "minimax_h3_ref2va", "nvfp4_awq")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["1.0"], "1.0 is not recorded; these are: 9.9, 10.56"),
        (["9.9", "nothing"], "Wan2GP 9.9 has no model type nothing"),
        (["9.9", "t2v", "fp4//"], "nothing is recorded of t2v under fp4//"),
        (["--make", "nowhere"], "there is no nowhere"),
    ],
)
def test_the_command_says_what_is_not_recorded(arguments, says, capsys):
    with pytest.raises(SystemExit) as stopped:
        recordings.main(arguments)
    assert stopped.value.code == 2
    assert says in capsys.readouterr().err


DUMPS = {"12.60": HOST, **{version: HOST / "older" / f"v{version}" for version in ("9.9", "10.56", "12.23")}}


@pytest.mark.skipif(not HOST.is_dir(), reason="the full dumps are not beside the checkout")
@pytest.mark.parametrize("version", DUMPS)
def test_a_recording_says_what_the_full_dump_says(version):
    recording = recordings.load(version)
    dump = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in DUMPS[version].glob("*.json")}
    table, expected = dump["expected_downloads"]["files"], dump["expected_downloads"]

    def rows(downloads):
        return tuple((table[index]["target"], table[index]["url"], kind) for index, kind in downloads)

    assert recording.downloads == {
        combination: {name: rows(downloads) for name, downloads in models.items()}
        for combination, models in expected["combinations"].items()
    }
    assert recording.config_downloads == {
        (one["model_type"], one["config"]): rows(one["downloads"]) for one in expected["configs"]
    }
    for name, entry in dump["model_files"]["models"].items():
        assert {**recording.files["models"][name], "name": entry["name"]} == entry
    assert {**recording.files, "models": 0} == {**dump["model_files"], "models": 0}
    if "names" in dump:
        assert recording.names.items() <= dump["names"].items()
    assert "generate_loras" not in dump or recording.loras == dump["generate_loras"]
    assert set(recording.definitions) == set(dump["models_def"])
    for name, definition in dump["models_def"].items():
        kept = recording.definitions[name]
        for key in (*ADDRESSES, *(key for key in definition if key.endswith(("_file", "_URL", "_folder")))):
            assert kept.get(key) == definition.get(key), (name, key)
        assert {**kept, **definition_facts(definition)} == kept


ADDRESSES = (
    "architecture",
    "URLs",
    "URLs2",
    "VAE_URLs",
    "dtype",
    "loras",
    "modules",
    "name",
    "path",
    "preload_URLs",
    "source",
    "source2",
    "text_encoder_URLs",
    "visible",
)
