"""Names of files that are not whole: how downloads and copies call them until they are.

.model-tracker-1a2b3c4d.part   a copy made by this plugin
x.safetensors.part             a download by one of this plugin's scripts (`reports/scripts/`)
x.safetensors.download/        the same, by `hf`
….incomplete                   a download by huggingface_hub
_temp1754000000.12/            Wan2GP's folder for a download into a sub-folder
"""

from __future__ import annotations

import os
import re
import secrets

_COPY_PREFIX, _PART_SUFFIX = ".model-tracker-", ".part"
_SCRIPT_FOLDER_SUFFIX = ".download"
_HUB_SUFFIX = ".incomplete"
_TEMP_FOLDER = re.compile(r"_temp\d+(\.\d+)?")


def new_copy_name() -> str:
    """Return a name for a copy in the making that no other file has."""
    return f"{_COPY_PREFIX}{secrets.token_hex(4)}{_PART_SUFFIX}"


def is_copy(name: str) -> bool:
    """Return whether a file of this name is an unfinished copy."""
    return name.startswith(_COPY_PREFIX) and name.endswith(_PART_SUFFIX)


def is_hub_download(name: str) -> bool:
    """Return whether a file of this name is an unfinished download by huggingface_hub."""
    return name.endswith(_HUB_SUFFIX)


def is_script_folder(name: str) -> bool:
    """Return whether a folder of this name may be one of a download script."""
    return name.endswith(_SCRIPT_FOLDER_SUFFIX)


def target_of_script(name: str) -> str | None:
    """Return the name that a script's file or folder will have when it is whole; None where it is none of theirs."""
    target, suffix = os.path.splitext(name)
    return target if suffix in {_PART_SUFFIX, _SCRIPT_FOLDER_SUFFIX} and not is_copy(name) else None


def is_temp_folder(name: str) -> bool:
    """Return whether a folder of this name is a temporary download folder: `_temp` and the second of its birth."""
    return _TEMP_FOLDER.fullmatch(name) is not None
