"""Definitions with which Wan2GP cannot load a model, though nothing in them is malformed.

What an architecture needs is read from its base definition: with no transformer there, as for some audio models, none
is needed in a finetune of it either.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from . import definitions
from .definitions import shown
from .problems import DefinitionError

if TYPE_CHECKING:
    from .definitions import Definition, Definitions
    from .required_files import RequiredFile

_PART = re.compile(
    r"(?P<stem>.+)-(?P<number>\d{1,6})-of-(?P<total>\d{1,6})(?P<suffix>\.[A-Za-z]+)", re.DOTALL
)
_LACKING = {
    "URLs": ("weights of its own", "Add their addresses under “URLs”."),
    "text_encoder_URLs": (
        "a text encoder",
        "Remove “text_encoder_URLs” to use the architecture's own, or add an address to it.",
    ),
}
"""Key → what an empty list of it leaves the model without, and what to do."""


def lacking(
    all_definitions: Definitions, model_type: str, key: str, definition: Definition
) -> DefinitionError | None:
    """Return that a list is empty which the architecture needs; None where it needs none, or where that is not known.

    Args:
        all_definitions: All definitions.
        model_type: The model whose list is empty.
        key: "URLs" or "text_encoder_URLs".
        definition: Its definition, with a config selection merged in.
    """
    if key == "URLs" and "source" in definition:
        return None  # the weights come from that file
    if key != "URLs" and key not in definition:
        return None  # a handler gives its own to every model that does not set it
    architecture = definition.get("architecture")
    if not isinstance(architecture, str):
        return None
    needed_by = _having(all_definitions, model_type, key, architecture)
    if needed_by is None:
        return None
    what, remedy = _LACKING[key]
    return DefinitionError(
        f"“{key}” is {'empty' if key in definition else 'not there'}, but its architecture "
        f"{definitions.shown(architecture)} needs {what}, so loading would fail.",
        remedy,
    )


def _having(all_definitions: Definitions, model_type: str, key: str, architecture: str) -> str | None:
    """Return a model of the architecture that has a list: the base model, or another of Wan2GP's where it is changed."""
    base = definitions.mapping(all_definitions.get(architecture))
    if base and architecture != model_type and not is_finetune(base):
        return architecture if _entries(all_definitions, architecture, key) else None
    if base and architecture == model_type and not is_finetune(base):
        return None  # Wan2GP's own: it knows what it needs
    others = (
        other
        for other in all_definitions
        if other != model_type
        and not is_finetune(found := definitions.mapping(all_definitions.get(other)))
        and found.get("architecture") == architecture
    )
    return next((other for other in others if _entries(all_definitions, other, key)), None)


def _entries(all_definitions: Definitions, model_type: str, key: str) -> tuple[str, ...]:
    try:
        return definitions.entries_of(all_definitions, model_type, key)
    except DefinitionError:
        return ()


def is_finetune(definition: Definition) -> bool:
    """Return whether a definition comes from the user's own `finetunes` folder."""
    path: object = definition.get("path")
    return (
        isinstance(path, str)
        and os.path.basename(os.path.dirname(path.replace("\\", "/"))).casefold() == "finetunes"
    )


def lone_parts(files: Iterable[RequiredFile]) -> tuple[DefinitionError, ...]:
    """Return what is wrong with files that are one part of several, the others of which are not needed.

    Wan2GP loads the files that it was asked to download and no others, so that weights in parts must all be named.
    """
    parts: dict[tuple[str, int, str], set[int]] = {}
    for file in files:
        match = None if file.is_folder else _PART.fullmatch(file.lookup_paths[0])
        if match and int(match["total"]) > 1:
            key = match["stem"], int(match["total"]), match["suffix"].lower()
            parts.setdefault(key, set()).add(int(match["number"]))
    return tuple(_lone(key, numbers) for key, numbers in parts.items() if len(numbers) < key[1])


def _lone(key: tuple[str, int, str], numbers: set[int]) -> DefinitionError:
    stem, total, suffix = key
    name = definitions.shown(os.path.basename(stem) + f"-…-of-{total}{suffix}")
    have = f"part {min(numbers)}" if len(numbers) == 1 else f"{len(numbers)} parts"
    return DefinitionError(
        f"These weights are in {total} parts, {name}, of which Wan2GP would load {have} only.",
        "Name a file that holds all of them: entries of a list are alternatives, not parts.",
    )


def identity_faults(
    definition: Definition, knows_architecture: Callable[[str], bool]
) -> Iterator[DefinitionError]:
    """Yield what is wrong with a model's name and architecture.

    Args:
        definition: The definition.
        knows_architecture: Returns whether this Wan2GP has code for an architecture.
    """
    if not isinstance(definition.get("name"), str):
        yield DefinitionError("The model has no name.", "Add “name” to it.")
    architecture: object = definition.get("architecture")
    if not isinstance(architecture, str):
        yield DefinitionError("The model has no architecture.", "Add “architecture” to it.")
    elif not knows_architecture(architecture):
        yield DefinitionError(
            f"Wan2GP does not know the architecture {shown(architecture)}.",
            "Correct it, or update Wan2GP.",
        )
