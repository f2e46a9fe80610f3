"""The machine that the demo stands for, told by whom the plugin asks: NVML, psutil and the drive.

    with stands_for(MadeUpMachine(get_gpu("RTX 3060"), ram_gb=32), workdir):
        …                                # the plugin sees that card, that memory and a drive of 1 TB

What is measured stays true: bytes below the work folder count as used, and other folders are on the real drive.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import psutil
from model_tracker.performance import hardware

if TYPE_CHECKING:
    from model_tracker.performance.gpus import Gpu

GIB = 2**30
DRIVE_BYTES = 1_000_204_886_016  # what a drive of "1 TB" holds
_OTHERS_BYTES = 412_000_000_000  # the system and other programs
_FREE_SHARE = 0.9
"""Of the card's memory; a desktop takes the rest."""
_AVAILABLE_SHARE = 0.7
"""Of the machine's memory."""
ROOM_BYTES = 40_000_000_000
"""What must be free on the real drive: a copy that the page offers writes every byte of a file."""


@dataclass(frozen=True, slots=True)
class MadeUpMachine:
    """What the demo pretends to run on.

    Attributes:
        gpu: A card of the plugin's table.
        ram_gb: Memory, as sold.
    """

    gpu: Gpu
    ram_gb: int

    @property
    def notice(self) -> str:
        """What the page says of it."""
        return (
            f"This page stands for a machine with an **{self.gpu.name}** ({self.gpu.vram_gb:g} GB), "
            f"{self.ram_gb} GB of RAM and a drive of 1 TB. Its files are made up; nothing is downloaded or sent."
        )


@contextmanager
def stands_for(machine: MadeUpMachine, workdir: Path) -> Iterator[None]:
    """Let this process see a machine.

    Args:
        machine: What it is.
        workdir: Whose drive is made up too.
    """
    memory = psutil.virtual_memory()
    total = machine.ram_gb * GIB
    memory = memory._replace(total=total, available=int(total * _AVAILABLE_SHARE))
    nvml = sys.modules.get("pynvml")
    sys.modules["pynvml"] = _nvml(machine.gpu)
    try:
        with (
            patch.object(psutil, "virtual_memory", lambda: memory),
            patch.object(hardware, "memory_limit", lambda _root: None),  # of the container that this runs in
            patch.object(shutil, "disk_usage", _MadeUpDrive(workdir, shutil.disk_usage)),
        ):
            yield
    finally:
        del sys.modules["pynvml"]
        if nvml is not None:
            sys.modules["pynvml"] = nvml


def _nvml(gpu: Gpu) -> Any:  # noqa: ANN401 - stands for a module
    """Return NVML with one card; of which vendor it is makes no difference to the page."""
    total = int(gpu.vram_gb * GIB)
    memory = SimpleNamespace(total=total, free=int(total * _FREE_SHARE))
    return SimpleNamespace(
        nvmlInit=lambda: None,
        nvmlShutdown=lambda: None,
        nvmlDeviceGetHandleByIndex=lambda _index: gpu,
        nvmlDeviceGetHandleByUUID=lambda _uuid: gpu,
        nvmlDeviceGetName=lambda _handle: gpu.name,
        nvmlDeviceGetMemoryInfo=lambda _handle: memory,
        nvmlDeviceGetCudaComputeCapability=lambda _handle: (8, 6),
    )


class _MadeUpDrive:
    """`shutil.disk_usage` of a drive of 1 TB that holds the work folder and what others put there.

    Where the real drive has little room its own figures are told, so that no copy fills it.
    """

    def __init__(self, workdir: Path, really: Any) -> None:  # noqa: ANN401 - the real function
        self._workdir = workdir.resolve()
        self._really = really

    def __call__(self, path: Any) -> Any:  # noqa: ANN401 - as shutil's
        real = self._really(path)
        if real.free < ROOM_BYTES or not Path(path).resolve().is_relative_to(self._workdir):
            return real
        used = min(_OTHERS_BYTES + _bytes_below(self._workdir), DRIVE_BYTES)
        return type(real)(DRIVE_BYTES, used, DRIVE_BYTES - used)


def _bytes_below(folder: Path) -> int:
    """Return the bytes of the files below a folder, each once however many names it has."""
    sizes: dict[tuple[int, int], int] = {}
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # moved meanwhile
                status = Path(place, name).lstat()
                sizes[status.st_dev, status.st_ino] = status.st_size
    return sum(sizes.values())
