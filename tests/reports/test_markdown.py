"""The Markdown report: the same figures as the page, and text of users' files as text."""

from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from model_tracker.inventory.integrity import Integrity
from model_tracker.inventory.inventory import take_inventory
from model_tracker.inventory.listing import ListedModel
from model_tracker.performance.hardware import Machine
from model_tracker.performance.metrics import Metrics
from model_tracker.reports.markdown import SHORT, escaped, full_report, short_report

NOW = datetime(2026, 8, 1, tzinfo=timezone.utc)


@pytest.fixture
def write(world):
    """Return the report of the world's models, or of the first so many."""

    def made(how_many=None, make=full_report):
        inventory = take_inventory(world.snapshot(), Integrity(), NOW)
        models = [
            ListedModel(
                model, Metrics(model_type=model.model_type, name=model.name), SimpleNamespace(overall=None)
            )
            for model in inventory.visible
            if model.model_type != "arch" or make is full_report
        ]
        return make(inventory, models[:how_many], Machine(gpu_name="RTX 3060"))

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
    assert "Not found: " in text


HOSTILE = {
    "| a | b |": r"\| a \| b \|",
    "# heading": r"\# heading",
    "[x](javascript:alert(1))": r"\[x\]\(javascript:alert\(1\)\)",
    "<script>": r"\<script\>",
    "`code`": r"\`code\`",
    "a\nb": "a b",
    "*b* _i_ ~s~": r"\*b\* \_i\_ \~s\~",
    "||spoiler||": r"\|\|spoiler\|\|",
    "https://a.b": r"https\://a.b",
    "www.a.b": r"www\.a.b",
    ":smile: at 12:30": r"\:smile: at 12:30",
    "@everyone": "@\u200beveryone",
    "<@123>": "\\<@\u200b123\\>",
    "- item": r"\- item",
    "1. item": r"1\. item",
    "back\\slash": r"back\\slash",
    "a &amp; b": r"a \&amp; b",
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_text_that_markdown_would_act_upon_is_shown_as_it_is(hostile):
    assert escaped(hostile) == HOSTILE[hostile]


@pytest.mark.parametrize("plain", ["Z-Image Turbo 6B", "Wan2.2 Text2video 14B", "a.b-c 1.5: x, y; 50 %"])
def test_plain_names_are_left_as_they_are(plain):
    assert escaped(plain) == plain


def test_the_short_form_fits_a_post_and_tells_what_is_left_out(world, write):
    for number in range(200):
        world.add(f"m{number}", URLs=world.urls(f"{number}.bin"))
    world.put("ckpts/7.bin")
    text = write(make=short_report)
    assert len(text) <= SHORT
    listed = [line for line in text.splitlines() if line.startswith("- ")]
    assert listed[0].startswith("- ✓ m7, ")
    assert text.endswith(f"… and {200 - len(listed)} more\n")


def test_the_short_form_of_a_few_models_lists_all(world, write):
    world.add("here", URLs=world.urls("h.bin"))
    world.add("away", URLs=world.urls("a.bin"))
    world.put("ckpts/h.bin")
    text = write(make=short_report)
    assert "- ✓ here" in text
    assert "- ✗ away: to fetch" in text
    assert "more" not in text


def test_the_drives_are_told(world, write):
    world.add("m", URLs=world.urls("m.bin"))
    assert " free of " in write().partition("## Drives")[2]
