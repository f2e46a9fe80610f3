"""VRAM and time: published figures win, and more never costs less."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_tracker.performance.catalogue import load_catalogue
from model_tracker.performance.errors import UnknownNameError
from model_tracker.performance.gpus import load_gpus
from model_tracker.performance.labels import Origin
from model_tracker.performance.profiles import PROFILES, profile
from model_tracker.performance.quantization import known_quantizations, quantization
from model_tracker.performance.speed import (
    SpeedCase,
    estimate_seconds,
    published_seconds,
    row_case,
    runs,
    speed_rows,
    tokens,
)
from model_tracker.performance.vram import vram_rows
from model_tracker.performance_db import PerformanceDatabase

DATABASE = PerformanceDatabase()
CATALOGUE = load_catalogue()
VISUAL = sorted(
    name for name, model in CATALOGUE.models.items() if CATALOGUE.architecture_of(model).is_visual
)
SOUND = sorted(set(CATALOGUE.models) - set(VISUAL))
PUBLISHED_SIDES = (256, 448, 480, 544, 640, 704, 720, 768, 832, 960, 1024, 1088, 1280, 1344, 1920, 2176, 3840)
PUBLISHED_FRAMES = (1, 33, 61, 81, 97, 101, 121, 124, 129, 161, 226, 241, 361, 362, 481)
side = st.sampled_from(PUBLISHED_SIDES) | st.integers(64, 4096)
frame_count = st.sampled_from(PUBLISHED_FRAMES) | st.integers(1, 2000)
model_types = st.sampled_from(VISUAL)
quantizations = st.sampled_from(known_quantizations())
profiles = st.sampled_from(PROFILES)
more = st.integers(0, 3000)


@given(model_types, side, side, frame_count, more, more, more, quantizations, profiles)
@settings(max_examples=400)
def test_more_pixels_or_frames_never_need_less_vram(
    model, width, height, frames, wider, taller, longer, stored, used
):
    def ask(width, height, frames):
        return DATABASE.estimate_vram(
            model, width=width, height=height, frames=frames, quantization=stored, profile=used
        )

    small, large = ask(width, height, frames), ask(width + wider, height + taller, frames + longer)
    assert large.need_gb >= small.need_gb
    assert large.minimum_card_gb >= small.minimum_card_gb
    assert large.recommended_card_gb >= small.recommended_card_gb
    assert large.ram_gb >= small.ram_gb


@given(model_types, side, side, frame_count, quantizations, quantizations, profiles)
@settings(max_examples=300)
def test_more_bits_never_need_less(model, width, height, frames, one, other, used):
    few, many = sorted((one, other), key=lambda name: quantization(name).bytes_per_param)
    sizes = {"width": width, "height": height, "frames": frames}
    light = DATABASE.estimate_vram(model, **sizes, quantization=few, profile=used)
    heavy = DATABASE.estimate_vram(model, **sizes, quantization=many, profile=used)
    assert heavy.need_gb >= light.need_gb
    assert heavy.ram_gb >= light.ram_gb
    quick = DATABASE.estimate_seconds(model, gpu="RTX 4090", **sizes, steps=8, passes=1, precision=few)
    slow = DATABASE.estimate_seconds(model, gpu="RTX 4090", **sizes, steps=8, passes=1, precision=many)
    assert slow.seconds >= quick.seconds


@given(model_types, side, side, frame_count, quantizations)
@settings(max_examples=300)
def test_streaming_profiles_never_need_more_vram_than_whole_ones(model, width, height, frames, stored):
    need = {
        used: DATABASE.estimate_vram(
            model, width=width, height=height, frames=frames, quantization=stored, profile=used
        ).need_gb
        for used in PROFILES
    }
    assert need[4.5] <= need[4] <= need[3]
    assert need[2] == need[4] == need[5]
    assert need[1] == need[3] == need[3.5]


@given(
    model_types,
    st.sampled_from(sorted(load_gpus())),
    side,
    side,
    frame_count,
    st.sampled_from((4, 8, 20, 30, 40, 50)) | st.integers(1, 100),
    st.integers(1, 3),
    st.tuples(more, more, more, st.integers(0, 50), st.integers(0, 2)),
    st.sampled_from(("bf16", "int8", "fp8", "nvfp4")),
)
@settings(max_examples=500)
def test_more_of_anything_never_takes_less_time(
    model, gpu, width, height, frames, steps, passes, extra, precision
):
    def ask(wider, taller, longer, further, again):
        return DATABASE.estimate_seconds(
            model,
            gpu=gpu,
            width=width + wider,
            height=height + taller,
            frames=frames + longer,
            steps=steps + further,
            passes=passes + again,
            precision=precision,
        )

    small, large = ask(0, 0, 0, 0, 0), ask(*extra)
    assert large.seconds >= small.seconds
    assert large.relative_cost >= small.relative_cost


@pytest.mark.parametrize(
    "row", [row for row in vram_rows() if row.values.get("excluded") is None], ids=lambda row: row.text("id")
)
def test_a_published_vram_figure_wins_for_its_case(row):
    estimate = DATABASE.estimate_vram(
        row.text("architecture"),
        width=int(row.number("width")),
        height=int(row.number("height")),
        frames=int(row.number("frames")),
        quantization=row.text("quantization"),
        profile=row.maybe_text("profile") or 4,
    )
    shown = estimate.need_gb if row.text("bound") == "used" else estimate.minimum_card_gb
    assert shown == pytest.approx(row.number("vram_gb"))
    assert estimate.origin is Origin.PUBLISHED
    assert row.text("source") in estimate.source
    assert row.text("source") in estimate.basis


def test_a_published_time_wins_for_its_case():
    estimate = DATABASE.estimate_seconds(
        "t2v_2_2", gpu="H100", width=1280, height=720, frames=81, steps=40, passes=2, precision="bf16"
    )
    assert estimate.seconds == 1041.5
    assert estimate.origin is Origin.PUBLISHED
    assert "Wan2.2" in estimate.source


def test_every_published_time_of_the_host_or_the_official_code_wins():
    published = published_seconds()
    assert len(published) > 15
    for (architecture, gpu), points in published.items():
        model = CATALOGUE.get(architecture)
        for point in points:
            rows = [
                row
                for row in speed_rows()
                if row.text("architecture") == architecture and row.values["excluded"] is None
            ]
            row = next(
                row
                for row in rows
                if row_case(row).sizes == point.case and row.number("seconds") == point.value
            )
            estimate = estimate_seconds(model, CATALOGUE.architecture_of(model), row_case(row), gpu)
            assert (estimate.seconds, estimate.origin) == (point.value, Origin.PUBLISHED)
            assert row.text("source") in estimate.source


def test_no_estimate_contradicts_a_published_figure_for_a_larger_case():
    row = next(
        row for row in vram_rows() if row.text("id") == "v006"
    )  # 3840x2176, 361 frames: a card of 24 GB
    smaller = DATABASE.estimate_vram(row.text("architecture"), width=3840, height=2160, frames=361)
    assert smaller.minimum_card_gb <= 24
    assert smaller.origin is Origin.BOUNDED
    assert row.text("source") in smaller.basis


def test_a_card_without_timings_is_placed_by_its_published_pace_and_said_so():
    estimate = DATABASE.estimate_seconds("t2v", gpu="NVIDIA GeForce RTX 3080")
    assert "59.5 TFLOP/s" in estimate.basis
    assert "no timing" in estimate.basis
    assert "59.5" not in DATABASE.estimate_seconds("t2v", gpu="RTX 4090").basis


def test_without_a_card_there_is_only_a_relative_cost():
    estimate = DATABASE.estimate_seconds("i2v", gpu=None)
    assert estimate.seconds is None
    assert estimate.relative_cost == pytest.approx(1, rel=0.05)


@pytest.mark.parametrize("model_type", SOUND)
def test_sound_is_never_estimated(model_type):
    vram = DATABASE.estimate_vram(model_type)
    assert vram.origin in {Origin.PUBLISHED, Origin.UNKNOWN}
    assert (vram.need_gb is None) == (vram.origin is Origin.UNKNOWN)
    time = DATABASE.estimate_seconds(model_type, gpu="RTX 3060")
    assert time.seconds is None or time.origin is Origin.PUBLISHED


def test_speech_takes_its_published_share_of_real_time():
    estimate = DATABASE.estimate_seconds("index_tts2", gpu="RTX 4090", duration_s=100)
    assert estimate.seconds == pytest.approx(32.5)
    elsewhere = DATABASE.estimate_seconds("index_tts2", gpu="RTX 3060", duration_s=100)
    assert elsewhere.seconds is None
    assert "not converted" in elsewhere.basis


def test_a_second_expert_costs_ram_and_not_vram():
    one, two = DATABASE.estimate_vram("t2v"), DATABASE.estimate_vram("t2v_2_2")
    assert two.need_gb == pytest.approx(one.need_gb)
    assert two.ram_gb > one.ram_gb + 14


def test_an_lora_of_few_steps_costs_in_proportion():
    whole = DATABASE.estimate_seconds("t2v", gpu=None, steps=30, passes=2).relative_cost
    few = DATABASE.estimate_seconds("t2v", gpu=None, steps=4, passes=1).relative_cost
    assert whole / few == pytest.approx(15, rel=0.5)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("default int8", "int8"),
        ("default", "int8"),
        ("bf16 (non quantized)", "bf16"),
        ("int8 convrot", "int8"),
        ("GGUF Q6_K", "Q6_K"),
        ("GGUF Q2", "Q2"),
        ("NVFP4", "nvfp4"),
    ],
)
def test_quantizations_are_understood_as_people_write_them(words, name):
    assert quantization(words).name == name


def test_a_first_stage_never_costs_more_than_the_whole_picture():
    model = next(
        model for model in load_catalogue().models.values() if model.first_stage and model.first_stage.pixels
    )
    architecture, stage = load_catalogue().architecture_of(model), model.first_stage
    half = int((stage.pixels / 2) ** 0.5)
    small = SpeedCase(half, half, 1, 10, 1, quantization("bf16"))
    large = SpeedCase(8 * half, 8 * half, 1, 10, 1, quantization("bf16"))
    assert runs(architecture, stage, small)[0] == (10, tokens(architecture, half, half, 1))
    assert runs(architecture, stage, large)[0][1] < tokens(architecture, 8 * half, 8 * half, 1)


FORMATS_IN_FILE_NAMES = {
    "m-Q4_K_S.gguf": ("Q4_K_S", 0.61),
    "m-IQ4_XS.gguf": ("IQ4_XS", 0.61),
    "m_Q8_0_light.gguf": ("Q8_0", 1.0625),
    "m-q4_0.gguf": ("q4_0", 0.5625),
    "m_quanto_mbf16_int8.safetensors": ("int8", 1.04),
    "m_fp8_e4m3fn.safetensors": ("fp8", 1.0),
    "m_I2VFP8HIGH.safetensors": ("fp8", 1.0),
    "m_bf16v2.safetensors": ("bf16", 2.0),
    "gemma-q4_0-unquantized_quanto_bf16_int8.safetensors": ("int8", 1.04),
    "gemma-q4_0-unquantized_bf16.safetensors": ("bf16", 2.0),
}


@pytest.mark.parametrize("name", FORMATS_IN_FILE_NAMES)
def test_the_format_in_a_file_name_is_named_as_written_and_sized_by_its_family(name):
    stored = quantization(name)
    assert (stored.name, stored.bytes_per_param) == FORMATS_IN_FILE_NAMES[name]


@pytest.mark.parametrize("name", known_quantizations())
def test_every_quantization_with_bytes_of_its_own_is_read_from_a_file_name(name):
    assert quantization(f"Model_m_{name}.safetensors").name == name


@pytest.mark.parametrize("name", ["Seq80.safetensors", "gemma-q4_0-unquantized.safetensors", "conf4.bin"])
def test_letters_within_a_name_are_no_format(name):
    with pytest.raises(UnknownNameError):
        quantization(name)


@pytest.mark.parametrize(
    ("words", "number"), [("4", 4), ("3.5", 3.5), ("3+", 3.5), ("4+", 4.5), ("1/3", 1), (5, 5)]
)
def test_profiles_are_understood_as_people_write_them(words, number):
    assert profile(words).number == number


def test_every_timing_of_the_fit_has_a_source():
    assert all(row.text("source") for row in speed_rows())
