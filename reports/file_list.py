"""The files of one model as plain text, to paste somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..inventory import wording

if TYPE_CHECKING:
    from ..inventory.inventory import TrackedModel


def file_list(model: TrackedModel) -> str:
    """Return a line for each file: state, size, path and address, separated by tabs."""
    lines = [f"{_line(model.name)} ({_line(model.model_type)}): {wording.what_generate_does(model)}"]
    lines += [
        "\t".join(
            (
                file.state.value,
                wording.size(file.size),
                _line(file.path),
                _line(file.required.url or "no address"),
            )
        )
        for file in model.files
    ]
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    """Return a text without what would break its line or column."""
    return " ".join(text.split())
