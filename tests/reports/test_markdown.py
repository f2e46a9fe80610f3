"""The Markdown report in full: the same words as the page, and text of users' files as text."""

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from model_tracker.catalog.columns import COLUMNS
from model_tracker.catalog.query import SortKey
from model_tracker.inventory.drives import Drive
from model_tracker.performance.hardware import Machine
from model_tracker.reports.escaping import escaped
from model_tracker.reports.markdown import full_report
from model_tracker.ui_components import table_value
from model_tracker.wan2gp.problems import Problem

MACHINE = Machine(gpu_name="RTX 3060", vram_gib=12, ram_gib=63.8)


@pytest.fixture
def write(scanned):
    """Return the report of the world's models, or of the first so many."""

    def made(how_many=None, **figures):
        inventory, models = scanned(**figures)
        return full_report(inventory, models[:how_many], MACHINE)

    return made


def section(text, title):
    return text.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_it_says_for_which_settings_and_machine_it_holds(world, write):
    world.add(URLs=world.urls("m.bin"))
    settings = section(write(), "Settings")
    for told in ("Wan2GP: 12.60", "Transformer quantization: int8", str(world.home / "ckpts")):
        assert told in settings
    assert "Machine: RTX 3060, 12 GB VRAM, 64 GiB RAM" in settings


def test_a_filtered_report_says_that_it_is_a_part(world, write):
    world.add("m", URLs=world.urls("m.bin"))
    world.add("n", URLs=world.urls("n.bin"))
    assert "1 of 2 models, as filtered" in write(1)
    assert "as filtered" not in write()


def test_the_table_shows_what_the_page_shows(world, scanned):
    world.add("here", URLs=world.urls("h.gguf"))
    world.add("away", URLs=world.urls("a.bin"))
    world.put("ckpts/h.gguf", size=2_500_000_000)
    inventory, models = scanned(
        speed_tier="Fast", speed_multiplier=2.4, vram_min_gb=6, vram_recommended_gb=10
    )
    lines = section(full_report(inventory, models, MACHINE), "Models").splitlines()
    head, _, *rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
    table = table_value(models, SortKey.FAMILY)
    assert head == table["headers"]
    assert rows == [list(map(escaped, row)) for row in table["data"]]


def test_a_parser_finds_the_whole_table_whatever_the_names(world, scanned):
    world.add("m|1", name="| `a | b <img src=x> \\", URLs=world.urls("m.bin"))
    world.add("n", name="a\n|---|\n# b", URLs=world.urls("n.bin"))
    inventory, models = scanned()
    tokens = MarkdownIt("commonmark").enable("table").parse(full_report(inventory, models, MACHINE))
    kinds = [token.type for token in tokens]
    assert kinds.count("tr_open") == 3
    assert kinds.count("td_open") == 2 * len(COLUMNS)
    assert "html_block" not in kinds
    levels = [token.tag for token in tokens if token.type == "heading_open"]
    assert levels.count("h1") == 1
    text = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in text} <= {"text", "text_special", "softbreak"}


def test_a_downloaded_and_a_lacking_model_are_listed_by_family(world, write):
    world.add("here", URLs=world.urls("h.bin"))
    world.add("part", URLs=world.urls("p.bin"), preload_URLs=world.urls("q.bin"))
    world.put("ckpts/h.bin", "ckpts/p.bin")
    families = section(write(), "By family")
    assert "- ✓ here" in families
    assert "- ◐ part: Generate would download 1 file" in families


def test_a_problem_of_many_models_is_told_once(world, scanned):
    inventory, _ = scanned()
    world.add("bad", URLs=5)
    for number in range(20):
        world.add(f"m{number}", URLs=world.urls("m.bin"))
    inventory, models = scanned()
    same = Problem("m", "Not sure.", "Update.")
    inventory = replace(
        inventory,
        models={
            name: replace(model, problems=(*model.problems, same)) for name, model in inventory.models.items()
        },
    )
    told = section(full_report(inventory, models, MACHINE), "Problems and notes")
    assert "bad: “URLs” is 5" in told
    assert told.count("Not sure. Update.") == 1
    assert f"and {len(inventory.models) - 1} more: Not sure" in told


def test_it_says_what_of_wan2gp_is_found_and_what_a_missing_name_costs(world, write):
    world.add(URLs=world.urls("m.bin"))
    told = section(write(), "Compatibility")
    assert "- Wan2GP 12.60: verified." in told
    assert "- Choice among alternatives: by the known rule" in told
    (found,) = [line for line in told.splitlines() if line.startswith("- Found: ")]
    assert "models_def" in found
    assert "get_model_filename" not in found
    assert "- Not found: get_model_filename: the file is chosen by the known rule." in told


@pytest.mark.parametrize(
    ("free", "told"),
    [
        (5 * 10**11, "- D: 500.0 GB free of 1000.0 GB, models 20.0 GB"),
        (None, "- D: free space unknown, models 20.0 GB"),
    ],
)
def test_the_drives_are_told(world, scanned, free, told):
    inventory, models = scanned()
    drive = Drive("D", ("D:\\ckpts",), 10**12, free, 20 * 10**9)
    text = full_report(replace(inventory, drives=(drive,)), models, MACHINE)
    assert section(text, "Drives").strip() == told
