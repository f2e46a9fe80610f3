"""The files of one model as plain text, to paste somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..inventory import wording
from .plain import one_line

if TYPE_CHECKING:
    from ..inventory.inventory import TrackedModel

HEADINGS = ("State", "Size", "Path", "Address")


def file_list(model: TrackedModel) -> str:
    """Return what Generate would do, then a table of all files with tabs between its columns."""
    title = one_line(f"{model.name} ({model.model_type}): {wording.what_generate_does(model)}")
    table = [
        HEADINGS,
        *(
            (file.state.value, wording.size(file.size), file.path, file.required.url or "no address")
            for file in model.files
        ),
    ]
    return "\n".join([title, *("\t".join(map(one_line, line)) for line in table)]) + "\n"
