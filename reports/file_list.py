"""The files of one model as plain text, to paste somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..catalog import labels
from ..texts import reports as texts
from .plain import one_line

if TYPE_CHECKING:
    from ..inventory.models import TrackedModel


def file_list(model: TrackedModel) -> str:
    """Return what Generate would do, then a table of all files with tabs between its columns."""
    who = texts.MODEL.format(name=model.name, model_type=model.model_type)
    title = one_line(texts.MODEL_DOES.format(name=who, does=labels.what_generate_does(model)))
    table = [
        texts.FILE_HEADINGS,
        *(
            (
                labels.FILE_STATES[file.state],
                labels.size(file.size),
                file.path,
                file.required.url or texts.NO_ADDRESS,
            )
            for file in model.files
        ),
    ]
    return "\n".join([title, *("\t".join(map(one_line, line)) for line in table)]) + "\n"
