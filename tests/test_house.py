"""The house's rules: which room may lean on which, how long a module may be, and that no behaviour hangs on a sentence."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    ("plugin",),
    ("ui",),
    ("ui_components",),
    ("reports",),
    ("model_analyzer",),
    ("performance_db", "host"),
    ("catalog",),
    ("downloads", "cleanup", "relocation", "outputs", "benchmarks", "advice"),
    ("jobs",),
    ("files",),
    ("hub",),
    ("inventory",),
    ("performance", "store"),
    ("wan2gp",),
    ("units", "phrases"),
)
"""From the top of the house to its ground: a room leans on rooms below it alone."""
FLOOR = {room: floor for floor, rooms in enumerate(ROOMS) for room in rooms}
LEAVES = frozenset(ROOMS[-1])
SELF_CONTAINED = ("performance", "wan2gp")
"""Rooms that lean on leaves alone."""
NOT_PRODUCT = {"docs", "standalone", "tests", "dev", "__init__"}
PRODUCT = sorted(
    path
    for path in (*ROOT.glob("*.py"), *ROOT.glob("[!.]*/**/*.py"))
    if path.relative_to(ROOT).with_suffix("").parts[0] not in NOT_PRODUCT
)
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in PRODUCT
}
LONGEST_MODULE = 350
LARGEST_ROOM = 0.20
IDENTIFIER = re.compile("[a-z][a-z0-9]*([_-][a-z0-9]+)*")
SENTENCE = re.compile("[A-Za-z] [A-Za-z]|[a-z]{2}[.!?]$")
LABELS = {"SpeedTier", "QualityTier"}
"""Their values are the labels that `METRICS` publishes, and programs read."""
TEXT_QUESTIONS = {"startswith", "endswith", "removeprefix", "removesuffix", "find", "index", "count", "get"}
"""Methods whose arguments decide something."""


def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(module):
    """Yield the modules of the product that a module imports, for types alone too."""
    path = MODULES[module]
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            target = ".".join([*base, *(node.module.split(".") if node.module else [])])
            for alias in node.names:
                named = f"{target}.{alias.name}" if target else alias.name
                yield named if named in MODULES else target


def room(module):
    return module.split(".")[0]


@pytest.mark.parametrize("module", MODULES)
def test_a_room_leans_on_the_rooms_below_it_alone(module):
    here = room(module)
    for imported in imports(module):
        there = room(imported)
        if there == here:
            continue
        assert FLOOR[there] > FLOOR[here], f"{module} imports {imported}"
        assert here not in SELF_CONTAINED or there in LEAVES, f"{module} imports {imported}"


def test_no_module_leans_on_itself_in_a_circle():
    graph = {module: set(imports(module)) for module in MODULES}
    done = set()
    while len(done) < len(graph):
        free = {module for module in graph if module not in done and graph[module] - {module} <= done}
        assert free, {module: graph[module] - done for module in graph if module not in done}
        done |= free


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_short_enough_to_have_one_subject(module):
    lines = len(MODULES[module].read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_MODULE, f"{module} has {lines} lines"


def test_no_package_is_more_than_a_fifth_of_the_house():
    lines = Counter()
    for module, path in MODULES.items():
        package = ".".join(module.split(".")[:-1]) if path.name != "__init__.py" else module
        lines[package] += len(path.read_text(encoding="utf-8").splitlines())
    assert {
        name: count for name, count in lines.items() if name and count > LARGEST_ROOM * lines.total()
    } == {}


def enums():
    for module, path in MODULES.items():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ClassDef) and any(
                ast.unparse(base).endswith("Enum") for base in node.bases
            ):
                yield module, node


def test_values_of_enumerations_are_identifiers_and_words_stand_elsewhere():
    values = [
        (module, node.name, line.value.value)
        for module, node in enums()
        if node.name not in LABELS
        for line in node.body
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant)
    ]
    assert len(values) > 50
    assert [value for value in values if not IDENTIFIER.fullmatch(str(value[-1]))] == []


def deciding_texts(tree):
    """Yield texts that decide: compared with, asked for, matched, or keys."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            deciding = [node.left, *node.comparators]
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in TEXT_QUESTIONS
        ):
            deciding = node.args[:1]
        elif isinstance(node, ast.Dict):
            deciding = [key for key in node.keys if key is not None]
        elif isinstance(node, ast.Subscript):
            deciding = [node.slice]
        elif isinstance(node, ast.MatchValue):
            deciding = [node.value]
        else:
            continue
        for asked in deciding:
            literals = asked.elts if isinstance(asked, (ast.Tuple, ast.List, ast.Set)) else [asked]
            for literal in literals:
                if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
                    yield node.lineno, literal.value


def test_the_search_for_deciding_sentences_finds_them():
    code = """
if text == "It is broken.": pass
if text.startswith("Delete it"): pass
if text in ("a b", other): pass
words = {"Very fast": 1}
words["to download"]
"""
    assert [line for line, text in deciding_texts(ast.parse(code)) if SENTENCE.search(text)] == [
        2,
        3,
        4,
        5,
        6,
    ]


@pytest.mark.parametrize("module", MODULES)
def test_no_behaviour_hangs_on_a_sentence(module):
    texts = [(line, text) for line, text in deciding_texts(parsed(MODULES[module])) if SENTENCE.search(text)]
    assert texts == []
