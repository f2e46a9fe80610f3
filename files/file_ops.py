"""Moving, linking and copying one file, so that nothing is overwritten and no half file is left.

A new name appears only when its file is whole: a copy is written under a name of its own in the target folder
(see `part_names`), then renamed.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from .part_names import new_copy_name

if TYPE_CHECKING:
    from ..inventory.disk import FileOnDisk

_CHUNK = 8 * 2**20
_NO_HARD_LINKS = {
    errno.EPERM,
    errno.EACCES,
    errno.EMLINK,
    errno.ENOSYS,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
}
"""What file systems without hard links answer, and what a rename may still get past."""
_NO_RIGHT_TO_LINK = 1314  # Windows
_AT_FDCWD, _RENAME_NOREPLACE = -100, 1  # Linux, include/uapi/linux/fcntl.h and fs.h
_NO_PROMISE = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}
"""What renameat2 answers where kernel, file system or sandbox does not know the flag."""


class PlacementMethod(Enum):
    """How a file can be put in place."""

    MOVE = "move"
    HARD_LINK = "hard-link"  # a second name of the same file: no space, same drive only
    SYMLINK = "symbolic-link"  # a pointer to the other path
    COPY = "copy"


class Cancelled(Exception):  # noqa: N818 - not an error
    """The user wants to stop."""


OnWritten = Callable[[int], None]
"""Called with the bytes written since the last call; may raise `Cancelled`."""


def put_in_place(
    method: PlacementMethod, source: FileOnDisk, target: str, on_written: OnWritten
) -> str | None:
    """Put one file in place; the target's folder must be there.

    Returns:
        What is left to say although it worked, or None.

    Raises:
        OSError: It did not work; the target is as it was. `FileExistsError`: there is a file of that name.
        Cancelled: By `on_written`; the target is as it was.
    """
    real = os.path.realpath(source.path)
    if method is PlacementMethod.HARD_LINK:
        os.link(real, target)
    elif method is PlacementMethod.SYMLINK:
        os.symlink(real, target)
    elif method is PlacementMethod.COPY:
        _copy(source, target, on_written)
    else:
        return _move(source, target, on_written)
    return None


def _move(source: FileOnDisk, target: str, on_written: OnWritten) -> str | None:
    try:
        rename_no_replace(source.path, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    else:
        return None
    _copy(source, target, on_written)
    try:
        if os.path.getsize(target) != source.size_bytes or not _is_unchanged(source):
            return "the original has changed meanwhile and was left where it was"
        os.unlink(source.path)
    except OSError as error:
        return f"the original could not be deleted: {describe_os_error(error)}"
    return None


def rename_no_replace(source: str, target: str) -> None:
    """Rename a file without ever replacing another one.

    Raises:
        FileExistsError: There is a file of that name.
        OSError: It did not work; both names are as they were.
    """
    if os.name == "nt":
        os.rename(source, target)  # refuses by itself
        return
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        _rename_without_links(source, target)
        return
    try:
        os.unlink(source)
    except OSError:
        os.unlink(target)
        raise


def _rename_without_links(source: str, target: str) -> None:
    """Rename where there are no hard links: by the system's own call, else over a placeholder of our own.

    Raises:
        FileExistsError: There is a file of that name.
        OSError: It did not work; both names are as they were.
    """
    if _renamed_by_system(source, target):
        return
    # nobody else can make the name once it is taken; what replaces the placeholder is our own file
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    placeholder = os.lstat(target)
    if not _is_untouched(target, placeholder):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
    try:
        os.rename(source, target)
    except BaseException:
        if _is_untouched(target, placeholder):
            os.unlink(target)
        raise


def _is_untouched(path: str, placeholder: os.stat_result) -> bool:
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return (status.st_ino, status.st_dev, status.st_size) == (placeholder.st_ino, placeholder.st_dev, 0)


def _renamed_by_system(source: str, target: str) -> bool:
    """Return whether Linux renamed it with the promise to replace nothing; False: it cannot promise that here.

    Raises:
        OSError: It did not work, `FileExistsError` where there is a file of that name.
    """
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):  # another system, or an old C library
        return False
    if rename(_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), _RENAME_NOREPLACE) == 0:
        return True
    error = ctypes.get_errno()
    if error in _NO_PROMISE:
        return False
    raise OSError(error, os.strerror(error), target)


def _copy(source: FileOnDisk, target: str, on_written: OnWritten) -> None:
    part = os.path.join(os.path.dirname(target), new_copy_name())
    buffer = memoryview(bytearray(min(_CHUNK, max(1, source.size_bytes))))
    try:
        with open(source.path, "rb", buffering=0) as reader, open(part, "xb") as writer:
            while length := reader.readinto(buffer):
                writer.write(buffer[:length])
                on_written(length)
            writer.flush()
            os.fsync(writer.fileno())
        _check_size(part, source)
        with contextlib.suppress(OSError):
            os.utime(part, ns=(source.mtime_ns, source.mtime_ns))
        rename_no_replace(part, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise


def _check_size(part: str, source: FileOnDisk) -> None:
    if os.path.getsize(part) != source.size_bytes:
        raise OSError(errno.EIO, "the file changed while it was copied: search again", source.path)


def _is_unchanged(source: FileOnDisk) -> bool:
    status = os.stat(source.path)
    return (status.st_size, status.st_mtime_ns) == (source.size_bytes, source.mtime_ns)


def describe_os_error(error: OSError) -> str:
    """Return why something did not work, with the remedy: part of a sentence."""
    if getattr(error, "winerror", None) == _NO_RIGHT_TO_LINK:
        return "Windows allows symbolic links only with its Developer Mode or to administrators"
    if isinstance(error, FileExistsError):
        return "a file of that name already exists, and nothing is overwritten"
    explanations = {
        errno.ENOSPC: "the drive is full: free some space and try again",
        errno.EDQUOT: "disk quota exceeded: free some space and try again",
        errno.EFBIG: "the drive's file system cannot hold a file of this size",
        errno.EROFS: "the drive is read-only",
        errno.EACCES: "no permission, or another program uses the file: check the folder's permissions and close other programs",
        errno.EPERM: "the drive or your permissions do not allow it: choose another method, such as a copy",
        errno.ENOENT: "the file or its folder is no longer there: search again",
        errno.EXDEV: "the two folders are on different drives: choose a copy or a symbolic link",
        errno.ENOTSUP: "the drive does not support it: choose a copy",
        errno.EMLINK: "the file has as many names as the drive allows: choose a copy",
        errno.ENAMETOOLONG: "the path is too long for the drive",
        errno.EIO: error.strerror if error.filename else "the drive reported an error: check its connection",
    }
    return explanations.get(error.errno or 0) or error.strerror or str(error)
