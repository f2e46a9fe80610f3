"""The data files: complete, sourced, and in our own words."""

import json
import re
from pathlib import Path

import pytest
from model_tracker.performance.catalogue import load_catalogue
from model_tracker.performance.errors import FactsError
from model_tracker.performance.facts import FOLDER, Fields, read_facts

SHARED = Path(__file__).resolve().parents[3] / "shared"
FILES = sorted(path.stem for path in FOLDER.glob("*.json"))
MODELS = read_facts("models").records("models")
ARCHITECTURES = read_facts("architectures").records("architectures")


@pytest.mark.parametrize("name", FILES)
def test_a_data_file_says_what_it_is_and_names_no_path_of_a_machine(name):
    text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert len(json.loads(text)["_about"]) > 40
    assert not re.search(r'"[^"]*(/home/|/root/|/tmp/|[A-Z]:\\)', text)


def test_every_architecture_of_a_model_exists_and_is_used():
    assert {record.text("architecture") for record in MODELS.values()} == set(ARCHITECTURES)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_figure_has_a_source(name):
    record = ARCHITECTURES[name]
    assert (record.maybe_number("params_b") is None) == (record.maybe_text("source") is None)
    assert record.number("token_factor") == 1 or record.text("token_factor_source")
    assert (record.maybe_number("params_active_b") or 0) <= (record.maybe_number("params_b") or 0)


def test_every_text_encoder_and_card_has_a_source():
    encoders = read_facts("architectures").records("text_encoders")
    assert all(record.text("source") for record in encoders.values())
    assert all(record.text("source") for record in read_facts("gpus").records("gpus").values())


@pytest.mark.parametrize("name", MODELS)
def test_every_model_has_defaults_a_source_and_evidence(name):
    record = MODELS[name]
    assert record.fields("defaults").text("source")
    assert record.texts("tasks")
    assert (record.maybe_text("licence") is None) == (record.maybe_text("licence_source") is None)
    quality = record.fields("quality")
    evidence = set(quality.text("evidence").split("+"))
    assert evidence <= {
        "own",
        "base",
        "distilled",
        "pruned",
        "lowbit",
        "smaller",
        "quantized",
        "under",
        "none",
    }
    assert ("own" in evidence) == (quality.maybe_text("tier") is not None)
    parent = quality.maybe_text("parent")
    assert parent is None or parent in MODELS
    if evidence & {"own", "none"}:
        assert quality.text("reason")
        assert parent is None


def test_a_tier_of_its_own_rests_on_a_published_row():
    rated = {row.maybe_text("architecture") for row in read_facts("quality_evidence").rows("rows")}
    for name, record in MODELS.items():
        if record.fields("quality").text("evidence") == "own":
            assert record.text("architecture") in rated, name


def test_measurement_rows_have_a_source_and_a_known_architecture():
    for name in ("vram_measurements", "speed_measurements", "quality_evidence"):
        rows = read_facts(name).rows("rows")
        assert len({row.text("id") for row in rows}) == len(rows)
        for row in rows:
            assert row.text("source")
            architecture = row.maybe_text("architecture")
            assert architecture is None or architecture in ARCHITECTURES


def test_texts_are_short_and_differ_within_a_family():
    for name, record in MODELS.items():
        assert len(record.text("best_for")) <= 90, name
        assert len(record.text("notes")) <= 200, name


def test_fields_name_the_file_and_the_record_that_is_wrong():
    fields = Fields({"params": "many", "name": 3}, "models.json, t2v")
    with pytest.raises(FactsError, match=r"models.json, t2v: 'params'"):
        fields.number("params")
    with pytest.raises(FactsError, match="'name' must be a text"):
        fields.text("name")
    with pytest.raises(FactsError, match="must be a record"):
        fields.fields("name")
    assert fields.maybe_number("absent") is None


def test_a_missing_file_is_named():
    with pytest.raises(FactsError, match=r"nothing_here\.json"):
        read_facts("nothing_here")


def test_the_records_are_those_of_the_host(recorded):
    architectures = {name: record.text("architecture") for name, record in MODELS.items()}
    assert architectures == {name: one["architecture"] for name, one in recorded.definitions.items()}


@pytest.mark.skipif(
    not (SHARED / "host" / "models_def.json").is_file(), reason="the host's dumps are not at hand"
)
def test_no_text_is_the_hosts_own():
    host = json.loads((SHARED / "host" / "models_def.json").read_text(encoding="utf-8"))
    ours = {name: (record.text("best_for"), record.text("notes")) for name, record in MODELS.items()}
    for name, definition in host.items():
        words = " ".join(re.findall(r"\w+", definition.get("description", "").casefold()))
        for text in ours[name]:
            own = re.findall(r"\w+", text.casefold())
            runs = (" ".join(own[start : start + 7]) for start in range(len(own) - 6))
            assert not any(run in words for run in runs), (name, text)


@pytest.mark.skipif(not (SHARED / "facts").is_dir(), reason="the collected facts are not at hand")
def test_the_figures_are_the_collected_ones():
    collected = json.loads((SHARED / "facts" / "architectures.json").read_text(encoding="utf-8"))[
        "architectures"
    ]
    ours = load_catalogue().architectures
    for name, record in collected.items():
        assert ours[name].params_b == record["params_b"]
        assert (ours[name].hidden, ours[name].layers) == (record.get("hidden"), record.get("layers"))
    for name in ("vram_measurements", "speed_measurements"):
        rows = {row.text("id"): row.values for row in read_facts(name).rows("rows")}
        for row in json.loads((SHARED / "facts" / f"{name}.json").read_text(encoding="utf-8"))["rows"]:
            kept = rows[row["id"]]
            assert all(kept[key] == row[key] for key in ("width", "height", "frames", "source"))
