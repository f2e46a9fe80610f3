"""How much memory there is where more than the machine decides: in containers, and where card and processor share it.

/proc/self/cgroup                              which group the process is in
/sys/fs/cgroup/<group>/memory.max              cgroup v2: its limit, and those of the groups above
/sys/fs/cgroup/memory/<group>/memory.limit_in_bytes      cgroup v1
/sys/class/drm/card0/device/mem_info_gtt_total           what an AMD card may take of the machine's memory
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_NO_LIMIT = 2**60
"""cgroup v1 says a number near 2^63 for no limit."""
_AMD = "0x1002"


@dataclass(frozen=True, slots=True)
class MemoryLimit:
    """What a container may use.

    Attributes:
        total_bytes: At most.
        free_bytes: Of that not in use, file cache not counted; None: not known.
    """

    total_bytes: int
    free_bytes: int | None


@dataclass(frozen=True, slots=True)
class CardMemory:
    """What the driver of an AMD card tells of its memory.

    Attributes:
        own_bytes: Set apart for the card alone.
        shared_bytes: What it may take of the machine's memory.
    """

    own_bytes: int
    shared_bytes: int


def memory_limit(root: Path = Path("/")) -> MemoryLimit | None:
    """Return the tightest limit of the process's control groups, or None where there is none; never raises.

    Args:
        root: The file system; another one in tests.
    """
    limits = [limit for folder, names in _groups(root) if (limit := _limit(folder, *names)) is not None]
    return min(limits, key=lambda limit: limit.total_bytes, default=None)


def amd_card_memory(root: Path = Path("/")) -> CardMemory | None:
    """Return the memory of the one AMD card; None where there is none or several, or nothing is told.

    Args:
        root: The file system; another one in tests.
    """
    found: list[CardMemory] = []
    for device in sorted(root.glob("sys/class/drm/card[0-9]*/device")):
        own, shared = _number(device / "mem_info_vram_total"), _number(device / "mem_info_gtt_total")
        if _text(device / "vendor") == _AMD and own is not None and shared is not None:
            found.append(CardMemory(own, shared))
    return found[0] if len(found) == 1 else None


_V1, _V2 = (
    ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ("memory.max", "memory.current", "inactive_file"),
)
"""Names of the limit, the usage, and what of it is cache that can be dropped."""


def _groups(root: Path) -> Iterator[tuple[Path, tuple[str, str, str]]]:
    """Yield the folders of the process's groups and of those above, each with the names of its files."""
    for line in (_text(root / "proc/self/cgroup") or "").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers and "memory" not in controllers.split(","):
            continue
        base, names = (root / "sys/fs/cgroup/memory", _V1) if controllers else (root / "sys/fs/cgroup", _V2)
        below = PurePosixPath(path.lstrip("/"))
        if ".." in below.parts:
            below = PurePosixPath()
        for folder in (below, *below.parents):
            yield base / folder, names


def _limit(folder: Path, maximum: str, usage: str, cache: str) -> MemoryLimit | None:
    total = _number(folder / maximum)
    if total is None or not 0 < total < _NO_LIMIT:
        return None
    used = _number(folder / usage)
    if used is None:
        return MemoryLimit(total, None)
    cached = 0
    for line in (_text(folder / "memory.stat") or "").splitlines():
        name, _, value = line.partition(" ")
        if name == cache and value.isdecimal():
            cached = int(value)
    return MemoryLimit(total, max(0, total - max(0, used - cached)))


def _number(path: Path) -> int | None:
    text = _text(path)
    return int(text) if text is not None and text.isdecimal() and len(text) < 30 else None


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except (OSError, ValueError):
        return None
