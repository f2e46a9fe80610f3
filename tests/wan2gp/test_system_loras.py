"""The LoRAs that a model adds by itself, compared with what each model's own code answered on 12.60."""

import pytest
import recordings
from model_tracker.wan2gp.definitions import entries_of
from model_tracker.wan2gp.system_loras import (
    MARKS,
    LoraQuestion,
    default_form,
    marks_in,
    system_loras,
)

DEFINITIONS = recordings.models_def()
RECORDED = recordings.load("12.60").loras
ALL_MARKS = frozenset(
    mark for mark in MARKS if any(mark in definition for definition in DEFINITIONS.values())
)
ADD_ONE_BY_DEFAULT = {
    "ltx2_19B",
    "ltx2_19B_nvfp4",
    "ltx2_22B",
    "ltx2_22B_1_1",
    "ltx2_22B_edit_anything",
    "ltx2_22B_1_1_edit_anything",
    "ltx2_22B_nvfp4",
    "ltx2_25_22B",
    "longcat_avatar_v1_5",
}


def answer(model_type, form, marks=ALL_MARKS):
    definition = DEFINITIONS[model_type]
    preloads = entries_of(DEFINITIONS, model_type, "preload_URLs")
    return list(system_loras(LoraQuestion(definition["architecture"], definition, form, preloads, marks)))


def defaults(model_type):
    return default_form(DEFINITIONS[model_type]["architecture"], DEFINITIONS[model_type])


@pytest.mark.parametrize("model_type", RECORDED)
def test_every_recorded_answer_is_met(model_type):
    record = RECORDED[model_type]
    for row in record["rows"]:
        assert answer(model_type, {**record["defaults"], **row["settings"]}) == row["loras"], row["settings"]


@pytest.mark.parametrize("model_type", RECORDED)
def test_the_default_settings_lead_to_the_recorded_answer(model_type):
    assert answer(model_type, defaults(model_type)) == RECORDED[model_type]["rows"][0]["loras"]


def test_nine_models_add_a_lora_with_their_default_settings():
    visible = [name for name, definition in DEFINITIONS.items() if definition.get("visible", True)]
    assert {name for name in visible if answer(name, defaults(name))} == ADD_ONE_BY_DEFAULT


def test_a_chosen_lora_of_the_same_kind_takes_the_place_of_the_models_own():
    form = defaults("ltx2_22B")
    assert (
        answer("ltx2_22B", {**form, "activated_loras": ["https://h/My-Distilled-LoRA-2.safetensors"]}) == []
    )


def test_an_older_host_is_told_by_its_definitions():
    form = {**defaults("ltx2_22B"), "video_prompt_type": "MA"}
    newest, older = answer("ltx2_22B", form), answer("ltx2_22B", form, frozenset())
    assert len(newest) == 2
    assert older == [DEFINITIONS["ltx2_22B"]["ltx2_lora_distilled"]]
    assert newest[0] == DEFINITIONS["ltx2_22B"]["ltx2_lora_distilled_1_1"]


@pytest.mark.parametrize("value", [None, 3, [], {}, "\ud800", 10**400, "x" * 10_000, [None, 3]])
@pytest.mark.parametrize("key", [*defaults("ltx2_22B"), "unknown"])
def test_no_value_of_a_setting_does_harm(key, value):
    for model_type in ("ltx2_22B", "longcat_avatar_v1_5", "t2v"):
        assert isinstance(answer(model_type, {**defaults(model_type), key: value}), list)


@pytest.mark.parametrize("version", ["12.23", "12.34", "12.60"])
def test_every_form_that_was_generated_with_downloads_what_was_seen(version):
    recording = recordings.load(version)
    marks, wrong, rows = marks_in(recording.definitions), {}, 0
    for model_type, record in recording.loras.items():
        definition = recording.definitions[model_type]
        loaded = {file.url for models in recording.downloads.values() for file in models[model_type]}
        preloads = entries_of(recording.definitions, model_type, "preload_URLs")
        for row in record["rows"]:
            form = {**record["defaults"], **row["settings"]}
            question = LoraQuestion(definition["architecture"], definition, form, preloads, marks)
            said = [address for address in system_loras(question) if address not in loaded]
            rows += 1
            if said != row["loras"]:
                wrong[model_type, str(row["settings"])] = said
    assert wrong == {}
    assert rows == 31 * len(recording.loras)
