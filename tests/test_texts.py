"""All texts that users read stand in `texts/`, whole, and each of them is used."""

import ast
import builtins
import re
import string
from itertools import chain
from pathlib import Path

import pytest
from model_tracker import texts

ROOT = Path(texts.__file__).parents[1]
PLACES = [".", "history", "inventory", "performance", "reports", "ui", "wan2gp"]
FOR_CONTRIBUTORS = {"dev.py", "performance/evaluate.py", "performance/facts.py"}
"""They speak to those who work on the plugin."""
CODE = {
    "history/store._SAID",
    "inventory/server_faults._REFUSED_LOGIN",
    "inventory/server_faults._DISABLED",
    "performance/labels.BOUNDED",
    "performance/labels.VERY_FAST",
    "performance/labels.VERY_HIGH",
    "performance/labels.VERY_SLOW",
    "performance/metrics._WITH_SOUND",
    "reports/rows.AT_LEAST",
    "reports/script.HF",
    "ui_components.ASK",
    "ui/file_table.COPY",
    "ui/parcel.UNPACK",
}
"""Strings for programs: code of other languages, others' words, values in files; by their names."""
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in chain.from_iterable((ROOT / place).glob("*.py") for place in PLACES)
    if path.relative_to(ROOT).as_posix() not in FOR_CONTRIBUTORS
)
ROOMS = sorted(path for path in (ROOT / "texts").glob("*.py") if path.name != "__init__.py")
_PROSE = re.compile(r"[A-Za-z’']{2,}[,:]? [a-z]{2,}")
_CODE = re.compile(
    r"^\s*(CREATE|SELECT|INSERT|UPDATE|DELETE|ALTER|PRAGMA|BEGIN|DROP|WITH) |\(\?|\\[bdsw]|^mt-"
)
_TAG = re.compile(r"<[^>]*(>|$)|^[^<]*\">")


class Prose(ast.NodeVisitor):
    """Collects what looks like words for a reader."""

    def __init__(self, module):
        self.module, self.found, self.names = module.removesuffix(".py"), [], []

    def visit_Expr(self, node):
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_Raise(self, node):
        """Built-in errors are for programmers."""
        if not hasattr(builtins, getattr(getattr(node.exc, "func", None), "id", "")):
            self.generic_visit(node)

    def visit_Call(self, node):
        is_cast = getattr(node.func, "id", "") == "cast"
        for part in [node.func, *node.args[is_cast:], *node.keywords]:
            self.visit(part)

    def visit_Assign(self, node):
        if not {f"{self.module}.{getattr(target, 'id', '')}" for target in node.targets} & CODE:
            self.generic_visit(node)

    def visit_AnnAssign(self, node):
        if f"{self.module}.{getattr(node.target, 'id', '')}" not in CODE:
            self.generic_visit(node)

    def visit_JoinedStr(self, node):
        self._look(
            node, "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)
        )
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)

    def visit_Constant(self, node):
        if isinstance(node.value, str):
            self._look(node, node.value)

    def _look(self, node, text):
        if _PROSE.search(_TAG.sub("", text)) and not _CODE.search(text):
            self.found.append(f"{self.module}.py:{node.lineno}: {text}")


@pytest.mark.parametrize("module", MODULES)
def test_no_text_for_users_stands_outside_texts(module):
    prose = Prose(module)
    prose.visit(ast.parse((ROOT / module).read_text(encoding="utf-8")))
    assert prose.found == []


def constants(room):
    """Return the names and values of a room's texts."""
    for node in ast.parse(room.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def strings(value):
    return [
        part.value
        for part in ast.walk(value)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


def used(path):
    """Return the names that a module takes from others or uses itself, but for those it gives a value."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.stem)
def test_every_text_is_used(room):
    product = [*(ROOT / module for module in MODULES), *ROOMS, Path(texts.__file__)]
    names = {name for path in product for name in used(path)}
    assert [name for name, _ in constants(room) if name not in names] == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.stem)
def test_places_have_names_and_both_forms_of_a_plural_have_the_same(room):
    if room.stem == "scripts":
        return  # other languages' braces
    for name, value in constants(room):
        forms = [places_of(text) for text in strings(value)]
        assert all(place.isidentifier() for places in forms for place in places), name
        if isinstance(value, ast.Tuple) and any("number" in places for places in forms):
            assert len(forms) == 2, name
            assert forms[0] | {"number"} == forms[1], name


def places_of(text):
    return {place for _, place, _, _ in string.Formatter().parse(text) if place is not None}


@pytest.mark.parametrize(("number", "words"), [(0, "0 files"), (1, "1 file"), (2, "2 files")])
def test_one_file_is_no_files(number, words):
    assert texts.counted(number, texts.common.FILES) == words


@pytest.mark.parametrize(
    ("words", "listed"), [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")]
)
def test_words_are_listed_as_one_says_them(words, listed):
    assert texts.listed(words) == listed
