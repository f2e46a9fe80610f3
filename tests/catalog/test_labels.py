"""Facts about files and models in plain sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest
from model_tracker.catalog import labels, sentences
from model_tracker.inventory.damage import Damage, DamageKind
from model_tracker.inventory.sizes import UNKNOWN_SIZE, Size, SizeOrigin, Total
from model_tracker.units import amount

AMOUNTS = {
    0: "0 bytes",
    999: "999 bytes",
    1_000: "1 kB",
    254_400_000: "254 MB",
    14_800_043_674: "14.8 GB",
    2_500_000_000_000: "2500.0 GB",
}


@pytest.mark.parametrize(("number", "words"), AMOUNTS.items(), ids=AMOUNTS.values())
def test_sizes_are_decimal_as_the_hub_shows_them(number, words):
    assert amount(number) == words
    assert labels.size(Size(number, SizeOrigin.DISK)) == words
    assert labels.size(Size(number, SizeOrigin.ESTIMATED)) == f"about {words}"


def test_an_unknown_size_is_said_to_be_unknown():
    assert labels.size(UNKNOWN_SIZE) == "unknown size"


TOTALS = {
    "all known": (Total(21_100_000_000, 0, is_estimated=False), "21.1 GB", "21.1"),
    "some estimated": (Total(21_100_000_000, 0, is_estimated=True), "about 21.1 GB", "~21.1"),
    "some unknown": (Total(21_100_000_000, 2, is_estimated=False), "at least 21.1 GB", "≥ 21.1"),
    "all unknown": (Total(0, 2, is_estimated=False), "unknown size", "?"),
    "nothing": (Total(0, 0, is_estimated=False), "small", "0"),
    "little": (Total(5_000_000, 0, is_estimated=False), "5 MB", "< 0.1"),
}


@pytest.mark.parametrize(("known", "words", "column"), TOTALS.values(), ids=TOTALS)
def test_a_sum_says_where_it_is_only_a_part_or_about(known, words, column):
    assert labels.total(known) == words
    assert labels.gigabytes(known) == column


@pytest.mark.parametrize(
    ("minimum", "recommended", "words"),
    [
        (6, 10, "6–10"),
        (8, 8, "8"),
        (8, None, "8"),
        (None, 12.5, "12.5"),
        (None, None, "–"),
        (7.0, 9.5, "7–9.5"),
    ],
)
def test_vram_is_a_range_a_number_or_a_dash(minimum, recommended, words):
    assert labels.vram_words(minimum, recommended) == words


CHOICES = {
    "the only one": ("int8", ["m_bf16.bin"], ""),
    "as asked": ("fp8", ["m_bf16.bin", "m_fp8.bin"], "setting is fp8: this is the fp8 file"),
    "the first, for bf16": ("bf16", ["m_bf16.bin", "m_fp8.bin"], "setting is bf16: the first of 2 files"),
    "the first, for nothing": ("", ["m_bf16.bin", "m_fp8.bin"], "setting is bf16: the first of 2 files"),
    "int8 for fp8": ("fp8", ["m_bf16.bin", "m_int8.bin"], "asked for fp8; there is none, so Wan2GP takes the int8"),
    "fp8 for int8": ("int8", ["m_bf16.bin", "m_fp8.bin"], "asked for int8; there is none, so Wan2GP takes the fp8"),
    "the dtype's": (
        "int8",
        ["m_fp16_int8.bin", "m_bf16_fp8.bin"],
        "asked for int8; Wan2GP takes the fp8 file, as only that one is bf16",
    ),
    "no match": ("int8", ["m_bf16.bin", "m.gguf"], "asked for int8; no file has it, so Wan2GP takes the first of 2"),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "names", "words"), CHOICES.values(), ids=CHOICES)
def test_the_reason_says_why_this_one_of_several(world, asked, names, words):
    world.names["transformer_quantization"] = asked
    world.add("m", URLs=world.urls(*names))
    told = sentences.reason(world.track().files[0])
    assert told.startswith("The model's own weights.")
    assert words in told
    assert (told == "The model's own weights.") is (not words)


def test_the_reason_of_a_text_encoder_speaks_of_the_text_encoders_setting(world):
    world.names.update(transformer_quantization="fp8", text_encoder_quantization="bf16")
    world.add("m", text_encoder_URLs=world.urls("t_bf16.bin", "t_int8.bin"))
    assert "text encoder quantization setting is bf16" in sentences.reason(world.track().files[0])


def test_the_hosts_own_choice_is_said_to_be_its_own(world):
    world.names["get_model_filename"] = lambda model_type, quantization: world.url("m_odd.bin")
    world.add("m", URLs=world.urls("m_bf16.bin", "m_int8.bin"))
    assert "Wan2GP's own choice" in sentences.reason(world.track().files[0])


def test_what_generate_does_is_ready_only_for_a_downloaded_model(world):
    world.add("m", URLs=world.urls("x.safetensors"))
    assert sentences.what_generate_does(world.track()) == (
        "Generate would download 1 file, unknown size: none of its own weights are on disk."
    )
    world.put("ckpts/x.safetensors")
    assert sentences.what_generate_does(world.track()) == "Ready: Generate would download nothing."


def test_what_generate_does_tells_of_all_that_is_amiss(world, cut_file):
    world.add(
        "m",
        URLs=world.urls("cut.safetensors"),
        preload_URLs=[world.url("p.bin"), "by_hand.bin", world.url("late.bin")],
        text_encoder_URLs=5,
    )
    (path,) = world.put("ckpts/cut.safetensors")
    cut_file(path, 500)
    told = sentences.what_generate_does(world.track())
    assert "download 1 file" in told
    assert "by_hand.bin is missing" in told
    assert "cut.safetensors is broken" in told
    assert "Not sure" in told
    assert "late.bin" not in told


LACKS = {
    "a problem": ({"loras": 5}, [], "its definition has a problem"),
    "no own weights": ({}, ["t.bin"], "none of its own weights are on disk"),
    "another form": ({}, ["m_bf16.bin"], "another format, or only some, of its weights are on disk"),
    "one thing": ({}, ["m_int8.bin"], "still missing: Text encoder"),
}


@pytest.mark.parametrize(("parts", "there", "words"), LACKS.values(), ids=LACKS)
def test_why_a_model_is_not_downloaded(world, parts, there, words):
    world.add(
        "m", URLs=world.urls("m_bf16.bin", "m_int8.bin"), text_encoder_URLs=world.urls("t.bin"), **parts
    )
    world.put(*(f"ckpts/{name}" for name in there))
    assert sentences.why_status(world.track()) == words


REMEDIES = {
    "unreadable": (DamageKind.UNREADABLE, "https://files.test/x", "Check its permissions and its drive."),
    "cut": (DamageKind.CUT, "https://files.test/x", "Delete it and let Wan2GP download it again."),
    "cut, by hand": (DamageKind.CUT, None, "Put a complete copy there: there is no download URL."),
}


@pytest.mark.parametrize(("kind", "url", "words"), REMEDIES.values(), ids=REMEDIES)
def test_the_remedy_follows_from_the_kind_of_damage_whatever_its_words(world, kind, url, words):
    world.add("m", URLs=world.urls("x.bin"))
    (file,) = world.track().files
    misleading = Damage(kind=kind, detail="it cannot be read")
    damaged = replace(file, required=replace(file.required, url=url), damage=misleading)
    assert sentences.remedy(damaged) == words
