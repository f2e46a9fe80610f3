"""The files of one model as plain text, to paste somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..catalog import labels, sentences
from .plain import one_line

if TYPE_CHECKING:
    from ..inventory.models import TrackedModel


def file_list(model: TrackedModel) -> str:
    """Return what Generate would do, then a table of all files with tabs between its columns."""
    title = one_line(f"{model.name} ({model.model_type}): {sentences.what_generate_does(model)}")
    table = [
        ("State", "Size", "Path", "URL"),
        *(
            (
                labels.FILE_STATES[file.state],
                labels.size(file.size),
                file.path,
                file.required.url or "no download URL",
            )
            for file in model.files
        ),
    ]
    return "\n".join([title, *("\t".join(map(one_line, line)) for line in table)]) + "\n"
