"""Files that something else was saved as: Git LFS's pointers, a server's pages and messages, nothing but zeros."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .byte_ranges import read_between
from .damage import Damage, DamageKind

if TYPE_CHECKING:
    from .disk import FileOnDisk

_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_WEB_PAGES = (b"<!doctype html", b"<html", b"<head>", b"<body")
_MESSAGES = (
    b'{"error"',
    b"{'error'",
    b"entry not found",
    b"repository not found",
    b"revision not found",
    b"invalid username or password",
    b"access to model ",
    b"invalid credentials in authorization header",
)
"""How the answers of the Hugging Face Hub and its mirrors begin that are no file."""
_WHOLE_MESSAGES = frozenset(
    {b"not found", b"404: not found", b"404 not found", b"403 forbidden", b"forbidden", b"unauthorized"}
)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MARKUP = (".html", ".htm", ".xml", ".svg")
_NEVER_ZEROS = frozenset(
    {".pth", ".pt", ".ckpt", ".pkl", ".onnx", ".model", ".txt", ".yaml", ".yml", ".jinja", ".md", ".py"}
)
"""Formats of which no file begins with zeros: pickles, zip archives, protocol buffers and texts."""
LONGEST_MARK = 512
"""Bytes from a file's start that `substitute` needs."""


def substitute(start: bytes) -> Damage | None:
    """Return what stands in place of the file, judged by its first bytes, or None."""
    if start.startswith(_LFS_POINTER):
        return Damage(kind=DamageKind.LFS_POINTER)
    text = start.removeprefix(_BYTE_ORDER_MARK).lstrip().lower()
    if text.startswith(_WEB_PAGES):
        return Damage(kind=DamageKind.WEB_PAGE)
    is_xml_error = text.startswith((b"<?xml", b"<error>")) and b"<error>" in text
    if is_xml_error or text.startswith(_MESSAGES) or text.rstrip() in _WHOLE_MESSAGES:
        return Damage(kind=DamageKind.SERVER_ERROR)
    return None


def plain_damage(file: FileOnDisk) -> Damage | None:
    """Return what is wrong with a file of a format that says nothing of itself, or None.

    Raises:
        OSError: It cannot be read.
    """
    suffix = os.path.splitext(file.path)[1].lower()
    with open(file.path, "rb", buffering=0) as stream:
        start = stream.read(LONGEST_MARK)
        damage = None if suffix in _MARKUP else substitute(start)
        if damage is not None or start.strip(b"\0"):
            return damage
        if suffix not in _NEVER_ZEROS:  # bare numbers may begin so: look at its middle and its end too
            for place in (file.size_bytes // 2, max(0, file.size_bytes - LONGEST_MARK)):
                if read_between(stream, place, place + LONGEST_MARK).strip(b"\0"):
                    return None
    return Damage(kind=DamageKind.ZEROS)
