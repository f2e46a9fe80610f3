"""The questions that users come with, in as few acts as they should take, by mouse and by keyboard."""

from model_tracker.catalog.query import SortKey
from playwright.sync_api import expect


def test_do_i_have_ltx2_distilled(pilot):
    pilot.open_tab()
    pilot.type("mt-search", "ltx-2 distilled")
    pilot.first_row("LTX-2")
    row = pilot.page.locator("#mt-table tr").filter(has_text="LTX-2 2.3 Distilled 1.1").first
    expect(row).to_contain_text("partial")
    assert pilot.acts == 1  # the tab; the rest is typing


def test_my_fastest_downloaded_image_to_video_model_for_12_gb(pilot):
    pilot.open_tab()
    pilot.pick("mt-status", "✓ Downloaded")
    pilot.choose("mt-task", "Image to video")
    pilot.choose("mt-vram", "12 GB")
    pilot.sort_by(SortKey.SPEED)
    pilot.first_row("LTX Video 0.9.8 Distilled")
    assert pilot.acts == {"Mouse": 7, "Keyboard": 5}[type(pilot).__name__]


def test_what_will_generate_fetch_for_the_model_that_is_chosen(pilot):
    pilot.open_tab()
    pilot.see("mt-chosen-model", "Generate would download")
    assert pilot.acts == 1


def test_what_will_generate_fetch_for_another_model_and_why(pilot):
    pilot.open_tab()
    pilot.type("mt-search", "wan2.1 image2video")
    pilot.open_model("Wan2.1 Image2video 480p 14B", "i2v")
    pilot.see("mt-detail", "Generate would download 1 file")
    pilot.see("mt-detail", "Your transformer quantization setting is int8")
    assert pilot.acts == 2
