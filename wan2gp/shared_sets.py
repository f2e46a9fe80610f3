"""The files that Wan2GP up to 11.51 fetches with every model: a list inside one of its functions.

What cannot be asked for is kept in `shared_sets.json` beside this module, as facts of several versions. Which of
them holds is told by the running function's own texts, where they can be read, else by what the host offers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .introspection import Written

Item = Mapping[str, Any]
"""`{repoId, sourceFolderList, fileList}`, or `{setting, default, cases, otherwise}` with items in its cases; `number`
stands there where the setting may be saved as text."""

_WEIGHTS = (".pth", ".pt", ".pkl", ".onnx", ".ckpt", ".bin", ".safetensors", ".gguf")


@dataclass(frozen=True, slots=True, eq=False)
class SharedTable:
    """What one version fetches with every model.

    Attributes:
        source: The version and commit it was read from.
        first: Items fetched first.
        then: Items fetched after the mask files, where the host has a function for those.
        texts: What else its functions name that others' do not.
    """

    source: str
    first: tuple[Item, ...]
    then: tuple[Item, ...]
    texts: frozenset[str] = frozenset()

    def sets(self, config: Mapping[str, Any], masks: Sequence[Item]) -> tuple[Item, ...]:
        """Return the sets of files under a saved configuration.

        Args:
            config: Wan2GP's saved configuration.
            masks: The sets that the host's own function names for masks.
        """
        return (*_resolved(self.first, config), *masks, *_resolved(self.then, config))

    def names(self) -> frozenset[str]:
        """Return the names of all files in it, whatever the settings."""
        return frozenset(_names((*self.first, *self.then)))

    def written(self) -> frozenset[str]:
        """Return the names of all weights in it, whatever the settings."""
        return _weights(self.names())

    def always(self) -> frozenset[str]:
        """Return the names of the weights that no setting decides."""
        return _weights(_names([item for item in self.first if "setting" not in item]))


def table_written_as(code: Written) -> SharedTable | None:
    """Return the table of the files that a function names; None where no table has just its weights.

    Weights that a table has in addition come from elsewhere (the newer prompt enhancers do). Of several tables the
    one with the fewest other differences is meant.
    """
    if "v4" in code.texts:
        return None  # 10.43 to 10.50 mistook one rife_version for the other
    named = _weights(code.texts)
    fitting = [
        table
        for table in tables().values()
        if named and table.always() <= named <= table.written() and table.texts <= code.texts
    ]
    return min(fitting, key=lambda table: _differences(table, code), default=None)


def _differences(table: SharedTable, code: Written) -> int:
    all_names = frozenset(name for candidate in tables().values() for name in candidate.names())
    return len(table.names() ^ (code.texts & all_names))


@lru_cache(maxsize=1)
def tables() -> Mapping[str, SharedTable]:
    """Return the tables by version, such as "10.56"."""
    document = json.loads(Path(__file__).with_name("shared_sets.json").read_text(encoding="utf-8"))
    parts = document["parts"]

    def joined(names: Sequence[str]) -> tuple[Item, ...]:
        return tuple(item for name in names for item in parts[name])

    return {
        str(table["source"]).partition(" ")[0]: SharedTable(
            table["source"], joined(table["first"]), joined(table["then"]), frozenset(table.get("texts", ()))
        )
        for table in document["tables"]
    }


def _resolved(items: Sequence[Item], config: Mapping[str, Any]) -> Iterator[Item]:
    for item in items:
        if "setting" in item:
            value = config.get(item["setting"], item["default"])
            case = _word(_number(value) if item.get("number") else value)
            yield from _resolved(item["cases"].get(case, item["otherwise"]), config)
        else:
            yield item


def _number(value: object) -> object:
    """Return a setting as Wan2GP 11.13 reads some: "2" is 2, and nothing is 0."""
    try:
        return int(value or 0)  # type: ignore[call-overload] - whatever was saved
    except (TypeError, ValueError):
        return value


def _word(value: object) -> str:
    """Return a setting's value as JSON; numbers that Python takes for equal are written alike."""
    if isinstance(value, (bool, float)) and int(value) == value:
        value = int(value)
    try:
        return json.dumps(value)
    except (TypeError, ValueError):
        return ""


def _weights(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if name.endswith(_WEIGHTS))


def _names(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        if "setting" in item:
            yield from _names([item_of_case for case in item["cases"].values() for item_of_case in case])
            yield from _names(item["otherwise"])
        else:
            yield from (name for names in item["fileList"] for name in names)
