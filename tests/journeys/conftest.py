"""A user at the page, by mouse or by keyboard alone, who counts clicks.

The browser lives for one module: Playwright's loop would be in the way of tests that run a loop of their own.
"""

from contextlib import suppress
from pathlib import Path

import pytest
from browser import launched, served, visit
from model_tracker.catalog.labels import SORT_KEYS
from model_tracker.ui.models import handlers
from playwright.sync_api import TimeoutError as TookTooLong
from playwright.sync_api import expect

_PAINTED = """names => {
  const cells = [...document.querySelectorAll('#mt-table td[data-col="1"]')].map((cell) => cell.innerText.trim());
  return cells.length && cells.every((name, row) => name === names[row]);
}"""


def pytest_collection_modifyitems(items):
    """Mark what is here; Playwright's own loop and Gradio's server thread end with the interpreter."""
    unclosed = ("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            for one in unclosed:
                item.add_marker(pytest.mark.filterwarnings(one))


@pytest.fixture(scope="module", autouse=True)
def _first_page_with_all_models():
    """Let a page be served only once its first scan has ended, however long that takes."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(handlers, "FIRST_PATIENCE_S", 30)
        yield


@pytest.fixture(scope="module")
def browser():
    with launched() as chromium:
        if chromium is None:
            pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
        yield chromium


@pytest.fixture(scope="module")
def sample(tmp_path_factory, browser):
    """The demo on the embedded sample, for journeys that change nothing on the disk."""
    with served(tmp_path_factory.mktemp("sample")) as scene:
        yield scene


@pytest.fixture(params=["mouse", "keyboard"])
def pilot(request, browser, sample):
    """Someone who has just opened the page."""
    with visit(browser, sample.address) as page:
        yield {"mouse": Mouse, "keyboard": Keyboard}[request.param](page, sample.stage)
    assert sample.stage.errors == []


class User:
    """What a user does, told by what is meant.

    Attributes:
        page: Playwright's.
        stage: The server's side, to ask what is right.
        acts: Clicks, or keys that act, so far; typing is not counted.
    """

    def __init__(self, page, stage):
        self.page, self.stage, self.acts = page, stage, 0

    @property
    def handlers(self):
        return self.stage.plugin.handlers

    def names(self):
        """The names in the rows that are painted, from the top."""
        cells = self.page.locator('#mt-table td[data-col="1"]')
        cells.first.wait_for()
        return [text.strip() for text in cells.all_inner_texts()]

    def first_row(self, name):
        """Wait until the first row is that of a model."""
        expect(self.page.locator('#mt-table td[data-row="0"][data-col="1"]')).to_contain_text(name)

    def rows(self, names):
        """Wait until the painted rows are the first of these models."""
        with suppress(TookTooLong):  # what is wrong is told below
            self.page.wait_for_function(_PAINTED, arg=names)
        painted = self.names()
        assert painted == names[: len(painted)]

    def see(self, elem_id, words):
        """Wait until a part of the page says something."""
        expect(self.page.locator(f"#{elem_id}")).to_contain_text(words)

    def type(self, elem_id, words):
        """Type into a field that has the focus or gets it."""
        self.go_to(elem_id)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(words)


class Mouse(User):
    """Clicks."""

    def _click(self, place):
        self.acts += 1
        place.click()

    def open_tab(self, label="Model Tracker"):
        self._click(self.page.get_by_role("tab", name=label, exact=True))

    def go_to(self, elem_id):
        self.page.locator(f"#{elem_id} input, #{elem_id} textarea").first.focus()

    def choose(self, elem_id, words):
        """Choose in a Dropdown."""
        self._click(self.page.locator(f"#{elem_id} input").first)
        self._click(self.page.get_by_role("option", name=words, exact=True))

    def pick(self, elem_id, words):
        """Pick one of a Radio's choices."""
        self._click(self.page.locator(f"#{elem_id}").get_by_text(words, exact=True))

    def tick(self, elem_id):
        self._click(self.page.locator(f"#{elem_id} input").first)

    def press(self, place):
        """Press a button, an accordion's head or a summary card."""
        self._click(place)

    def sort_by(self, key):
        """Click the heading that sorts by this."""
        self._click(self.page.locator("#mt-table .thead th").filter(has_text=SORT_KEYS[key]))

    def open_model(self, name, _model_type):
        self._click(self.page.locator('#mt-table td[data-col="1"]').filter(has_text=name).first)


class Keyboard(User):
    """Moves by Tab, acts by Enter and Space; the mouse is not there."""

    _MOST_TABS = 140
    _last = None

    def _tab_to(self, place):
        """Press Tab, or Shift and Tab, until a place has the focus, which it must get so."""
        wanted = place.element_handle()
        # where the last act was; a Dropdown gives its focus away then, but the next Tab goes on from there
        is_before = (
            "([last, place]) => last?.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_PRECEDING"
        )
        key = "Shift+Tab" if self.page.evaluate(is_before, [self._last, wanted]) else "Tab"
        self._last = wanted
        for _ in range(self._MOST_TABS):
            # asked for again each time: a new inventory, with less free space, may have drawn it again
            if place.evaluate("place => place === document.activeElement"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"the Tab key does not reach {place}")

    def _act(self, key):
        self.acts += 1
        self.page.keyboard.press(key)

    def open_tab(self, label="Model Tracker"):
        self._tab_to(self.page.get_by_role("tab", name=label, exact=True))
        self._act("Enter")

    def go_to(self, elem_id):
        self._tab_to(self.page.locator(f"#{elem_id} input, #{elem_id} textarea").first)

    def choose(self, elem_id, words):
        self.type(elem_id, words)
        self._act("Enter")

    def pick(self, elem_id, words):
        """Pick one of a Radio's choices; in Gradio, Tab reaches each of them."""
        self._tab_to(self.page.locator(f"#{elem_id} label").filter(has_text=words).locator("input"))
        self._act("Space")

    def tick(self, elem_id):
        self.go_to(elem_id)
        self._act("Space")

    def press(self, place):
        self._tab_to(place)
        self._act("Enter")

    def sort_by(self, key):
        self.choose("mt-sort", SORT_KEYS[key])

    def open_model(self, _name, model_type):
        self.type("mt-show", f"({model_type})")
        self._act("Enter")
