"""Reads the package's data files and checks what they say, field by field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from .errors import FactsError

FOLDER = Path(__file__).with_name("facts")


@dataclass(frozen=True, slots=True)
class Fields:
    """One record of a data file, with typed access; errors name the file and the record."""

    values: Mapping[str, Any]
    where: str

    def number(self, key: str) -> float:
        """Return a number that must be there."""
        value = self.values.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise FactsError(f"{self.where}: {key!r} must be a number, not {value!r}")
        return float(value)

    def maybe_number(self, key: str) -> float | None:
        """Return a number, or None where nothing is known."""
        return None if self.values.get(key) is None else self.number(key)

    def maybe_whole(self, key: str) -> int | None:
        """Return a whole number, or None where nothing is known."""
        value = self.maybe_number(key)
        return None if value is None else int(value)

    def text(self, key: str) -> str:
        """Return a text that must be there."""
        value = self.values.get(key)
        if not isinstance(value, str) or not value:
            raise FactsError(f"{self.where}: {key!r} must be a text, not {value!r}")
        return value

    def maybe_text(self, key: str) -> str | None:
        """Return a text, or None where nothing is known."""
        return None if self.values.get(key) is None else self.text(key)

    def fields(self, key: str) -> Fields:
        """Return a record inside this one; an absent one is empty."""
        value = self.values.get(key)
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise FactsError(f"{self.where}: {key!r} must be a record, not {value!r}")
        return Fields(cast("dict[str, Any]", value), f"{self.where}, {key}")

    def numbers(self, key: str) -> tuple[float, ...]:
        """Return a list of numbers, or an empty one."""
        return tuple(float(value) for value in self.values.get(key) or ())

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, or an empty one."""
        return tuple(str(value) for value in self.values.get(key) or ())

    def records(self, key: str) -> dict[str, Fields]:
        """Return the records of a table by name."""
        table = self.fields(key)
        return {name: table.fields(name) for name in table.values}

    def rows(self, key: str) -> tuple[Fields, ...]:
        """Return the records of a list; each is named by its id."""
        rows = cast("list[dict[str, Any]]", self.values.get(key) or [])
        return tuple(Fields(row, f"{self.where}, {row.get('id', index)}") for index, row in enumerate(rows))


@cache
def read_facts(name: str) -> Fields:
    """Return a data file as a record, read once.

    Args:
        name: The file's name without ".json".

    Raises:
        FactsError: It is missing or not JSON.
    """
    path = FOLDER / f"{name}.json"
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FactsError(f"performance/facts/{name}.json cannot be read: {error}") from error
    return Fields(values, path.name)
