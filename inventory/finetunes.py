"""Rows for the user's finetunes that Wan2GP ignored or hid, so that they are found, with file and remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ..phrases import shortened
from ..wan2gp.finetune_files import UnofferedFinetune, unoffered_finetunes
from .models import ModelStatus, TrackedModel, model_without_files

if TYPE_CHECKING:
    from ..wan2gp.snapshot import HostSnapshot


def with_unoffered(host: HostSnapshot, models: Mapping[str, TrackedModel]) -> dict[str, TrackedModel]:
    """Return the models, and those that the user's files mean but the host does not offer; reads these files."""
    rows = dict(models)
    for finetune in unoffered_finetunes(host):
        hidden = rows.get(finetune.model_type)
        rows[finetune.model_type] = _row(finetune) if hidden is None else _hidden(hidden, finetune)
    return rows


def _hidden(model: TrackedModel, finetune: UnofferedFinetune) -> TrackedModel:
    """Return a model that the host hid, with the reason in place of its definition's problems."""
    return replace(
        model,
        is_offered=False,
        visible=False,
        is_finetune=True,
        problems=(finetune.problem,),
        status=ModelStatus.MISSING if model.status is ModelStatus.DOWNLOADED else model.status,
    )


def _row(finetune: UnofferedFinetune) -> TrackedModel:
    return model_without_files(
        finetune.model_type,
        (finetune.problem,),
        name=shortened(finetune.name),
        base_type=shortened(finetune.architecture),
        is_offered=False,
    )
