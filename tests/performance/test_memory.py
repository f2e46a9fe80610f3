"""Memory in containers, and where card and processor share it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from model_tracker.performance.fit import FitLevel, judge_fit
from model_tracker.performance.hardware import GIB, Vendor, detect_machine
from model_tracker.performance.memory import CardMemory, MemoryLimit, amd_card_memory, memory_limit


@pytest.fixture
def put(tmp_path):
    """Return a function that writes files of a made-up system: path → content."""

    def write(files):
        for path, content in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(str(content))
        return tmp_path

    return write


V2, V1 = "sys/fs/cgroup", "sys/fs/cgroup/memory"
LIMITS = {
    "v2, its own namespace": ({"proc/self/cgroup": "0::/\n", f"{V2}/memory.max": 90 * GIB}, 90),
    "v2, a group below": ({"proc/self/cgroup": "0::/a/b\n", f"{V2}/a/b/memory.max": 90 * GIB}, 90),
    "v2, the group above is tighter": (
        {"proc/self/cgroup": "0::/a/b\n", f"{V2}/a/b/memory.max": "max", f"{V2}/a/memory.max": 7 * GIB},
        7,
    ),
    "v2, no limit": ({"proc/self/cgroup": "0::/\n", f"{V2}/memory.max": "max"}, None),
    "v2, seen from another place": ({"proc/self/cgroup": "0::/../../x\n", f"{V2}/memory.max": 8 * GIB}, 8),
    "v1": (
        {
            "proc/self/cgroup": "3:cpu:/x\n2:memory:/docker/1\n",
            f"{V1}/docker/1/memory.limit_in_bytes": 90 * GIB,
        },
        90,
    ),
    "v1, mounted as its own root": (
        {"proc/self/cgroup": "2:memory:/docker/1\n", f"{V1}/memory.limit_in_bytes": 90 * GIB},
        90,
    ),
    "v1, no limit": (
        {"proc/self/cgroup": "2:memory:/\n", f"{V1}/memory.limit_in_bytes": 9_223_372_036_854_771_712},
        None,
    ),
    "v1 beside v2": (
        {"proc/self/cgroup": "5:memory:/\n0::/\n", f"{V1}/memory.limit_in_bytes": 5 * GIB},
        5,
    ),
    "no groups": ({}, None),
    "nonsense": ({"proc/self/cgroup": "\n:::\nx", f"{V2}/memory.max": "many"}, None),
}


@pytest.mark.parametrize(("files", "gib"), LIMITS.values(), ids=LIMITS)
def test_the_limit_of_a_container_is_read(put, files, gib):
    limit = memory_limit(put(files))
    assert (limit and limit.total_bytes) == (None if gib is None else gib * GIB)


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        (V2, ("memory.max", "memory.current", "inactive_file")),
        (V1, ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")),
    ],
)
def test_what_is_free_does_not_count_cache_as_used(put, folder, names):
    group = "0::/\n" if folder == V2 else "2:memory:/\n"
    limit, usage, cache = names
    root = put(
        {
            "proc/self/cgroup": group,
            f"{folder}/{limit}": 90 * GIB,
            f"{folder}/{usage}": 70 * GIB,
            f"{folder}/memory.stat": f"anon 5\n{cache} {50 * GIB}\n",
        }
    )
    assert memory_limit(root) == MemoryLimit(90 * GIB, 70 * GIB)


def psutil_of(total, available):
    memory = SimpleNamespace(total=total * GIB, available=available * GIB)

    def load(name):
        if name != "psutil":
            raise ImportError(name)
        return SimpleNamespace(virtual_memory=lambda: memory)

    return load


def test_a_machine_has_what_its_container_may_use(put):
    root = put({"proc/self/cgroup": "0::/\n", f"{V2}/memory.max": 90 * GIB, f"{V2}/memory.current": 30 * GIB})
    machine = detect_machine({}, psutil_of(754, 600), {}, root)
    assert (machine.ram_gib, machine.free_ram_gib) == (90, 60)


def test_a_limit_above_what_there_is_changes_nothing(put):
    root = put({"proc/self/cgroup": "0::/\n", f"{V2}/memory.max": 90 * GIB})
    machine = detect_machine({}, psutil_of(64, 40), {}, root)
    assert (machine.ram_gib, machine.free_ram_gib) == (64, 40)


def torch_of(gib, *, hip="6.4", integrated=None, name="AMD Radeon Graphics"):
    properties = SimpleNamespace(name=name, total_memory=int(gib * GIB), major=11, minor=5)
    if integrated is not None:
        properties.is_integrated = integrated
    return SimpleNamespace(
        cuda=SimpleNamespace(
            is_initialized=lambda: True,
            is_available=lambda: True,
            current_device=lambda: 0,
            get_device_properties=lambda _: properties,
            mem_get_info=lambda _: (properties.total_memory, properties.total_memory),
        ),
        version=SimpleNamespace(hip=hip),
    )


def amd_card(number, own, shared, vendor="0x1002"):
    device = f"sys/class/drm/card{number}/device"
    return {
        f"{device}/vendor": vendor,
        f"{device}/mem_info_vram_total": int(own * GIB),
        f"{device}/mem_info_gtt_total": int(shared * GIB),
    }


@pytest.mark.parametrize("integrated", [1, None])
def test_a_processors_graphics_have_what_they_may_take_of_the_memory(put, integrated):
    root = put(amd_card(1, 0.5, 57))
    machine = detect_machine({"torch": torch_of(0.5, integrated=integrated)}, psutil_of(114, 100), {}, root)
    assert (machine.vendor, machine.card_gb, machine.ram_gib, machine.shared_gib) == (Vendor.AMD, 57, 114, 57)


def test_what_is_set_apart_for_them_is_no_part_of_the_ram(put):
    root = put(amd_card(0, 96, 16))
    machine = detect_machine({"torch": torch_of(96, integrated=1)}, psutil_of(31, 25), {}, root)
    assert (machine.card_gb, machine.ram_gib, machine.shared_gib) == (96, 31, 0)


def test_nothing_is_said_where_only_their_own_part_is_told(tmp_path):
    machine = detect_machine({"torch": torch_of(0.5, integrated=1)}, psutil_of(114, 100), {}, tmp_path)
    assert (machine.card_gb, machine.ram_gib) == (None, 114)


def test_a_card_of_its_own_shares_nothing(put):
    root = put(amd_card(0, 24, 31))
    machine = detect_machine({"torch": torch_of(24, integrated=0)}, psutil_of(62, 50), {}, root)
    assert (machine.card_gb, machine.shared_gib) == (24, 0)


def test_a_system_on_a_chip_of_nvidia_shares_all_of_it(tmp_path):
    torch = torch_of(119, hip=None, integrated=1, name="NVIDIA GB10")
    machine = detect_machine({"torch": torch}, psutil_of(119, 100), {}, tmp_path)
    assert (machine.vendor, machine.card_gb, machine.shared_gib) == (Vendor.NVIDIA, 119, 119)


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        (amd_card(0, 8, 16), CardMemory(8 * GIB, 16 * GIB)),
        (amd_card(0, 8, 16, vendor="0x10de"), None),
        ({**amd_card(0, 8, 16), **amd_card(1, 1, 16)}, None),
        ({}, None),
    ],
)
def test_of_several_cards_none_is_guessed(put, cards, expected):
    assert amd_card_memory(put(cards)) == expected


def test_memory_that_is_shared_is_not_counted_twice(put):
    root = put(amd_card(1, 0.5, 57))
    machine = detect_machine({"torch": torch_of(0.5, integrated=1)}, psutil_of(64, 60), {}, root)
    assert machine.ram_beside(24) == 40
    assert machine.ram_beside(80) == 64 - 57


def test_the_fit_of_a_generation_follows_from_both_needs_together(put):
    root = put(amd_card(1, 0.5, 57))
    machine = detect_machine({"torch": torch_of(0.5, integrated=1)}, psutil_of(64, 60), {}, root)

    def needs(card_gb, ram_gb):
        return lambda _profile: SimpleNamespace(minimum_card_gb=card_gb, ram_gb=ram_gb)

    assert judge_fit(machine, needs(24, 20), 4).overall is FitLevel.FITS
    both = judge_fit(machine, needs(40, 50), 4)
    assert (both.vram, both.ram) == (FitLevel.FITS, FitLevel.SLOWER)
    assert "57 GB and 64 GB, shared" in both.sentence
