"""Whether a file is complete, found out offline from what its format says of itself in its header.

.safetensors .sft        safetensors_header.py
.gguf                    gguf_file.py
.pth .pt .bin .ckpt      zip_archive.py
.npz .zip                zip_archive.py
.json                    json_text.py
any                      a file of no bytes is never complete, nor are zeros, a web page, a Git LFS pointer or a
                         server's message (substitutes.py), nor one with large holes (holes.py)

A new format is a module with a function of a file and a line in `_CHECKS`. What a format does not say stays unknown,
and unknown is not called damaged.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from .damage import NOTES, Damage, DamageKind
from .gguf_file import gguf_damage
from .holes import hole_damage
from .json_text import json_damage
from .safetensors_header import safetensors_damage
from .substitutes import plain_damage
from .zip_archive import strict_zip_damage, zip_damage

if TYPE_CHECKING:
    from .disk import FileOnDisk

_CHECKS: dict[str, Callable[[FileOnDisk], Damage | None]] = {
    **dict.fromkeys((".safetensors", ".sft"), safetensors_damage),
    ".gguf": gguf_damage,
    **dict.fromkeys((".pth", ".pt", ".bin", ".ckpt"), zip_damage),
    **dict.fromkeys((".npz", ".zip"), strict_zip_damage),
    ".json": json_damage,
}
_TELL_THEIR_LENGTH = frozenset({".safetensors", ".sft", ".gguf", ".json", ".npz", ".zip"})
_SHARING_VIOLATIONS = frozenset({32, 33})  # Windows: another program has it open, or locked a part of it


def tells_its_length(path: str) -> bool:
    """Return whether the format that a file's name says tells how long the file should be."""
    return os.path.splitext(path)[1].lower() in _TELL_THEIR_LENGTH


class Integrity:
    """Checks files and remembers the answer while path, size and modification time stay the same."""

    def __init__(self) -> None:
        self._remembered: dict[str, tuple[int, int, Damage | None]] = {}

    def damage(self, file: FileOnDisk) -> Damage | None:
        """Return what is wrong with the file, or None where it can be used, even if something is worth a note.

        A file that vanishes or cannot be read meanwhile counts as damaged: the host could not load it either. That
        is not remembered: a drive that is back, or a permission that was given, changes neither size nor time.
        """
        found = self.finding(file)
        return None if found is not None and found.kind in NOTES else found

    def finding(self, file: FileOnDisk) -> Damage | None:
        """Return the same, and what is worth a note."""
        remembered = self._remembered.get(file.path)
        if remembered is not None and remembered[:2] == (file.size_bytes, file.mtime_ns):
            return remembered[2]
        try:
            damage = _damage(file)
        except OSError as error:
            if getattr(error, "winerror", None) in _SHARING_VIOLATIONS:
                return Damage(kind=DamageKind.LOCKED)
            return Damage(kind=DamageKind.UNREADABLE, detail=error.strerror or str(error))
        except ValueError as error:  # a name that no file can have
            return Damage(kind=DamageKind.UNREADABLE, detail=str(error))
        self._remembered[file.path] = (file.size_bytes, file.mtime_ns, damage)
        return damage


def _damage(file: FileOnDisk) -> Damage | None:
    if file.size_bytes == 0:
        return Damage(kind=DamageKind.EMPTY)
    check = _CHECKS.get(os.path.splitext(file.path)[1].lower(), plain_damage)
    return check(file) or hole_damage(file)
