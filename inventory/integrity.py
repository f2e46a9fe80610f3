"""Whether a file is complete, found out offline from what its format says of its own length.

.safetensors .sft        safetensors_header.py
.gguf                    gguf_header.py
.pth .pt .bin .ckpt      zip_archive.py
.json                    json_text.py
any                      a file of no bytes is never complete, nor is a Git LFS pointer or a web page (substitutes.py)

A new format is a module with a function of a file and a line in `_CHECKS`. What a format does not say stays unknown,
and unknown is not called damaged.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from .damage import Damage, DamageKind
from .gguf_header import gguf_damage
from .json_text import json_damage
from .safetensors_header import safetensors_damage
from .substitutes import LONGEST_LFS_POINTER, LONGEST_MARK, substitute
from .zip_archive import zip_damage

if TYPE_CHECKING:
    from .disk import FileOnDisk

_CHECKS: dict[str, Callable[[FileOnDisk], Damage | None]] = {
    **dict.fromkeys((".safetensors", ".sft"), safetensors_damage),
    ".gguf": gguf_damage,
    **dict.fromkeys((".pth", ".pt", ".bin", ".ckpt"), zip_damage),
    ".json": json_damage,
}


class Integrity:
    """Checks files and remembers the answer while path, size and modification time stay the same."""

    def __init__(self) -> None:
        self._remembered: dict[str, tuple[int, int, Damage | None]] = {}

    def damage(self, file: FileOnDisk) -> Damage | None:
        """Return what is wrong with the file, or None where nothing is known to be wrong.

        A file that vanishes or cannot be read meanwhile counts as damaged: the host could not load it either. That
        is not remembered: a drive that is back, or a permission that was given, changes neither size nor time.
        """
        remembered = self._remembered.get(file.path)
        if remembered is not None and remembered[:2] == (file.size_bytes, file.mtime_ns):
            return remembered[2]
        try:
            damage = _damage(file)
        except OSError as error:
            return Damage(kind=DamageKind.UNREADABLE, detail=error.strerror or str(error))
        except ValueError as error:  # a name that no file can have
            return Damage(kind=DamageKind.UNREADABLE, detail=str(error))
        self._remembered[file.path] = (file.size_bytes, file.mtime_ns, damage)
        return damage


def _damage(file: FileOnDisk) -> Damage | None:
    if file.size_bytes == 0:
        return Damage(kind=DamageKind.EMPTY)
    check = _CHECKS.get(os.path.splitext(file.path)[1].lower())
    if check is not None:
        return check(file)
    if file.size_bytes > LONGEST_LFS_POINTER:
        return None
    with open(file.path, "rb", buffering=0) as stream:
        return substitute(stream.read(LONGEST_MARK))
