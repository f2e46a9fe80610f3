"""The groups of models in Wan2GP's selector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from ..phrases import shortened
from .definitions import Definition, mapping, text_in


@dataclass(frozen=True, slots=True)
class Family:
    """A group of models as Wan2GP's selector shows them."""

    label: str
    order: int


UNKNOWN_FAMILY = Family("Other", 10_000)


def family_of(definition: Definition, infos: Mapping[str, Any], handler: object) -> Family:
    """Return the group of a model.

    Args:
        definition: Its definition.
        infos: Wan2GP's groups: id → order and label.
        handler: The model's handler, which may name the group.
    """
    described = mapping(definition.get("metadata"))
    query = getattr(handler, "query_model_family", None)
    named: tuple[object, ...] = (
        definition.get("group"),
        described.get("family"),
        query() if callable(query) else None,
    )
    for identifier in named:
        info: object = infos.get(identifier) if isinstance(identifier, str) else None
        if isinstance(info, (list, tuple)):
            order, label = cast("Sequence[Any]", info)[:2]
            return Family(str(label), int(order))
    labels = text_in(described, "family_label"), text_in(definition, "group")
    return Family(shortened(next(filter(None, labels), UNKNOWN_FAMILY.label)), UNKNOWN_FAMILY.order)
