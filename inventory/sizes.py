"""Sizes of files that are not on the disk, from the table `known_sizes.json` beside this module."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .requirements import RequiredFile


def known_size(file: RequiredFile) -> int | None:
    """Return the size in bytes that the Hub has told for this file, or None."""
    if file.url is None:
        return None
    return _table().get(file.url)


@cache
def _table() -> dict[str, int]:
    """Return address → bytes, from the repositories' listings in the table."""
    path = Path(__file__).with_name("known_sizes.json")
    document = json.loads(path.read_text(encoding="utf-8"))
    return {
        document["address"].format(repository=repository, file=name): size
        for repository, files in document["repositories"].items()
        for name, size in files.items()
    }
