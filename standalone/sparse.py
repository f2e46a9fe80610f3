"""Files that claim their full size and cost next to nothing, with what their format says at both ends.

    .safetensors .gguf   a valid header for one tensor that fills the file
    .json                a small JSON object, as long as it needs to be
    .txt .yaml …         a line of text
    anything else        a mark that is no archive's, then nothing

It was written long ago. Nothing is read from such a file but its header; it must never be loaded as a model.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

PROBE_BYTES = 64 * 1024 * 1024
_HEADER_BYTES = 256
_GGUF_HEADER_BYTES = 64  # 62, and padding to a multiple of 32
_MARK = b"not a model: stands in for one\n"
_LONG_AGO = 1_700_000_000  # nobody is writing it any more
_TEXTS = {".json": b'{"sample": true}\n'}
_TEXT_SUFFIXES = (".txt", ".yaml", ".yml", ".jinja", ".md")

if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import byref, c_ulong, c_void_p

    _SET_SPARSE = 0x000900C4  # FSCTL_SET_SPARSE
    _KERNEL = ctypes.WinDLL("kernel32", use_last_error=True)
    _KERNEL.GetCompressedFileSizeW.restype = c_ulong

    def _mark_sparse(stream: BinaryIO) -> None:
        handle, returned = c_void_p(msvcrt.get_osfhandle(stream.fileno())), c_ulong()
        _KERNEL.DeviceIoControl(handle, c_ulong(_SET_SPARSE), None, 0, None, 0, byref(returned), None)

    def bytes_on_disk(path: Path) -> int:
        """Return what a file really takes."""
        high = c_ulong()
        low = _KERNEL.GetCompressedFileSizeW(str(path), byref(high))
        return (high.value << 32) + low

else:

    def _mark_sparse(stream: BinaryIO) -> None:
        """Do nothing: here a file is sparse where nothing was written."""

    def bytes_on_disk(path: Path) -> int:
        """Return what a file really takes."""
        return path.stat().st_blocks * 512


def sparse_files_work(folder: Path) -> bool:
    """Tell whether a file below this folder costs only what is written to it, by trying with 64 MiB."""
    probe = folder / "sparse.probe"
    try:
        _write(probe, PROBE_BYTES, lambda _size: _MARK)
        return bytes_on_disk(probe) < PROBE_BYTES // 16
    except OSError:
        return False
    finally:
        probe.unlink(missing_ok=True)


def write_stand_in(path: Path, size_bytes: int, *, cut_to: int | None = None) -> None:
    """Write a file that looks whole from outside, or one that was cut off.

    Args:
        path: Where; its folder is made.
        size_bytes: How long it is. JSON and text files are as short as they need to be.
        cut_to: How many bytes there really are of a file whose header tells `size_bytes`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    suffix = path.suffix.lower()
    if suffix in _TEXTS or suffix in _TEXT_SUFFIXES:
        path.write_bytes(_TEXTS.get(suffix, _MARK))
    else:
        _write(path, size_bytes, _HEADERS.get(suffix, lambda _size: _MARK), cut_to)
    os.utime(path, (_LONG_AGO, _LONG_AGO))


def safetensors_header(size_bytes: int) -> bytes:
    """Return the start of a safetensors file of this size that holds one tensor of bytes."""
    data = max(size_bytes - 8 - _HEADER_BYTES, 0)
    header = json.dumps({"sample": {"dtype": "U8", "shape": [data], "data_offsets": [0, data]}})
    return struct.pack("<Q", _HEADER_BYTES) + header.encode().ljust(_HEADER_BYTES)


def gguf_header(size_bytes: int) -> bytes:
    """Return the start of a GGUF file of this size that holds one tensor of 8-bit integers."""
    data = max(size_bytes - _GGUF_HEADER_BYTES, 0)
    version, tensors, keys, dimensions, int8, offset = 3, 1, 0, 1, 24, 0
    start = struct.pack("<4sIQQ", b"GGUF", version, tensors, keys)
    tensor = struct.pack("<Q6sIQIQ", 6, b"sample", dimensions, data, int8, offset)
    return (start + tensor).ljust(_GGUF_HEADER_BYTES, b"\0")


_HEADERS = {".safetensors": safetensors_header, ".sft": safetensors_header, ".gguf": gguf_header}


def _write(path: Path, size_bytes: int, start: Callable[[int], bytes], cut_to: int | None = None) -> None:
    begin = start(size_bytes)
    length = max(size_bytes if cut_to is None else cut_to, len(begin))
    with path.open("wb") as stream:
        _mark_sparse(stream)
        stream.write(begin)
        if length > len(begin):
            stream.seek(length - 1)  # not truncate(): on Windows that would write all the zeros
            stream.write(b"\0")
        stream.flush()
        os.fsync(stream.fileno())
