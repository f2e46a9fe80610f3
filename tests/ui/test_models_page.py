"""The Models page without a browser: its events through Gradio's own dispatch."""

import json
import re
import sys
import threading
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from model_tracker import ui_components
from model_tracker.catalog.query import Query
from model_tracker.performance.fit import FIT_WORDS, FitLevel
from model_tracker.performance.hardware import Machine
from model_tracker.reports.script import ScriptForm
from model_tracker.ui.browser_export import DELIVER_JS, ExportMethod, StatusSlot, browser_export
from model_tracker.ui.models import handlers
from model_tracker.ui.models.exports import ReportForm
from model_tracker.ui.models.file_table import COPY, link
from model_tracker.ui.models.filters import THIS_CARD, Filters
from model_tracker.ui.models.vram_chart import FIT_MARKS
from model_tracker.ui.requests import FilterRequest
from model_tracker.ui.scanning import Scanner, ScanState
from sparse import write_stand_in

NAME, FETCHES, ID = 1, 2, -1


def rows(answer):
    return answer["mt-table"]["data"]


def ids(answer):
    return {row[ID] for row in rows(answer)}


@pytest.fixture
def everything(page):
    return rows(page.fire("mt-search", "input", search=""))


def test_the_page_opens_filled(page):
    shown = page.component("mt-table").value["data"]
    assert len(shown) >= 24
    assert "models" in page.component("mt-summary").value


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("z-image turbo", "z_image"),
        ("Z_IMAGE", "z_image"),
        ("wan2.1 text2video 14b", "t2v"),
        ("chatter", "chatterbox"),
    ],
)
def test_search_finds_names_and_ids_whatever_the_punctuation(page, typed, found):
    assert found in ids(page.fire("mt-search", "input", search=typed))


def test_a_search_without_result_leaves_one_row_that_says_so_and_opens_nothing(page):
    answer = page.fire("mt-search", "input", search="no such model at all")
    assert len(rows(answer)) == 1
    assert "No model" in rows(answer)[0][NAME]
    opened = page.fire("mt-table", "select", data={"index": [0, 0], "row_value": rows(answer)[0]})
    assert opened["mt-detail"] == {"__type__": "update"}


@pytest.mark.parametrize("status", ["downloaded", "partial", "missing"])
def test_each_status_has_models_in_the_sample_and_its_filter_shows_only_them(page, everything, status):
    shown = rows(page.fire("mt-status", "input", status=status))
    assert {row[0].split()[-1] for row in shown} == {status}
    assert len(shown) == sum(row[0].endswith(status) for row in everything)


def test_filters_combine(page):
    both = ids(page.fire("mt-output", "input", output="IMAGE", status="downloaded"))
    images = ids(page.fire("mt-output", "input", output="IMAGE"))
    downloaded = ids(page.fire("mt-status", "input", status="downloaded"))
    assert both == images & downloaded
    assert both < images


def test_a_vram_budget_leaves_out_what_needs_more_and_what_is_not_known(page):
    shown = rows(page.fire("mt-vram", "input", vram=6))
    assert shown
    assert all(float(row[4].lstrip("~").split("–")[0]) <= 6 for row in shown)


def test_another_card_is_judged_by_and_only_what_fits_it_can_be_shown(page):
    small = ids(page.fire("mt-fits", "input", card="RTX 3050", fits=True))
    large = ids(page.fire("mt-fits", "input", card="RTX 4090", fits=True))
    assert small < large
    assert "8 GB" in page.fire("mt-show", "input", show="t2v", card="RTX 3050")["mt-detail"]
    assert "24 GB" in page.fire("mt-show", "input", show="t2v", card="RTX 4090")["mt-detail"]


def test_another_card_leaves_the_model_that_was_picked(page):
    shown = page.fire("mt-card", "input", card="RTX 4090", show="flux", picked="z_image")
    assert "<h2>Z-Image" in shown["mt-detail"]


def test_without_a_known_card_nothing_is_said_to_fit_and_the_page_says_why(page):
    page.stage.plugin.handlers.listings._machine = Machine()
    answer = page.fire("mt-fits", "input", fits=True)
    assert "Evaluate for another GPU" in answer["mt-count"]


def test_speed_and_family_filters_show_only_theirs(page, everything):
    fast = rows(page.fire("mt-speed", "input", speed="Very fast"))
    assert fast
    assert all(row[3].startswith("Very fast") for row in fast)
    assert len(fast) == sum(row[3].startswith("Very fast") for row in everything)
    choices = [value for _, value in page.component("mt-family").choices if value]
    assert sum(len(rows(page.fire("mt-family", "input", family=family))) for family in choices) == len(
        everything
    )


def test_sorting_by_status_puts_downloaded_first_and_reverse_puts_them_last(page):
    order = [row[0].split()[-1] for row in rows(page.fire("mt-sort", "input", sort="STATUS"))]
    assert order == sorted(order, key=["downloaded", "partial", "missing"].index)
    reverse = [
        row[0].split()[-1]
        for row in rows(page.fire("mt-descending", "input", sort="STATUS", descending=True))
    ]
    assert reverse == sorted(reverse, key=["missing", "partial", "downloaded"].index)


def test_a_click_on_a_row_opens_its_detail_however_often_it_fires(page):
    row = next(row for row in page.component("mt-table").value["data"] if row[ID] == "z_image")
    event = {"index": [3, 1], "value": "x", "row_value": row}
    first, second = (page.fire("mt-table", "select", data=event) for _ in range(2))
    assert first == second
    assert "<h2>Z-Image Turbo" in first["mt-detail"]
    assert first["mt-use"]["interactive"] is True


def test_show_model_opens_the_same_detail_by_keyboard(page):
    clicked = page.fire("mt-table", "select", data={"row_value": ["", "z_image"]})
    assert page.fire("mt-show", "input", show="z_image")["mt-detail"] == clicked["mt-detail"]


def test_the_detail_names_every_file_with_path_and_reason(page):
    shown = page.fire("mt-show", "input", show="flux_schnell")["mt-detail"]
    for file in page.stage.plugin.handlers._analyzer.get_model_files("flux_schnell"):
        assert file["filename"] in shown
        assert file["path"].replace("'", "&#x27;") in shown


def test_other_models_for_the_task_are_buttons_those_downloaded_first(page):
    shown = page.fire("mt-show", "input", show="t2v")["mt-detail"]
    others = shown.partition("Other models for the same task")[2]
    types = {row[ID] for row in page.component("mt-table").value["data"]}
    for kind in ("Faster", "Lighter"):
        items = others.partition(f"<h4>{kind}</h4>")[2].partition("</ul>")[0].split("<li>")[1:]
        assert items
        assert {re.search('data-ask="([^"]+)"', item)[1] for item in items} <= types
        downloaded = ["✓ downloaded" in item for item in items]
        assert downloaded == sorted(downloaded, reverse=True)


def test_opening_the_tab_scans_again_and_tells_about_the_chosen_model(page):
    plugin = page.stage.plugin
    before = plugin.handlers._analyzer.inventory
    version, _, _ = plugin.on_tab_select({"model_type": "flux"})
    assert plugin.handlers._analyzer.inventory is not before
    answer = page.fire("mt-scan-id", "change", scan_id=version)
    assert "Flux 1 Dev" in answer["mt-chosen-model"]
    assert "Generate would download" in answer["mt-chosen-model"]


def test_files_that_appear_are_seen_at_the_next_refresh(page):
    model = page.stage.plugin.handlers._analyzer.model("ltx2_22B_distilled_1_1")
    assert model.status.value == "partial"
    for file in model.to_fetch:
        write_stand_in(Path(file.path), 1_000_000)
    version = page.fire("mt-refresh", "click", scan_id="1|flux")["mt-scan-id"]
    shown = page.fire("mt-scan-id", "change", scan_id=version)
    assert next(row for row in rows(shown) if row[ID] == model.model_type)[FETCHES] == "nothing"
    assert "Flux 1 Dev" in shown["mt-chosen-model"]


def test_use_this_model_switches_the_hosts_model(page):
    target, tabs = page.fire("mt-use", "click", picked="z_image").values()
    assert str(target).startswith("z_image")
    assert tabs["selected"] == "media_gen"


def test_the_report_lists_what_the_filters_leave_and_is_saved_by_the_page(page):
    export = json.loads(page.fire("mt-export", "click", status="downloaded")["mt-browser-export"])
    assert (export["way"], export["name"]) == ("save", "wan2gp-models.md")
    text = export["text"]
    assert text.startswith("# Wan2GP models")
    assert "Z-Image Turbo" in text.replace("\\", "")
    assert "missing |" not in text
    for part in ("## Settings", "## Models", "## By family"):
        assert part in text


@pytest.mark.parametrize("form", ReportForm)
def test_every_form_of_the_report_holds_what_the_filters_leave_and_no_other_model(page, form):
    for button, way in (("mt-export", "save"), ("mt-copy-report", "copy")):
        export = json.loads(
            page.fire(button, "click", report_form=form.name, search="z-image turbo")["mt-browser-export"]
        )
        assert export["way"] == way
        text = export["text"].replace("\\", "")
        assert "Z-Image Turbo" in text
        assert "Kontext" not in text


def test_the_report_holds_for_the_graphics_card_that_was_chosen(page):
    listings = page.stage.plugin.handlers.listings
    fits = {}
    for card in ("RTX 3050", "RTX 4090"):
        export = page.fire("mt-export", "click", report_form="JSON", card=card)["mt-browser-export"]
        report = json.loads(json.loads(export)["text"])
        assert report["machine"]["gpu"] == card
        fits[card] = {model["model_type"]: model["fits"] for model in report["models"]}
        assert fits[card] == {
            model.tracked.model_type: model.fit.overall.value for model in listings.of(card)
        }
    assert fits["RTX 3050"] != fits["RTX 4090"]


def test_a_vram_budget_of_the_report_is_that_of_the_chosen_card(page):
    listed = {}
    for card, vram_gb in (("RTX 3050", 8), ("RTX 4090", 24)):
        export = page.fire("mt-export", "click", report_form="JSON", card=card, vram=THIS_CARD)[
            "mt-browser-export"
        ]
        models = json.loads(json.loads(export)["text"])["models"]
        assert all(model["vram_min_gb"] <= vram_gb for model in models)
        listed[card] = {model["model_type"] for model in models}
    assert listed["RTX 3050"] < listed["RTX 4090"]


def test_every_word_for_a_fit_is_the_same_wherever_it_stands(page):
    listings = page.stage.plugin.handlers.listings
    for card in ("RTX 3050", "RTX 3060", "RTX 4090"):
        detail = page.fire("mt-show", "input", show="t2v", card=card)["mt-detail"]
        fit = listings.one(listings.inventory.models["t2v"], card).fit
        assert FIT_WORDS[fit.overall] in fit.sentence
        assert escape(fit.sentence) in detail
        chart, _, legend = detail.partition("mt-chart")[2].partition("</table>")
        judged = (FitLevel.FITS, FitLevel.TIGHT, FitLevel.SLOWER)
        assert all(f"{FIT_MARKS[level]} {FIT_WORDS[level]}:" in legend for level in judged)
        cells = set(re.findall(r'<td class="mt-state mt-\w+">([^<]+)</td>', chart))
        assert cells
        assert cells <= {f"{FIT_MARKS[level]} {FIT_WORDS[level]}" for level in judged}
        compared = page.fire("mt-compare", "input", compare=["t2v"], card=card)["mt-comparison"]
        assert f'<th scope="row">Fit</th><td>{FIT_WORDS[fit.overall]}</td>' in compared


@pytest.mark.parametrize(
    "text", ['say "x"', "back\\slash \\n", "</script><script>alert(1)</script>", "`${1}`\u2028"]
)
def test_a_text_and_a_file_name_reach_the_browser_whatever_they_hold(text):
    export = json.loads(browser_export(text, ExportMethod.SAVE, StatusSlot.REPORT, f"{text}.md"))
    assert (export["text"], export["name"], export["saved"]) == (text, f"{text}.md", f"Saved as {text}.md")
    assert not [word for word in (export["copied"], "Saved as") if word in DELIVER_JS]


def test_the_list_of_files_and_the_script_are_those_of_the_model_shown(page):
    model = page.stage.plugin.handlers._analyzer.model("ltx2_22B_distilled_1_1")
    copied = json.loads(page.fire("mt-copy-files", "click", picked=model.model_type)["mt-browser-export"])
    assert copied["way"] == "copy"
    assert all(file.path in copied["text"] for file in model.files)
    for form in ScriptForm:
        saved = json.loads(
            page.fire("mt-script", "click", picked=model.model_type, script_form=form.name)[
                "mt-browser-export"
            ]
        )
        assert saved["name"] == f"fetch-{model.model_type}{form.suffix}"
        assert all(file.required.name in saved["text"] for file in model.to_fetch)


def test_a_model_that_is_gone_is_told_and_no_earlier_text_leaves_again(page):
    del page.stage._names["models_def"]["z_image"]
    page.stage.plugin.handlers.refresh("")
    for button, inputs in (("mt-copy-files", {}), ("mt-script", {"script_form": ScriptForm.CURL.name})):
        told = json.loads(page.fire(button, "click", picked="z_image", **inputs)["mt-browser-export"])
        assert told["way"] == "tell"
        assert "z_image" in told["text"]


def test_a_family_that_is_gone_is_no_longer_asked_for(page, everything):
    families = page.stage._names["families_infos"]
    label = families["z_image"][1]
    assert 0 < len(rows(page.fire("mt-family", "input", family=label))) < len(everything)
    for name in [name for name, one in page.stage._names["models_def"].items() if name.startswith("z_image")]:
        del page.stage._names["models_def"][name]
    version, *_ = page.stage.plugin.on_tab_select({})
    answer = page.fire("mt-scan-id", "change", scan_id=version, family=label)
    assert answer["mt-family"]["value"] == ""
    assert label not in [value for _, value in answer["mt-family"]["choices"]]
    kept = page.fire("mt-scan-id", "change", scan_id=version, family=families["flux"][1])
    assert "value" not in kept["mt-family"]


def test_the_count_tells_how_the_statuses_share_what_was_found(page):
    found = page.fire("mt-search", "input", search="flux")
    statuses = [row[0].split()[0] for row in rows(found)]
    assert f"✓ {statuses.count('✓')}, ◐ {statuses.count('◐')}, ✗ {statuses.count('✗')}" in found["mt-count"]
    assert "RTX 4090" in page.fire("mt-card", "input", card="RTX 4090")["mt-count"]


def test_a_script_is_offered_only_where_something_is_to_fetch(page):
    assert page.fire("mt-show", "input", show="ltx2_22B_distilled_1_1")["mt-script"]["interactive"] is True
    assert page.fire("mt-show", "input", show="z_image")["mt-script"]["interactive"] is False


def test_a_summary_card_filters_by_what_it_counts_and_a_second_click_takes_it_back(page, everything):
    for status in ("downloaded", "partial", "missing"):
        answer = page.fire("mt-filter-request", "input", filter_request=f"status:{status}|1")
        assert {row[0].split()[-1] for row in rows(answer)} == {status}
        assert answer["mt-status"]["value"] == status
        again = page.fire("mt-filter-request", "input", filter_request=f"status:{status}|2", status=status)
        assert rows(again) == everything


def test_the_disk_cards_show_what_is_there_largest_first(page):
    answer = page.fire("mt-filter-request", "input", filter_request="largest|1")
    assert answer["mt-only-mine"]["value"] is True
    sizes = [float(row[6].lstrip("~≥ ")) for row in rows(answer)]
    assert sizes == sorted(sizes, reverse=True)
    assert all("missing" not in row[0] for row in rows(answer))


def test_every_card_of_the_summary_asks_for_something_that_changes_the_filters(page):
    asks = re.findall(r'data-ask="([^"]+)"', page.component("mt-summary").value)
    assert len(asks) >= 6
    for ask in set(asks) - {"all"}:
        assert Filters().changed_by(FilterRequest.decode(f"{ask}|1")) != Filters()


def test_one_click_resets_every_filter_and_keeps_the_card_that_is_judged_by(page, everything):
    set_all = {
        "search": "flux",
        "status": "partial",
        "output": "IMAGE",
        "speed": "Fast",
        "quality": "High",
        "vram": 6.0,
        "fits": True,
        "only_mine": True,
        "finetunes": True,
        "sort": "SIZE",
        "descending": True,
        "card": "RTX 4090",
    }
    answer = page.fire("mt-reset", "click", **set_all)
    assert rows(answer) == everything
    reset = {name for name in set_all if "value" in answer[f"mt-{name.replace('_', '-')}"]}
    assert reset == set(set_all) - {"card"}


def test_a_filter_writes_only_the_list(page):
    assert set(page.fire("mt-search", "input", search="flux")) == {"mt-count", "mt-table"}


def test_the_budget_of_the_card_follows_the_card_that_is_judged_by(page):
    shown = rows(page.fire("mt-vram", "input", vram=THIS_CARD, card="RTX 3050"))
    assert shown
    assert all(float(row[4].lstrip("~").split("–")[0]) <= 8 for row in shown)
    page.stage.plugin.handlers.listings._machine = Machine()
    assert "Evaluate for another GPU" in page.fire("mt-vram", "input", vram=THIS_CARD)["mt-count"]


@pytest.mark.parametrize(
    ("name", "broken", "alive"),
    [
        ("cards", "mt-summary", "mt-table"),
        ("chosen_line", "mt-chosen-model", "mt-table"),
        ("compatibility_html", "mt-host", "mt-summary"),
        ("find", "mt-count", "mt-summary"),
    ],
)
def test_a_part_that_fails_says_so_while_the_others_live(page, monkeypatch, name, broken, alive):
    def fails(*_):
        raise ValueError("<no> such thing")

    healthy = page.fire("mt-scan-id", "change", scan_id="7|t2v")
    monkeypatch.setattr(handlers, name, fails)
    answer = page.fire("mt-scan-id", "change", scan_id="8|t2v")
    assert "ValueError: &lt;no&gt; such thing" in answer[broken]
    assert answer[alive] == healthy[alive]
    assert page.stage.errors == []


def test_a_button_within_html_opens_the_model_it_names(page):
    shown = page.fire("mt-open", "input", open="z_image|123")
    assert shown["mt-detail"] == page.fire("mt-show", "input", show="z_image")["mt-detail"]
    assert "no_such_model" in page.fire("mt-open", "input", open="no_such_model|1")["mt-detail"]


def test_every_output_of_the_page_is_written_by_one_event_alone(page):
    ours = {id(block) for block in below(page.component("mt-page"))}
    writers = {}
    for function in page.blocks.fns.values():
        for output in function.outputs:
            if id(output) in ours:
                name = output.elem_id or f"{type(output).__name__} {output._id}"
                writers.setdefault(name, []).append(function)
    several = {re.sub(" .*", "", name) for name, functions in writers.items() if len(functions) > 1}
    # the mailboxes: whoever scans writes a new version and how it goes, who starts work writes a ticket;
    # all that is shown follows from them
    # every button that sends a text away writes the export
    assert several == {"mt-scan-id", "mt-progress", "Timer", "mt-disk-request", "mt-browser-export"}
    assert {"mt-table", "mt-detail", "mt-summary", "mt-count"} <= set(writers)


class SlowAnalyzer:
    """An analyzer whose disk does not answer until it is told to."""

    looking_at = "Z:/models"

    def __init__(self, analyzer):
        self.analyzer = analyzer
        self.answer = threading.Event()

    def answer_forms(self):
        pass

    def refresh(self):
        assert self.answer.wait(30)
        return self.analyzer.refresh()


def test_a_drive_that_does_not_answer_leaves_the_page_as_it_was_and_is_named(page, monkeypatch):
    monkeypatch.setattr(Scanner.scan, "__defaults__", (0.1,))
    handlers = page.stage.plugin.handlers
    slow = SlowAnalyzer(handlers._analyzer)
    handlers._scanner = Scanner(slow)
    page.fire("mt-scan-id", "change", scan_id="1|")
    answer = page.fire("mt-refresh", "click", scan_id="1|flux")
    assert "Looking at the disk" in answer["mt-progress"]
    assert answer["Timer"]["active"] is True
    assert len(rows(page.fire("mt-search", "input", search=""))) >= 24
    assert "Z:/models does not answer" in ScanState(True, 12, "Z:/models", "").words
    slow.answer.set()
    assert not handlers._scanner.scan(30).running
    _, progress, timer = handlers.poll("1|flux")
    assert (progress, timer.active) == ("", False)


def test_a_scan_that_fails_says_so_and_keeps_what_was_seen(page, monkeypatch):
    handlers = page.stage.plugin.handlers
    monkeypatch.setattr(handlers._analyzer, "refresh", lambda: 1 / 0)
    answer = page.fire("mt-refresh", "click", scan_id="1|")
    assert "The scan failed" in answer["mt-progress"]
    assert "ZeroDivisionError" in answer["mt-progress"]
    assert len(rows(page.fire("mt-search", "input", search=""))) >= 24


def test_the_message_of_a_failed_scan_goes_with_the_next_good_one(page, monkeypatch):
    handlers = page.stage.plugin.handlers
    with monkeypatch.context() as broken:
        broken.setattr(handlers._analyzer, "refresh", lambda: sys.exit("the drive has gone"))
        assert (
            "SystemExit: the drive has gone" in page.fire("mt-refresh", "click", scan_id="1|")["mt-progress"]
        )
    assert handlers._scanner.scan(30).words == ""
    assert page.fire("mt-refresh", "click", scan_id="1|")["mt-progress"] == ""


def test_no_event_of_the_page_is_public_or_waits_in_the_queue(page):
    ours = {block._id for block in below(page.component("mt-page"))}
    events = [one for one in page.blocks.fns.values() if {target for target, _ in one.targets} & ours]
    assert len(events) >= 5
    for event in events:
        assert event.api_name is False
        assert event.queue is False or event.fn is None


def below(block):
    yield block
    for child in getattr(block, "children", []):
        yield from below(child)


OUR_SCRIPTS = {ui_components.ASK, COPY}


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = set()

    def handle_starttag(self, tag, attrs):
        self.found.add(tag)
        # only what our own buttons do, the same for all: nothing of a name is in it
        assert {value for name, value in attrs if name.startswith("on")} <= OUR_SCRIPTS


@pytest.mark.parametrize(
    "hostile",
    ['<img src=x onerror="alert(1)">', "</span><script>alert(1)</script>", "'\"><iframe srcdoc='x'>"],
)
def test_a_hostile_name_is_shown_as_text_everywhere(page, hostile):
    definitions = page.stage._names["models_def"]
    definitions["z_image"] = {
        **definitions["z_image"],
        "name": hostile,
        "URLs": [f"https://host/{hostile}.safetensors"],
    }
    version, _, _ = page.stage.plugin.on_tab_select({"model_type": "z_image"})
    tags = Tags()
    for html in (
        page.fire("mt-scan-id", "change", scan_id=version)["mt-chosen-model"],
        page.fire("mt-show", "input", show="z_image")["mt-detail"],
    ):
        tags.feed(html)
    assert not tags.found & {"img", "script", "iframe"}
    report = json.loads(page.fire("mt-export", "click", search="z_image")["mt-browser-export"])["text"]
    assert "<" not in report.replace("\\<", "")


def test_emptied_filters_ask_for_everything():
    emptied = Filters(*(None,) * len(Filters.__dataclass_fields__))
    assert emptied.query(None) == Filters().query(None) == Query()


def test_links_go_only_to_the_web():
    assert "<a " not in link("javascript:alert(1)", "x")
    assert 'rel="noopener noreferrer"' in link("https://a/b?c=<d>", "x")
