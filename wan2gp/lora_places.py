"""Where a LoRA lies that Generate asks for, and where it is downloaded from.

Wan2GP notes the address of every LoRA it has heard of, and downloads by these notes alone; it makes the note just
before, so an address that is new to it counts too.
"""

from __future__ import annotations

import os.path
from collections.abc import Mapping
from typing import Any, NamedTuple

from . import entry_paths


class LoraPlace(NamedTuple):
    """Where a LoRA lies that Generate asks for.

    Attributes:
        path: In the LoRA folder, or absolute.
        address: Where it is downloaded from; None: nowhere, so Generate refuses to start without the file.
    """

    path: str
    address: str | None


def lora_place(entry: str, folder: str, noted: Mapping[str, Any], *, knows_folders: bool) -> LoraPlace:
    """Return where Generate looks for a LoRA, and what it downloads it from.

    Args:
        entry: As it is written.
        folder: The model's LoRA folder, as Wan2GP writes it.
        noted: Addresses that Wan2GP noted for LoRAs.
        knows_folders: Whether it understands `|folder` and notes the first address of a name (11.777 on); before
            that the last one counts.

    Raises:
        DefinitionError: It climbs out of the LoRA folder, or is malformed.
    """
    if os.path.isabs(entry):
        return LoraPlace(entry, None)
    is_address = entry.startswith(("http:", "https:"))
    if knows_folders:
        path = entry_paths.lora_name(entry, folder)
        known: object = noted.get(f"{folder}|{os.path.relpath(path, folder)}")
        if isinstance(known, str):
            return LoraPlace(path, known)
        return LoraPlace(path, entry.split("|", maxsplit=1)[0] if is_address else None)
    path = os.path.join(folder, os.path.basename(entry))
    known = entry if is_address else noted.get(path)
    return LoraPlace(path, known if isinstance(known, str) else None)
