"""The machine and how a generation suits it."""

import sys
from types import ModuleType, SimpleNamespace

import pytest
from model_tracker.performance import hardware
from model_tracker.performance.errors import UnknownNameError
from model_tracker.performance.fit import FIT_WORDS, FitLevel, judge_fit
from model_tracker.performance.gpus import find_gpu, get_gpu
from model_tracker.performance.hardware import GIB, Machine, Vendor, detect_machine
from model_tracker.performance.labels import Origin
from model_tracker.performance.vram import VramEstimate
from model_tracker.performance_db import PerformanceDatabase


@pytest.fixture(autouse=True)
def no_container(monkeypatch):
    """Let the limits of the container that the tests run in be none of theirs."""
    monkeypatch.setattr(hardware, "memory_limit", lambda _root: None)
    monkeypatch.setattr(hardware, "amd_card_memory", lambda _root: None)


def no_module(name):
    raise ImportError(name)


def fake_psutil(name):
    if name != "psutil":
        raise ImportError(name)
    memory = SimpleNamespace(total=64 * GIB, available=40 * GIB)
    return SimpleNamespace(virtual_memory=lambda: memory)


def fake_torch(*, cuda=True, hip=None, mps=False, awake=True):
    properties = SimpleNamespace(
        name="NVIDIA GeForce RTX 4090", total_memory=int(23.6 * GIB), major=8, minor=9
    )
    return SimpleNamespace(
        cuda=SimpleNamespace(
            is_initialized=lambda: awake,
            is_available=lambda: cuda,
            current_device=lambda: 1,
            get_device_properties=lambda index: properties,
            mem_get_info=lambda index: (20 * GIB, properties.total_memory),
        ),
        version=SimpleNamespace(hip=hip),
        backends=SimpleNamespace(mps=SimpleNamespace(is_available=lambda: mps)),
    )


def fake_nvml(closed=None):
    """Two cards, as pynvml shows them."""
    names = ["NVIDIA GeForce RTX 3060", "NVIDIA GeForce RTX 3090"]
    return SimpleNamespace(
        nvmlInit=lambda: None,
        nvmlShutdown=lambda: None if closed is None else closed.append(True),
        nvmlDeviceGetHandleByIndex=lambda index: names[index],
        nvmlDeviceGetHandleByUUID=lambda uuid: f"card {uuid}",
        nvmlDeviceGetName=lambda handle: handle.encode(),
        nvmlDeviceGetMemoryInfo=lambda handle: SimpleNamespace(total=12 * GIB, free=11 * GIB),
        nvmlDeviceGetCudaComputeCapability=lambda handle: (8, 6),
    )


def test_torch_is_asked_where_the_host_has_it():
    machine = detect_machine({"torch": fake_torch()}, fake_psutil, {})
    assert machine.gpu_name == "NVIDIA GeForce RTX 4090"
    assert machine.vendor is Vendor.NVIDIA
    assert machine.card_gb == 24
    assert machine.known_gpu == "RTX 4090"
    assert (machine.free_vram_gib, machine.ram_gib, machine.free_ram_gib) == (20, 64, 40)
    assert (machine.compute_capability, machine.source) == ("8.9", "torch")


def test_rocm_and_apple_are_named():
    assert detect_machine({"torch": fake_torch(hip="6.2")}, no_module, {}).vendor is Vendor.AMD
    apple = detect_machine({"torch": fake_torch(cuda=False, mps=True)}, fake_psutil, {})
    assert apple.vendor is Vendor.APPLE
    assert apple.vram_gib == apple.ram_gib == 64


def test_a_sleeping_torch_is_left_asleep_where_nvml_answers():
    asleep = fake_torch(awake=False)
    asleep.cuda.get_device_properties = None  # would start a CUDA context
    closed = []
    nvml = fake_nvml(closed)
    machine = detect_machine(
        {"torch": asleep}, lambda name: nvml if name == "pynvml" else no_module(name), {}
    )
    assert machine.source == "NVML"
    assert machine.gpu_name == "NVIDIA GeForce RTX 3060"
    assert closed == [True]


@pytest.mark.parametrize(
    ("visible", "name"),
    [
        ("1", "NVIDIA GeForce RTX 3090"),
        ("1,0", "NVIDIA GeForce RTX 3090"),
        ("", "NVIDIA GeForce RTX 3060"),
        ("GPU-5f", "card GPU-5f"),
    ],
)
def test_of_several_cards_the_hosts_one_is_taken(visible, name):
    machine = detect_machine({}, lambda module: fake_nvml(), {"CUDA_VISIBLE_DEVICES": visible})
    assert machine.gpu_name == name


def test_nothing_is_known_where_nothing_can_be_asked():
    assert detect_machine({}, no_module, {}) == Machine()


def test_a_failing_driver_is_an_unknown_card():
    broken = fake_torch()
    broken.cuda.current_device = no_module
    assert detect_machine({"torch": broken}, fake_psutil, {}).gpu_name is None


def test_torch_is_never_imported(monkeypatch):
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    asked = []

    def load(name):
        asked.append(name)
        return ModuleType(name)

    detect_machine(load=load)
    assert "torch" not in asked
    assert "torch" not in sys.modules


def test_this_machine_can_be_detected():
    assert isinstance(hardware.detect_machine(), Machine)


def test_another_card_can_be_tried():
    machine = Machine(ram_gib=32).with_card("RTX 5060 Ti", vram_gb=8)
    assert (machine.card_gb, machine.ram_gib, machine.source) == (8, 32, "chosen")
    assert Machine().with_card("RX 7900 XTX").vendor is Vendor.AMD
    with pytest.raises(UnknownNameError, match="RTX 4060"):
        Machine().with_card("RTX 4061")


@pytest.mark.parametrize(
    ("driver", "known"),
    [
        ("NVIDIA GeForce RTX 4060 Ti", "RTX 4060 Ti"),
        ("NVIDIA GeForce RTX 3060 12GB", "RTX 3060"),
        ("NVIDIA A100-SXM4-80GB", "A100"),
        ("NVIDIA H100 80GB HBM3", "H100"),
        ("AMD Radeon RX 7900 XTX", "RX 7900 XTX"),
        ("rtx 4090", "RTX 4090"),
    ],
)
def test_cards_are_found_as_drivers_name_them(driver, known):
    assert get_gpu(driver).name == known


@pytest.mark.parametrize("name", ["NVIDIA GeForce RTX 4090 Laptop GPU", "", "GeForce", "some card"])
def test_a_laptops_card_is_not_the_desktop_one(name):
    assert find_gpu(name) is None


def needs(vram, ram):
    return lambda used: VramEstimate(vram, vram, vram, ram, "", Origin.ESTIMATED)


@pytest.mark.parametrize(
    ("vram", "ram", "level", "bottleneck"),
    [
        (8, 20, FitLevel.FITS, ""),
        (15, 20, FitLevel.TIGHT, "VRAM"),
        (20, 20, FitLevel.SLOWER, "VRAM"),
        (8, 40, FitLevel.SLOWER, "RAM"),
        (8, 30, FitLevel.TIGHT, "RAM"),
        (None, 20, FitLevel.UNKNOWN, ""),
    ],
)
def test_the_bottleneck_is_named(vram, ram, level, bottleneck):
    machine = Machine(gpu_name="RTX 4060 Ti", vram_gib=16, ram_gib=32)
    fit = judge_fit(machine, needs(vram, ram), 4)
    assert (fit.overall, fit.bottleneck) == (level, bottleneck)
    assert FIT_WORDS[level] in fit.sentence.lower()


def test_an_unknown_machine_is_not_judged():
    fit = judge_fit(Machine(), needs(8, 20), 4)
    assert fit.overall is FitLevel.UNKNOWN
    assert "graphics card is not known" in fit.sentence


def test_unknown_ram_does_not_hide_the_cards_answer():
    fit = judge_fit(Machine(gpu_name="x", vram_gib=16), needs(8, 20), 4)
    assert (fit.overall, fit.ram) == (FitLevel.FITS, FitLevel.UNKNOWN)


def real_fit(model_type, card, ram, active, *, picture=False):
    database = PerformanceDatabase()
    return judge_fit(
        Machine(ram_gib=ram).with_card(card),
        lambda used: database.estimate_vram(model_type, profile=used.number),
        active,
        picture=picture,
    )


def test_a_profile_that_streams_is_suggested_where_the_whole_model_does_not_fit():
    fit = real_fit("t2v", "RTX 4060 Ti", 64, 3)
    assert fit.overall is FitLevel.SLOWER
    assert fit.better_profile.number == 4
    assert "Memory profile 4 would suit it better." in fit.sentence


def test_a_profile_with_less_ram_is_suggested_where_ram_is_short():
    fit = real_fit("t2v", "RTX 4090", 24, 4)
    assert (fit.bottleneck, fit.better_profile.number) == ("RAM", 5)


def test_the_whole_model_in_vram_is_advised_for_pictures_only():
    assert real_fit("z_image", "RTX 4090", 64, 4, picture=True).better_profile.number == 3
    assert real_fit("t2v_1.3B", "RTX 4090", 64, 4).better_profile is None


@pytest.mark.parametrize("model_type", ["t2v", "minimax_h3_fl2va", "flux2_dev", "vista4d_720p", "chatterbox"])
def test_no_sentence_says_cannot(model_type):
    sentence = real_fit(model_type, "RTX 2060", 8, 4).sentence
    assert "cannot" not in sentence
    assert sentence.startswith(("Expected", "Not known"))
