"""The user's `finetunes/*.json` that Wan2GP ignored or hid: why, and what to do.

Wan2GP 12 goes on without a file that it cannot read and says so in its console alone; a model of an unknown
architecture it marks invisible. Older ones do not start with such a file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, cast

from .definitions import mapping, shown
from .problems import Problem
from .runnable import is_finetune

if TYPE_CHECKING:
    from .snapshot import HostSnapshot

FOLDER = "finetunes"
"""Below the current folder, as Wan2GP looks for it."""
MOST_ENTRIES = 20_000
"""Entries of the folder that are looked at."""
MOST_FILES = 2_000
"""Files that are read in one scan."""
MOST_BYTES = 2_000_000
"""The longest file that is read; a definition has some thousand."""
_SUFFIX = ".json"
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_AGAIN = "Then restart Wan2GP."


@dataclass(frozen=True, slots=True)
class UnofferedFinetune:
    """A file in `finetunes/` of which Wan2GP offers no model.

    Attributes:
        model_type: The id that it has, or would have.
        name: As the file calls it; the id where that cannot be read.
        architecture: As the file names it; "" where it does not.
        path: Relative to the current folder.
        problem: Why, and what to do.
    """

    model_type: str
    name: str
    architecture: str
    path: str
    problem: Problem


class _FileError(Exception):
    """Why a file is ignored; its text is the message.

    Attributes:
        remedy: What to do.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def unoffered_finetunes(host: HostSnapshot) -> tuple[UnofferedFinetune, ...]:
    """Return the finetunes that the host ignored or hid; reads the disk, and never raises for a file's content.

    Those that the user hid ("visible": false) are left alone, and all of them where it is not known what the host reads.
    """
    if not host.reads_finetunes:
        return ()
    names, has_more = _names()
    candidates = [name for name in names if _is_unoffered(host, name[: -len(_SUFFIX)])]
    judged = (_judge(host, name) for name in candidates[:MOST_FILES])
    unoffered = [finetune for finetune in judged if finetune is not None]
    left = len(candidates) - MOST_FILES
    if has_more or left > 0:
        unoffered.append(_too_many("some" if has_more else f"{left:,}"))
    return tuple(unoffered)


def _names() -> tuple[list[str], bool]:
    """Return the names of the folder's definition files in order, and whether it has more entries than are looked at."""
    try:
        with os.scandir(FOLDER) as entries:
            found = [entry.name for entry in islice(entries, MOST_ENTRIES + 1)]
    except (OSError, ValueError):
        return [], False
    names = [name for name in found[:MOST_ENTRIES] if os.path.normcase(name).endswith(_SUFFIX)]
    return sorted(name for name in names if not name.startswith(".")), len(found) > MOST_ENTRIES


def _is_unoffered(host: HostSnapshot, model_type: str) -> bool:
    """Return whether the host has no such type, or hides it since it does not know its architecture."""
    if model_type not in host.definitions:
        return True
    definition = mapping(host.definitions[model_type])
    return is_finetune(definition) and not definition.get("visible", True) and not _is_known(host, definition)


def _is_known(host: HostSnapshot, definition: Mapping[str, object]) -> bool:
    architecture = definition.get("architecture")
    return isinstance(architecture, str) and host.knows_architecture(architecture)


def _judge(host: HostSnapshot, name: str) -> UnofferedFinetune | None:
    path = os.path.join(FOLDER, name)
    model_type = name[: -len(_SUFFIX)]
    shown_name, architecture = model_type, ""
    try:
        model = _model_in(_document(_content(path)))
        if isinstance(model.get("name"), str) and str(model["name"]).strip():
            shown_name = str(model["name"])
        architecture = str(model["architecture"]) if isinstance(model.get("architecture"), str) else ""
        if model_type in host.definitions and not model.get("visible", True):
            return None  # the user hid it
        message, remedy = _why_not_offered(host, model_type, model)
    except _FileError as error:
        message, remedy = str(error), error.remedy
    except Exception as error:  # noqa: BLE001 - whatever is in one file, the others are told
        message, remedy = f"It cannot be read ({type(error).__name__}).", "Correct the file."
    problem = Problem(model_type, message, remedy, path)
    return UnofferedFinetune(model_type, shown_name, architecture, path, problem)


def _why_not_offered(host: HostSnapshot, model_type: str, model: Mapping[str, object]) -> tuple[str, str]:
    """Return message and remedy for a file that can be read."""
    architecture = model.get("architecture")
    if architecture is None or architecture == "":
        return (
            "Wan2GP hides this finetune: its file names no “architecture”.",
            f"Add it, such as “t2v”, the id of the model that it was made from. {_AGAIN}",
        )
    if not _is_known(host, model):
        return (
            f"Wan2GP hides this finetune: it does not know the architecture {shown(architecture)}.",
            f"Correct it (capital letters count), or update Wan2GP. {_AGAIN}",
        )
    if model_type in host.definitions:
        return "Wan2GP hides this finetune.", "Restart Wan2GP."
    return "Wan2GP has not loaded this finetune.", "Restart Wan2GP; if that does not help, see its console."


def _content(path: str) -> bytes:
    try:
        if not os.path.isfile(path):
            raise _FileError(
                "This is no file, so Wan2GP would not start with it.", "Remove it from the folder."
            )
        with open(path, "rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise _FileError(
            f"The file cannot be read: {error.strerror or type(error).__name__}.", "Check its permissions."
        ) from error
    if len(content) > MOST_BYTES:
        raise _FileError(
            f"The file is longer than {MOST_BYTES // 1_000_000} MB: this is no definition.",
            "Remove it from the folder.",
        )
    return content


def _document(content: bytes) -> object:
    """Return what is in a file, read as the host reads it: UTF-8 without a mark before it."""
    if content.startswith(_BOM):
        raise _FileError(
            "Wan2GP ignores this file: it begins with a byte-order mark.",
            f"Save it as “UTF-8” without BOM in your editor. {_AGAIN}",
        )
    if not content.strip(b" \t\r\n\x00"):
        raise _FileError("Wan2GP ignores this file: it is empty.", f"Write the definition into it. {_AGAIN}")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        form = "it is UTF-16" if content.startswith(_UTF_16) else f"byte {error.start + 1} is no UTF-8"
        raise _FileError(
            f"Wan2GP ignores this file: {form}.", f"Save it as “UTF-8” without BOM in your editor. {_AGAIN}"
        ) from error
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise _broken(text, error) from error
    except RecursionError as error:
        raise _FileError(
            "Wan2GP ignores this file: it is nested too deep.", f"Correct it. {_AGAIN}"
        ) from error
    except ValueError as error:  # a number of more digits than Python reads
        raise _FileError(
            "Wan2GP ignores this file: a number in it is too long.", f"Correct it. {_AGAIN}"
        ) from error


def _broken(text: str, error: json.JSONDecodeError) -> _FileError:
    before = text[: error.pos].rstrip()
    where = f"line {error.lineno}, column {error.colno}"
    if text[error.pos : error.pos + 1] in {"}", "]"} and before.endswith(","):
        cause, remedy = "there is a comma behind the last entry", "Remove the comma there."
    elif before.endswith(",") and text[error.pos : error.pos + 1] == '"':
        cause, remedy = "there is a comma too many", "Remove it."
    elif text[error.pos : error.pos + 1] == "":
        cause, remedy = "it ends before it is complete", "Add what is missing at its end, such as “}”."
    else:
        cause = "it is no JSON"
        remedy = "Correct that place: texts stand in quotation marks, entries are separated by commas."
    return _FileError(f"Wan2GP ignores this file: {cause} ({where}).", f"{remedy} {_AGAIN}")


def _model_in(document: object) -> Mapping[str, object]:
    if not isinstance(document, Mapping):
        raise _FileError(
            f"Wan2GP ignores this file: it holds {_kind(document)}, not an object with “model” in it.",
            f"Write {{“model”: {{…}}}}. {_AGAIN}",
        )
    whole = cast("Mapping[str, object]", document)
    if "model" not in whole:
        raise _FileError(
            "Wan2GP ignores this file: it has no “model”.",
            f"Put name, architecture and URLs into {{“model”: {{…}}}}. {_AGAIN}",
        )
    model = whole["model"]
    if not isinstance(model, Mapping):
        raise _FileError(
            f"Wan2GP ignores this file: its “model” is {_kind(model)}, not an object.",
            f"Write {{“model”: {{…}}}}. {_AGAIN}",
        )
    return cast("Mapping[str, object]", model)


def _kind(value: object) -> str:
    if isinstance(value, list):
        return "a list"
    return "a text" if isinstance(value, str) else shown(value)


def _too_many(count: str) -> UnofferedFinetune:
    problem = Problem(
        FOLDER, f"The folder has too many files: {count} were not looked at.", "Keep fewer there.", FOLDER
    )
    return UnofferedFinetune(f"{FOLDER}/…", "More finetunes", "", FOLDER, problem)
