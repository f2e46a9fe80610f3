"""Whether a .gguf file is what its own header says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .byte_ranges import read_between
from .damage import Damage, DamageKind
from .gguf_header import (
    GgufHeader,
    GgufShapeError,
    HeaderCutError,
    NotGgufError,
    UnknownGgufError,
    read_gguf_header,
)
from .substitutes import LONGEST_MARK, substitute

if TYPE_CHECKING:
    from .disk import FileOnDisk


def gguf_damage(file: FileOnDisk) -> Damage | None:
    """Return what is wrong with a .gguf file or worth a note, or None.

    Raises:
        OSError: It cannot be read.
    """
    with open(file.path, "rb", buffering=0) as stream:
        try:
            header = read_gguf_header(stream, file.size_bytes)
        except UnknownGgufError:
            return None
        except GgufShapeError:
            return Damage(kind=DamageKind.INVALID_HEADER, detail="a tensor's shape does not fit its type")
        except (HeaderCutError, NotGgufError) as error:
            is_cut = isinstance(error, HeaderCutError)
            damage = Damage(
                kind=DamageKind.CUT_IN_HEADER if is_cut else DamageKind.WRONG_FORMAT, detail="GGUF"
            )
            return substitute(read_between(stream, 0, LONGEST_MARK)) or damage
    return _damage_by(header, file.size_bytes)


def _damage_by(header: GgufHeader, size_bytes: int) -> Damage | None:
    expected = header.least_bytes
    if size_bytes < expected:
        return Damage(kind=DamageKind.CUT, size_bytes=size_bytes, expected_bytes=expected, is_minimum=True)
    if header.oddity:
        return Damage(kind=DamageKind.UNUSUAL, detail=header.oddity)
    if header.padded_bytes is not None and size_bytes > header.padded_bytes:
        return Damage(kind=DamageKind.TOO_LONG, size_bytes=size_bytes, expected_bytes=expected)
    return None
