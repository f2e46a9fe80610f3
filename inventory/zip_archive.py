"""Whether a .pth, .pt, .bin or .ckpt file has the end record of a zip archive, which PyTorch writes since 1.6.

The older format, a bare pickle, says nothing of its length. Read by hand: `zipfile` reads the whole directory, 2.4 ms
for 1,000 entries and 15 ms for 3,000; the last bytes take 0.01 ms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .byte_ranges import read_between
from .damage import Damage, DamageKind
from .substitutes import LONGEST_MARK, substitute

if TYPE_CHECKING:
    from .disk import FileOnDisk

_END = b"PK\x05\x06"
_END_BYTES = 22
_LONGEST_COMMENT = 0xFFFF


def zip_damage(file: FileOnDisk) -> Damage | None:
    """Return what is wrong with a file of PyTorch's, or None.

    Raises:
        OSError: It cannot be read.
    """
    with open(file.path, "rb", buffering=0) as stream:
        start = stream.read(LONGEST_MARK)
        if not start.startswith(b"PK"):
            return substitute(start)
        end = read_between(stream, max(file.size_bytes - _END_BYTES, 0), file.size_bytes)
        if end.startswith(_END):
            return None
        with_comment = max(file.size_bytes - _END_BYTES - _LONGEST_COMMENT, 0)
        end = read_between(stream, with_comment, file.size_bytes)
    position = end.rfind(_END)
    if position < 0 or position + _END_BYTES > len(end):
        return Damage(kind=DamageKind.CUT, detail="the end of the archive is missing")
    return None
