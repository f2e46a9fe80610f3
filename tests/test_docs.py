"""The project's pages: links lead somewhere, what they name exists, and their promises hold."""

import ast
import importlib.util
import re
from pathlib import Path

import pytest
from model_tracker.catalog.labels import STATUS_MARKS
from model_tracker.performance.facts import FOLDER, read_facts
from model_tracker.store.database import FILE_NAME, HOME_VARIABLE
from model_tracker.ui_components import COLUMNS
from model_tracker.wan2gp.compatibility import VERIFIED

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))
}
PRODUCT = [
    path
    for path in (*ROOT.glob("*.py"), *ROOT.glob("[!.]*/**/*.py"))
    if path.name != "dev.py" and path.relative_to(ROOT).parts[0] not in {"docs", "standalone", "tests"}
]
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
FILES = {path.name for path in ROOT.iterdir()}.union(
    *({path.name for path in (ROOT / folder).rglob("*")} for folder in FOLDERS)
)
NETWORK = {"aiohttp", "ftplib", "http", "httpx", "huggingface_hub", "requests", "socket", "urllib3"}


def without_code(text):
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def anchors(text):
    """Return the anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ +(.+?) *$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    slugs = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    return {
        slug + (f"-{before}" if (before := slugs[:place].count(slug)) else "")
        for place, slug in enumerate(slugs)
    }


def links(page):
    return re.findall(r"\]\(([^)\s]+)\)", without_code(PAGES[page]))


def imported(path):
    """Return the top-level names of the modules that a file imports by name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module


@pytest.fixture(scope="module")
def dev():
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_or_a_heading_leads_there(page):
    for link in links(page):
        if link.startswith(("https://", "http://")):
            continue
        target, _, anchor = link.partition("#")
        file = (ROOT / page).parent / target if target else ROOT / page
        assert file.exists(), link
        if anchor:
            assert anchor in anchors(file.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("page", PAGES)
def test_every_file_and_folder_of_the_project_that_a_page_names_exists(page):
    for named in re.findall(r"`([\w./-]+)`", PAGES[page]):
        if named.split("/")[0] in FOLDERS:
            assert (ROOT / named).exists(), named
        elif named.endswith((".py", ".json", ".css", ".toml", ".md")):
            assert Path(named).name in FILES, named


def test_every_command_that_a_page_names_is_one_and_contributors_are_told_all(dev):
    for page, text in PAGES.items():
        assert set(re.findall(r"dev\.py ([a-z]+)", text)) <= set(dev.COMMANDS), page
    for command in dev.COMMANDS:
        assert f"`python3 dev.py {command}" in PAGES["CONTRIBUTING.md"]
        assert f"python3 dev.py {command}" in dev.__doc__


@pytest.mark.parametrize("page", ["docs/faq.md", "docs/guide.md"])
def test_every_name_in_bold_stands_on_the_page_of_the_plugin(page):
    shown = [*PRODUCT, ROOT / "ui" / "help.html"]
    words = " ".join(path.read_text(encoding="utf-8") for path in shown).casefold()
    tasks = {
        task for model in read_facts("models").records("models").values() for task in model.texts("tasks")
    }
    for name in re.findall(r"\*\*([^*]+)\*\*", PAGES[page]):
        plain = " ".join(name.split()).casefold()
        assert plain in tasks or plain in words, name


def test_the_guide_explains_every_mark_and_every_column():
    guide = PAGES["docs/guide.md"]
    assert all(f"| {mark} {status.value} |" in guide for status, mark in STATUS_MARKS.items())
    assert all(column.heading in guide for column in COLUMNS)


def test_the_versions_said_to_be_checked_are_those_that_count_as_verified():
    checked = PAGES["docs/hosts.md"].partition("## What was checked")[2].partition("## ")[0]
    assert all(re.search(rf"\b{re.escape(version)}\b", checked) for version in VERIFIED)
    readme = " ".join(PAGES["README.md"].split())
    assert f"Wan2GP {', '.join(VERIFIED[:-1])} and {VERIFIED[-1]}" in readme


def test_only_the_module_that_the_privacy_page_names_can_reach_a_network():
    reaching = {
        path.relative_to(ROOT).as_posix()
        for path in PRODUCT
        for name in imported(path)
        if name.split(".")[0] in NETWORK or name == "urllib.request"
    }
    assert reaching == {"hub/client.py", "hub/errors.py"}  # the latter only tells their errors apart
    assert "`hub/client.py`" in PAGES["docs/privacy.md"]


def test_the_privacy_page_names_what_is_kept_and_where():
    assert f"`{FILE_NAME}`" in PAGES["docs/privacy.md"]
    assert f"`{HOME_VARIABLE}`" in PAGES["docs/privacy.md"]


def test_the_counts_of_figures_are_those_of_the_data():
    def rows(name):
        return len(read_facts(name).rows("rows"))

    counted = (
        f"{len(read_facts('models').records('models'))} model types and "
        f"{len(read_facts('architectures').records('architectures'))} architectures, "
        f"{rows('vram_measurements')} VRAM figures and {rows('speed_measurements')} timings"
    )
    assert counted in PAGES["docs/performance.md"]
    assert f"{rows('quality_evidence')} quality rows" in PAGES["docs/performance.md"]
    for path in FOLDER.glob("*.json"):
        assert f"`{path.name}`" in PAGES["docs/figures.md"]
