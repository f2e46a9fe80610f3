"""Files that something else was saved as: Git LFS's pointers, a server's web pages."""

from __future__ import annotations

from .damage import Damage, DamageKind

_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_WEB_PAGES = (b"<!doctype html", b"<html")
LONGEST_LFS_POINTER = 1024
"""Bytes of a pointer, by that specification."""
LONGEST_MARK = len(_LFS_POINTER)
"""Bytes from a file's start that `substitute` needs."""


def substitute(start: bytes) -> Damage | None:
    """Return what stands in place of the file, judged by its first bytes, or None."""
    if start.startswith(_LFS_POINTER):
        return Damage(kind=DamageKind.LFS_POINTER)
    return Damage(kind=DamageKind.WEB_PAGE) if start[:15].lower().startswith(_WEB_PAGES) else None
