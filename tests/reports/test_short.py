"""The report in short: what fits a Discord post."""

from dataclasses import replace

import pytest
from model_tracker.performance.hardware import Machine
from model_tracker.reports.short import POST, short_report
from model_tracker.wan2gp.problems import Problem

MACHINE = Machine(gpu_name="RTX 3060", vram_gib=12)


@pytest.fixture
def write(scanned):
    """Return the report of the world's models, or of the first so many."""

    def made(how_many=None, machine=MACHINE, **options):
        inventory, models = scanned()
        return short_report(inventory, models[:how_many], machine, **options)

    return made


def length(text):
    return len(text.encode("utf-16-le")) // 2


def listed(text):
    return [line for line in text.splitlines() if line.startswith("- ")]


def test_it_lists_what_is_here_and_counts_what_is_not(world, write):
    world.add("here", URLs=world.urls("h.gguf"))
    world.add("part", URLs=world.urls("p.bin"), preload_URLs=world.urls("q.bin"))
    world.add("away", URLs=world.urls("a.bin"))
    world.put("ckpts/h.gguf", size=2_500_000_000)
    world.put("ckpts/p.bin")
    text = write()
    assert "3 models: ✓ 1 downloaded, ◐ 1 partial, ✗ 1 missing" in text
    assert listed(text)[:2] == [
        "- ◐ part: still missing: Preloaded file; to download ? GB",
        "- ✓ here, 2.5 GB",
    ]
    assert "away" not in text
    assert "more" not in text


def test_each_partial_or_missing_model_says_what_lacks(world, scanned, cut_file):
    world.add("broken", URLs=world.urls("b.safetensors"))
    world.add("stops", URLs=world.urls("h.gguf"), preload_URLs=["by_hand.bin"])
    world.add("unsure", URLs=world.urls("h.gguf"), preload_URLs=5)
    world.add("lost", URLs=["other_by_hand.bin"])
    (broken, _) = world.put("ckpts/b.safetensors", "ckpts/h.gguf")
    cut_file(broken, broken.stat().st_size - 1)
    inventory, models = scanned()
    inventory = replace(inventory, models={**inventory.models, "one more": inventory.models["lost"]})
    assert set(listed(short_report(inventory, models, MACHINE).partition("**Problems**")[0])) == {
        "- ◐ broken: a file is broken",
        "- ◐ stops: still missing: Preloaded file; no download URL",
        "- ◐ unsure: its definition has a problem; not sure",
        "- ✗ lost: no download URL",
    }


def test_machine_settings_and_version_take_a_line_each(world, write):
    world.add(URLs=world.urls("m.bin"))
    lines = write().splitlines()
    assert lines[2] == "Wan2GP 12.60, verified"
    assert lines[3].startswith("RTX 3060, 12 GB VRAM; transformer quantization int8, text encoder")
    world.names["WanGP_version"] = "99.1"
    assert "Wan2GP 99.1, not verified" in write()
    del world.names["WanGP_version"]
    assert "Wan2GP of unknown version, not verified" in write()
    assert "graphics card not known;" in write(machine=Machine())


def test_missing_models_are_listed_where_the_page_was_filtered(world, write):
    world.add("away", URLs=world.urls("a.bin"))
    world.add("here", URLs=world.urls("h.bin"))
    world.put("ckpts/h.bin")
    text = write(1)
    assert "1 of 2 models, as filtered" in text
    assert "- ✗ away: to download" in text


def test_there_is_no_table_and_no_path(world, write):
    world.add("bad", URLs=5)
    world.add("here", URLs=world.urls("h.bin"))
    world.put("ckpts/h.bin")
    text = write()
    assert "|" not in text
    assert str(world.home) not in text
    assert "defaults/" not in text


def test_problems_and_what_is_not_found_stay_where_models_are_cut(world, write):
    for number in range(200):
        world.add(f"m{number}", URLs=world.urls("h.bin"))
    world.add("bad", URLs=5)
    world.put("ckpts/h.bin")
    text = write()
    head, _, problems = text.partition("**Problems**\n")
    assert "bad: “URLs” is 5" in problems
    assert "Not found in this Wan2GP: get\\_" not in problems  # a name of code is readable
    assert "get_model_filename" in problems
    shown = [line for line in listed(head) if "✓" in line]
    partial = [line for line in listed(head) if "◐" in line]
    assert shown
    assert not partial
    assert f"… and {200 - len(shown)} more" in head
    assert POST - 100 < length(text) <= POST


@pytest.mark.parametrize("limit", [1000, 1500, POST])
@pytest.mark.parametrize("name", ["😀" * 200, "*" * 5000, "@everyone " * 50])
def test_it_is_never_too_long_as_discord_counts(world, scanned, limit, name):
    for number in range(60):
        world.add(f"m{number}", name=f"{name}{number}", URLs=world.urls("h.bin"))
    world.names["WanGP_version"] = name
    world.put("ckpts/h.bin")
    inventory, models = scanned()
    problem = Problem("x", name, name)
    inventory = replace(inventory, problems=tuple(replace(problem, subject=str(n)) for n in range(30)))
    text = short_report(inventory, models, Machine(gpu_name=name, vram_gib=8), limit)
    assert length(text) <= limit
    for part in text.partition("**Problems**\n")[::2]:
        assert "… and " in part


def test_all_models_are_listed_where_they_just_fit_and_one_less_where_they_do_not(world, write):
    for number in range(40):
        world.add(f"m{number}", name=f"{number:03} {'a long name ' * 5}", URLs=world.urls("h.bin"))
    world.put("ckpts/h.bin")
    whole = write(limit=10_000)
    assert "more" not in whole
    assert write(limit=length(whole)) == whole
    shorter = write(limit=length(whole) - 1)
    assert "more" in shorter
    assert length(shorter) < length(whole)
