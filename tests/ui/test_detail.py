"""The detail of a model, read as a browser would: tables, bars, buttons, and nothing that a name can inject."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from model_tracker import ui_components
from model_tracker.catalog import labels, sentences
from model_tracker.catalog.labels import FILE_STATES, ROLES
from model_tracker.inventory.models import FileState
from model_tracker.inventory.sizes import total
from model_tracker.inventory.what_if import WhatIf
from model_tracker.performance.fit import FitLevel
from model_tracker.performance.hardware import Machine
from model_tracker.performance_db import PerformanceDatabase
from model_tracker.phrases import counted
from model_tracker.ui.models import file_table
from model_tracker.ui.models.vram_chart import FIT_MARKS
from model_tracker.wan2gp.required_files import Role

VIDEO, PICTURE, PARTIAL, SPEECH = "t2v", "z_image", "ltx2_22B_distilled_1_1", "chatterbox"
VOID = {"br", "hr", "img", "input", "link", "meta"}


class Node:
    """An element: tag, attributes, children in order, texts among them."""

    def __init__(self, tag="", attrs=()):
        self.tag, self.attrs, self.children = tag, dict(attrs), []

    def all(self, tag="", css="", **attrs):
        for child in self.children:
            if isinstance(child, Node):
                fits = (not tag or child.tag == tag) and (not css or css in child.classes)
                if fits and all(
                    child.attrs.get(name.replace("_", "-")) == value for name, value in attrs.items()
                ):
                    yield child
                yield from child.all(tag, css, **attrs)

    def one(self, tag="", css="", **attrs):
        (found,) = self.all(tag, css, **attrs)
        return found

    @property
    def classes(self):
        return (self.attrs.get("class") or "").split()

    @property
    def text(self):
        return "".join(child if isinstance(child, str) else child.text for child in self.children)


class Tree(HTMLParser):
    """Reads HTML and insists that every element is closed where it should be."""

    def __init__(self, html):
        super().__init__()
        self.open = [Node()]
        self.feed(html)
        self.close()
        assert len(self.open) == 1

    def handle_starttag(self, tag, attrs):
        node = Node(tag, attrs)
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag):
        assert self.open.pop().tag == tag

    def handle_data(self, data):
        self.open[-1].children.append(data)


def read(html):
    return Tree(html).open[0]


@pytest.fixture
def handlers(page):
    return page.stage.plugin.handlers


@pytest.fixture
def shown(page):
    """Open a model's detail and read it."""
    return lambda model_type, **inputs: read(
        page.fire("mt-show", "input", show=model_type, **inputs)["mt-detail"]
    )


def listed_files(detail):
    """Return role group, name, size, state, note with path, and Copy button of every file in the file tables."""
    for table in detail.all("table"):
        if [head.text for head in table.all("th", scope="col")] != ["File", "Size", "State"]:
            continue
        for body in table.all("tbody"):
            group = body.one("th", scope="rowgroup").text.split(" · ")[0]
            rows = list(body.all("tr"))[1:]
            for row, more in zip(rows[::2], rows[1::2], strict=True):
                name, size, state = row.all("td")
                yield group, name, size.text, state.text, more


@pytest.mark.parametrize("model_type", [VIDEO, PICTURE, PARTIAL, SPEECH, "flux_schnell", "flux_dev_kontext"])
def test_every_file_stands_once_in_the_group_of_its_role_with_size_state_path_and_link(
    shown, handlers, model_type
):
    files = handlers._analyzer.model(model_type).files
    found = {
        more.one("code").text: (group, name, size, state)
        for group, name, size, state, more in listed_files(shown(model_type))
    }
    assert len(list(listed_files(shown(model_type)))) == len(files)
    assert set(found) == {file.path for file in files}
    for file in files:
        group, name, size, state = found[file.path]
        assert (group, name.text) == (ROLES[file.required.role], file.required.name)
        assert (size, state) == (labels.size(file.size), labels.state_words(file))
        assert [link.attrs["href"] for link in name.all("a")] == [file.required.url]
        assert {link.attrs["rel"] for link in name.all("a")} == {"noopener noreferrer"}


@pytest.mark.parametrize("model_type", [VIDEO, PARTIAL])
def test_every_path_has_a_button_that_copies_it(shown, model_type):
    for _, name, _, _, more in listed_files(shown(model_type)):
        button = more.one("button")
        assert button.text == "Copy"
        assert button.attrs["data-copy"] == more.one("code").text
        assert button.attrs["aria-label"] == f"Copy path of {name.text}"
        assert button.attrs["onclick"] == file_table.COPY


@pytest.mark.parametrize("model_type", [VIDEO, PARTIAL, "flux_dev_kontext"])
def test_the_heading_of_a_group_counts_its_files_bytes_and_what_is_amiss(shown, handlers, model_type):
    files = handlers._analyzer.model(model_type).files
    heads = [head.children[0] for head in shown(model_type).all("th", scope="rowgroup") if " · " in head.text]
    for role in {file.required.role for file in files}:
        of_role = [file for file in files if file.required.role is role]
        (head,) = [head for head in heads if head.startswith(f"{ROLES[role]} · ")]
        known = total(file.size for file in of_role)
        states = [file.state for file in of_role]
        expected = [ROLES[role], counted(len(of_role), ("{number} file", "{number} files"))]
        expected += [labels.total(known)]
        expected += [
            f"{states.count(state)} {FILE_STATES[state]}"
            for state in (FileState.MISSING, FileState.DAMAGED)
            if state in states
        ]
        assert head == " · ".join(expected)


def test_what_is_true_of_all_files_of_a_group_is_said_once(shown):
    told = shown(PARTIAL)
    shared = next(
        table for table in told.all("table") if table.attrs["aria-label"] == "Helpers shared by all models"
    )
    assert shared.text.count("Wan2GP downloads it once, for all models") == 1


@pytest.mark.parametrize(("model_type", "is_open"), [(VIDEO, False), (PARTIAL, True)])
def test_other_parts_are_folded_where_all_are_here(shown, model_type, is_open):
    (parts,) = [
        box for box in shown(model_type).all("details") if box.one("summary").text.startswith("Other parts")
    ]
    assert ("open" in parts.attrs) is is_open


def test_a_broken_file_says_so_and_what_to_do(shown):
    ((_, _, _, state, more),) = [
        row for row in listed_files(shown("flux_dev_kontext")) if "damaged" in row[3]
    ]
    assert state == "⚠ damaged"
    assert "Broken:" in more.text


def test_what_generate_would_fetch_is_bold_and_nothing_is_not(shown, handlers):
    does = sentences.what_generate_does(handlers._analyzer.model(PARTIAL))
    assert does in [bold.text for bold in shown(PARTIAL).all("b")]
    assert not [bold for bold in shown(VIDEO).all("b") if "Generate" in bold.text]


def test_headings_go_down_in_order_and_every_table_has_a_name(shown):
    detail = shown(VIDEO)
    levels = [int(node.tag[1]) for node in detail.all() if re.fullmatch("h[1-6]", node.tag)]
    assert levels[0] == 2
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(table.attrs["aria-label"] for table in detail.all("table"))


def test_every_figure_says_where_it_comes_from(shown):
    figures = {}
    for model_type in (VIDEO, SPEECH):
        facts = next(shown(model_type).all("dl"))
        names = [name.text for name in facts.all("dt")]
        tags = {
            name: next(value.all("span", "mt-tag"), None)
            for name, value in zip(names, facts.all("dd"), strict=True)
        }
        figures[model_type] = {name: tags[name].text for name in ("Speed", "VRAM", "RAM", "Quality")}
        assert all(tags[name].attrs["title"] for name in figures[model_type])
    assert figures[VIDEO] == {
        "Speed": "estimated",
        "VRAM": "estimated",
        "RAM": "estimated",
        "Quality": "published",
    }
    assert figures[SPEECH] == {
        "Speed": "not known",
        "VRAM": "not known",
        "RAM": "estimated",
        "Quality": "not known",
    }


def test_the_basis_of_the_figures_and_their_sources_are_folded_below_them(shown):
    box = next(shown(VIDEO).all("details"))
    figures = PerformanceDatabase().metrics(VIDEO)
    assert "open" not in box.attrs
    for told in (figures.speed_basis, figures.vram_basis, figures.quality_reason, *figures.sources):
        assert told in box.text


def test_formats_stand_side_by_side_with_what_is_in_use(shown, handlers):
    variants = handlers._analyzer.what_if(VIDEO).variants
    table = next(table for table in shown(VIDEO).all("table") if table.attrs["aria-label"] == "Formats")
    rows = [[cell.text for cell in row.all("td")] for row in table.all("tr") if len(list(row.all("td"))) == 4]
    assert rows == [
        [
            variant.form + (" in use" if variant.is_chosen else ""),
            labels.size(variant.file.size),
            labels.state_words(variant.file),
            labels.taken_with(variant),
        ]
        for variant in variants
    ]


def test_without_a_choice_no_formats_are_shown():
    assert file_table.format_table(WhatIf((), (), (), None)) == ""


def test_each_config_choice_tells_what_it_would_fetch(shown, handlers):
    configs = handlers._analyzer.what_if(PARTIAL).configs
    table = next(
        table for table in shown(PARTIAL).all("table") if table.attrs["aria-label"] == "Config choices"
    )
    assert configs
    assert [(row.one("th").text, row.one("td").text) for row in table.one("tbody").all("tr")] == [
        (scenario.label, labels.fetches(scenario.model)) for scenario in configs
    ]


def bars(detail):
    """Return size, first words, width, figure and fit of every bar."""
    chart = detail.one("table", "mt-chart")
    for body in chart.all("tbody"):
        for row in body.all("tr"):
            if not list(row.all("td", "mt-track")):
                continue
            size = next(body.all("th")).text.split(" ")[0]
            fits = [cell.text for cell in row.all("td", "mt-state")]
            width = float(re.search(r"width:([\d.]+)%", row.one("td", "mt-track").one("b").attrs["style"])[1])
            lines = [float(re.search(r"left:([\d.]+)%", line.attrs["style"])[1]) for line in row.all("i")]
            yield size, row.one("th", scope="row").text, width, row.one("td", "mt-number").text, fits, lines


@pytest.mark.parametrize("model_type", [VIDEO, PICTURE, PARTIAL])
@pytest.mark.parametrize("card", ["RTX 3050", "RTX 3060", "RTX 4090"])
def test_the_bars_are_the_databases_figures_and_the_line_is_the_card(shown, handlers, model_type, card):
    tracked, machine = handlers._analyzer.model(model_type), handlers.listings.machine(card)
    case = {"weights_file": tracked.weights_file, "profile": tracked.memory_profile}
    drawn = list(bars(shown(model_type, card=card)))
    grid = PerformanceDatabase().vram_grid(model_type, machine, **case)
    assert len(drawn) == len(grid.cells) > 3
    for (size, _, width, figure, fits, lines), cell in zip(drawn, grid.cells, strict=True):
        sizes = {"width": cell.width, "height": cell.height, "frames": cell.frames}
        needed = PerformanceDatabase().estimate_vram(
            model_type, **sizes, quantization=grid.quantization.name, profile=tracked.memory_profile
        )
        assert size == f"{cell.width}×{cell.height}"
        assert figure.lstrip("~") == f"{needed.minimum_card_gb:.1f} GB"
        assert figure.startswith("~") is (needed.origin.value != "published")
        level = PerformanceDatabase().judge_fit(model_type, machine, **case, **sizes).vram
        assert [fit.split()[0] for fit in fits] == [FIT_MARKS[level]]
        assert width / lines[0] == pytest.approx(needed.minimum_card_gb / machine.card_gb, rel=0.01)
        assert 0 < width <= 100
        assert 0 < lines[0] <= 100


def test_the_default_output_is_marked_once_and_lengths_are_half_and_double(shown):
    chart = shown(VIDEO).one("table", "mt-chart")
    assert [head.text for head in chart.all("th") if "default" in head.text] == ["832×480 default"]
    assert [bold.text for head in chart.all("th") for bold in head.all("b")] == ["5.1 s (81)"]
    lengths = [words for size, words, *_ in bars(shown(VIDEO)) if size == "832×480"]
    assert lengths == ["2.6 s (41)", "5.1 s (81)", "10.1 s (161)"]


def test_a_picture_has_one_bar_for_each_size(shown):
    sizes = [words for _, words, *_ in bars(shown(PICTURE))]
    assert sizes == ["512×512", "1024×1024 default", "1536×1536", "2048×2048"]


def test_a_size_next_to_the_default_one_is_left_out(handlers):
    grid = PerformanceDatabase().vram_grid("flux_schnell", Machine())
    assert [(cell.width, cell.height) for cell in grid.cells if cell.is_default] == [(1280, 720)]
    ltx = PerformanceDatabase().vram_grid(PARTIAL, Machine())
    assert sum((cell.width, cell.height) == (1280, 720) for cell in ltx.cells) == 3


def test_an_unknown_card_has_bars_but_no_line_and_no_judgement(shown, handlers):
    handlers.listings._machine = Machine()
    detail = shown(VIDEO)
    assert all(not fits and not lines for *_, fits, lines in bars(detail))
    assert "choose one under “Evaluate for another GPU”" in detail.text


@pytest.mark.parametrize("model_type", [SPEECH, "no such model"])
def test_sound_and_unknown_models_have_no_chart(model_type):
    assert PerformanceDatabase().vram_grid(model_type, Machine().with_card("RTX 3060")) is None


def test_a_speech_model_shows_no_chart(shown):
    assert not list(shown(SPEECH).all("table", "mt-chart"))
    assert "VRAM by size" not in shown(SPEECH).text


def test_an_unknown_memory_profile_counts_as_the_hosts_default():
    machine = Machine().with_card("RTX 3060")
    odd, usual = (PerformanceDatabase().vram_grid(VIDEO, machine, profile=profile) for profile in ("?", 4))
    assert odd == usual
    assert {cell.level for cell in usual.cells} == {FitLevel.FITS, FitLevel.TIGHT, FitLevel.SLOWER}


def test_other_models_are_buttons_that_ask_for_models_that_exist_those_downloaded_first(shown, handlers):
    listed = {model.tracked.model_type: model.tracked for model in handlers.listings.of()}
    detail = shown(VIDEO)
    lists = list(detail.all("ul", "mt-others"))
    assert [head.text for head in detail.all("h4")] == ["Faster", "Better", "Lighter"]
    for group in lists:
        asked = [listed[button.attrs["data-ask"]] for button in group.all("button")]
        assert 1 <= len(asked) <= 3
        for model, button in zip(asked, group.all("button"), strict=True):
            assert button.one("b").text == model.name
            assert labels.status_words(model) in button.text
            assert button.one("small").text
            assert button.attrs["data-box"] == "mt-open"
        downloaded = [model.status.value == "downloaded" for model in asked]
        assert downloaded == sorted(downloaded, reverse=True)


HOSTILE = ['<img src=x onerror="alert(1)">', "</span><script>alert(1)</script>", "'\"><iframe srcdoc='x'>"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names_labels_and_addresses_are_shown_as_text(page, shown, hostile):
    definitions = page.stage._names["models_def"]
    definitions[PICTURE] = {
        **definitions[PICTURE],
        "name": hostile,
        "URLs": [f"https://host/{hostile}_{form}.safetensors" for form in ("bf16", "int8")],
        "VAE_URLs": [f"javascript:{hostile}"],
        "system_configs": {"_name": hostile, "x": {"name": hostile}},
    }
    page.stage.plugin.on_tab_select({"model_type": PICTURE})
    detail = shown(PICTURE)
    assert detail.one("h2").text == hostile
    tables = {table.attrs["aria-label"]: table for table in detail.all("table")}
    assert f"{hostile}: {hostile}" in tables["Config choices"].text
    assert hostile.rpartition("/")[2] in tables["Formats"].text
    assert f"Files of {hostile}" in tables
    assert not {node.tag for node in detail.all()} & {"img", "script", "iframe"}
    ours = {file_table.COPY, ui_components.ASK}
    handlers = [
        (name, value) for node in detail.all() for name, value in node.attrs.items() if name.startswith("on")
    ]
    assert handlers
    assert all(name == "onclick" and value in ours for name, value in handlers)
    assert all(link.attrs["href"].startswith("https://") for link in detail.all("a"))


def test_links_go_only_to_the_web():
    assert file_table.link("javascript:alert(1)", "<x>") == "&lt;x&gt;"
    link = read(file_table.link("https://a/b?c=<d>", "x")).one("a")
    assert (link.attrs["href"], link.attrs["rel"]) == ("https://a/b?c=<d>", "noopener noreferrer")


@pytest.mark.parametrize(
    ("sentence", "address"),
    [
        ("6 GB card, https://a.test/issues/1.", "https://a.test/issues/1"),
        ("held to a figure (https://a.test/x).", "https://a.test/x"),
        ('"https://a.test/<b>', "https://a.test"),
        ("javascript:alert(1)", None),
    ],
)
def test_an_address_within_a_sentence_becomes_a_link_and_the_sentence_stays(sentence, address):
    told = read(file_table.with_links(sentence))
    assert told.text == sentence
    assert [link.attrs["href"].rstrip("/") for link in told.all("a")] == ([address] if address else [])


def test_each_role_of_a_file_has_its_place():
    assert {*file_table._ORDER, Role.SHARED} == set(Role)
