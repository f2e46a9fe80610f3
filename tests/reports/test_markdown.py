"""The Markdown report: the same figures as the page, and text of users' files as text."""

from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from model_tracker.inventory.integrity import Integrity
from model_tracker.inventory.inventory import take_inventory
from model_tracker.inventory.listing import ListedModel
from model_tracker.performance.hardware import Machine
from model_tracker.performance.metrics import Metrics
from model_tracker.reports.markdown import escaped, report

NOW = datetime(2026, 8, 1, tzinfo=timezone.utc)


@pytest.fixture
def write(world):
    """Return the report of the world's models, or of the first so many."""

    def made(how_many=None):
        inventory = take_inventory(world.snapshot(), Integrity(), NOW)
        models = [
            ListedModel(
                model, Metrics(model_type=model.model_type, name=model.name), SimpleNamespace(overall=None)
            )
            for model in inventory.visible
        ]
        return report(inventory, models[:how_many], Machine(gpu_name="RTX 3060"))

    return made


def test_the_report_says_for_which_settings_and_machine_it_holds(world, write):
    world.add("m", URLs=world.urls("m.bin"))
    text = write()
    for told in ("Transformer quantization: int8", "Graphics card: RTX 3060", "Wan2GP: 12\\.60"):
        assert told in text


def test_a_filtered_report_says_that_it_is_a_part(world, write):
    world.add("m", URLs=world.urls("m.bin"))
    assert "1 of 2 models, as filtered" in write(1)
    assert "as filtered" not in write()


def test_a_downloaded_and_a_lacking_model_are_listed_by_family(world, write):
    world.add("here", URLs=world.urls("h.bin"))
    world.add("part", URLs=world.urls("p.bin"), preload_URLs=world.urls("q.bin"))
    world.put("ckpts/h.bin", "ckpts/p.bin")
    families = write().partition("## By family")[2]
    assert "- ✓ here" in families
    assert "- ◐ part: Generate would fetch 1 file" in families.replace("\\", "")


def test_problems_and_what_the_host_lacks_are_told(world, write):
    world.add("bad", URLs=5)
    text = write().replace("\\", "")
    assert "bad: “URLs” is 5" in text
    assert "This Wan2GP has no" in text


@pytest.mark.parametrize(
    "hostile",
    ["| a | b |", "# heading", "[x](javascript:alert(1))", "<script>", "`code`", "a\nb", "*b* _i_ ~s~"],
)
def test_every_mark_of_markdown_is_escaped(hostile):
    text = escaped(hostile)
    assert "\n" not in text
    bare = text.replace("\\\\", "")
    assert all(bare[place - 1] == "\\" for place, mark in enumerate(bare) if mark in "|#[]()<>`*_~")
