"""The inventory in so few characters that it fits a Discord post: no table, no path.

**Wan2GP models**
2026-08-01 12:00: 220 models: ✓ 12 downloaded, ◐ 3 partial, ✗ 205 missing. 312.4 GB of model files on disk.
Wan2GP 12.60, verified
RTX 3060, 12 GB VRAM, 64 GiB RAM; transformer quantization int8, …
- ✓ a downloaded model, 21.1 GB
- ◐ a partial one: still missing: VAE; to download 0.5 GB
… and 12 more
**Problems**
- …
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..catalog import labels, sentences
from ..catalog.fetch_state import FetchState, fetch_state
from ..inventory.models import ModelStatus
from .escaping import escaped
from .markdown import each_once, machine_words, part_of, summary
from .plain import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..catalog.query import ListedModel
    from ..inventory.models import Inventory
    from ..performance.hardware import Machine
    from ..wan2gp.problems import Problem

POST = 2000
"""Characters of a Discord post."""
_FOR_PROBLEMS = 0.25
"""The most that problems may take of a post."""
_IN_ORDER = (ModelStatus.PARTIAL, ModelStatus.DOWNLOADED, ModelStatus.MISSING)
_NAME, _FACTS, _PROBLEM = 80, 240, 160
"""Longest texts, before escaping."""


def short_report(
    inventory: Inventory, models: Sequence[ListedModel], machine: Machine, limit: int = POST
) -> str:
    """Return the report in short.

    Missing models are counted alone, except where the page was filtered: then they were asked for.

    Args:
        inventory: The scan.
        models: The models to list, in order; those that are here in part come first, of which there are few.
        machine: The machine that they are judged for.
        limit: The most characters, as Discord counts them; at least 1,000.
    """
    is_part = len(models) < len(inventory.listed)
    listed = [
        f"- {labels.STATUS_MARKS[status]} {escaped(_in_short(model))}"
        for status in _IN_ORDER
        for model in models
        if model.tracked.status is status and (is_part or status is not ModelStatus.MISSING)
    ]
    head = ["**Wan2GP models**", *_head(inventory, machine), *part_of(len(models), len(inventory.listed))]
    problems = [f"- {escaped(shortened(line, _PROBLEM))}" for line in _problems(inventory, models)]
    kept = _fitting(problems, int(limit * _FOR_PROBLEMS))
    tail = ["**Problems**", *kept] if kept else []
    room = limit - sum(map(_length, [*head, *tail]))
    return "\n".join([*head, *_fitting(listed, room), *tail]) + "\n"


def _head(inventory: Inventory, machine: Machine) -> list[str]:
    version = f"Wan2GP {shortened(inventory.version or 'of unknown version', _NAME)}"
    if inventory.compatibility is not None:
        version += ", verified" if inventory.compatibility.is_verified else ", not verified"
    settings = (f"{name.lower()} {value}" for name, value in labels.settings(inventory.settings))
    facts = f"{shortened(machine_words(machine), _NAME)}; {', '.join(settings)}"
    return [summary(inventory), escaped(version), escaped(shortened(facts, _FACTS))]


def _in_short(model: ListedModel) -> str:
    tracked, name = model.tracked, shortened(model.tracked.name, _NAME)
    if tracked.status is ModelStatus.DOWNLOADED:
        return f"{name}, {labels.total(tracked.size)}"
    facts = [sentences.why_status(tracked)] if tracked.status is ModelStatus.PARTIAL else []
    state = fetch_state(tracked)
    if state is FetchState.DOWNLOADS:
        facts.append(f"to download {labels.fetch_words(tracked)}")
    elif state in {FetchState.STOPS, FetchState.NOT_SURE}:
        facts.append(labels.fetch_words(tracked))
    return f"{name}: {'; '.join(facts)}"


def _problems(inventory: Inventory, models: Sequence[ListedModel]) -> list[str]:
    """Return what is wrong and what is not found, without paths."""

    def sentence(problem: Problem) -> str:
        return f"{problem.message} {problem.remedy}"

    lines = [sentence(problem) for problem in inventory.problems]
    lines += each_once([model.tracked for model in models], sentence)
    missing = ", ".join(name.name for name in inventory.missing_names)
    return [*lines, f"Not found in this Wan2GP: {missing}."] if missing else lines


def _fitting(lines: Sequence[str], room: int) -> list[str]:
    """Return as many lines as have room, and how many are left out."""
    if sum(map(_length, lines)) <= room:
        return list(lines)
    room -= _length(_more(len(lines)))
    kept: list[str] = []
    for line in lines:
        room -= _length(line)
        if room < 0:
            break
        kept.append(line)
    return [*kept, _more(len(lines) - len(kept))]


def _more(number: int) -> str:
    return f"… and {number} more"


def _length(line: str) -> int:
    """Return the characters of a line with its end, as Discord counts: 😀 is two."""
    return len(line.encode("utf-16-le")) // 2 + 1
