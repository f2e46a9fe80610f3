"""Where a file named in a definition lies: its name below the roots, or its absolute path.

https://…/x.safetensors              x.safetensors           below any root
https://…/x.safetensors|folder       folder/x.safetensors    below any root
https://…/x.safetensors|%lora_dir    LORA_FOLDER/x.safetensors
x.safetensors                        the same, but nothing to fetch it from
"""

from __future__ import annotations

import os.path
from functools import lru_cache
from pathlib import PurePosixPath, PureWindowsPath

from .definitions import shown
from .problems import DefinitionError

HUB = "https://huggingface.co"
_LORA_FOLDER = "%lora_dir"


@lru_cache(maxsize=8192)
def stays_below(path: str) -> bool:
    """Return whether a relative path stays below its folder, by the rules of POSIX and Windows alike."""
    windows, posix = PureWindowsPath(path), PurePosixPath(path)
    if "\x00" in path or windows.drive or windows.root or posix.root:
        return False
    return ".." not in windows.parts and ".." not in posix.parts


def is_address(entry: str) -> bool:
    """Return whether an entry can be fetched; anything else is a local name."""
    return entry.startswith("http")


def address_of(entry: str) -> str | None:
    """Return the address without `|folder`, or None for a local name."""
    return entry.split("|", maxsplit=1)[0] if is_address(entry) else None


def hub_address(repository: str, *parts: str) -> str:
    """Return the address of a file on the Hugging Face Hub, main branch."""
    return "/".join([HUB, repository, "resolve/main", *(part.strip("/") for part in parts if part)])


def local_name(entry: str, lora_folder: str | None = None) -> str:
    """Return the name below the roots at which the host looks for an entry, or an absolute path.

    Raises:
        DefinitionError: It climbs out of the roots, or is malformed.
    """
    if not is_address(entry):
        if "|" in entry:
            raise DefinitionError(f"A local name cannot have a “|”: {shown(entry)}.", "Remove it.")
        return _kept_below(entry, entry)
    address, *folders = entry.split("|")
    name = _file_name(address)
    if not folders or folders == [""]:
        return name
    if len(folders) > 1:
        raise DefinitionError(f"More than one “|”: {shown(entry)}.", "Keep one folder.")
    if folders[0] == _LORA_FOLDER:
        if lora_folder is None:
            raise DefinitionError(f"No LoRA folder is known for {shown(entry)}.", "Name a folder instead.")
        return os.path.join(os.path.abspath(lora_folder), name)
    return _kept_below(os.path.join(_folder_below(folders[0], entry), name), entry)


def plain_name(entry: str) -> str:
    """Return the name below the roots on hosts that do not know `|folder` (up to 11.32): the bar stays in it.

    Raises:
        DefinitionError: It climbs out of the roots.
    """
    return _kept_below(os.path.basename(entry) if is_address(entry) else entry, entry)


def plain_lora_name(entry: str, lora_folder: str) -> str:
    """Return where a LoRA is looked for on hosts that take the last part of its address, bar and all (up to 12.24).

    Raises:
        DefinitionError: It names no file.
    """
    return os.path.join(lora_folder, _file_name(entry))


def lora_name(entry: str, lora_folder: str) -> str:
    """Return the path at which the host looks for one of a definition's own LoRAs.

    Raises:
        DefinitionError: It climbs out of the LoRA folder, or is malformed.
    """
    if os.path.isabs(entry):
        return entry
    if not entry.startswith(("http:", "https:")):
        return os.path.join(lora_folder, _kept_below(entry, entry))
    address, *folders = entry.split("|")
    name = _file_name(address)
    return (
        os.path.join(lora_folder, _folder_below(folders[0], entry), name)
        if folders
        else os.path.join(lora_folder, name)
    )


def _file_name(address: str) -> str:
    name = os.path.basename(address)
    if not name or name in {".", ".."}:
        raise DefinitionError(f"The address names no file: {shown(address)}.", "Correct it.")
    return _kept_below(name, address)


def _folder_below(folder: str, entry: str) -> str:
    if folder and (not stays_below(folder.strip()) or not PurePosixPath(folder.strip()).parts):
        raise DefinitionError(
            f"The folder leads out of the checkpoint folders: {shown(entry)}.", "Name a folder below."
        )
    return folder


def _kept_below(name: str, entry: str) -> str:
    """Pass absolute paths and those below; the host reads an absolute path as it is."""
    plain = os.path.normpath(name)
    if name and (os.path.isabs(name) or (stays_below(name) and stays_below(plain))):
        return plain
    raise DefinitionError(
        f"The path leads out of the checkpoint folders: {shown(entry)}.", "Use a plain file name."
    )
