"""The machine: its graphics card and memory, without loading anything heavy.

torch is asked only where the host has loaded it; else NVML, where it is installed; else nothing is known. Memory is in
GiB, as drivers count: a card sold with "24 GB" reports about 24 GiB.
"""

from __future__ import annotations

import importlib
import os
import platform
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

from .gpus import find_gpu, get_gpu
from .memory import amd_card_memory, memory_limit

GIB = 2**30
_LEAST_OWN_BYTES = 1.5 * GIB
"""Less memory of its own has only a graphics unit that shares the machine's."""


class Vendor(Enum):
    """Whose graphics card it is, and what drives it."""

    NVIDIA = "nvidia"
    AMD = "amd"
    APPLE = "apple"
    INTEL = "intel"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Machine:
    """What a generation can use. None is unknown.

    Attributes:
        gpu_name: As the driver says.
        vendor: Whose card it is.
        vram_gib: The card's memory; where it shares the machine's, what it may take of that.
        free_vram_gib: What is free now.
        shared_gib: How much of `vram_gib` is taken from `ram_gib`, so that both together are not there.
        ram_gib: The machine's memory, or what its container may use.
        free_ram_gib: What is free now.
        compute_capability: "8.9" of an RTX 40; NVIDIA and ROCm only.
        source: "torch", "NVML", "chosen" or "nothing".
    """

    gpu_name: str | None = None
    vendor: Vendor = Vendor.UNKNOWN
    vram_gib: float | None = None
    free_vram_gib: float | None = None
    shared_gib: float = 0.0
    ram_gib: float | None = None
    free_ram_gib: float | None = None
    compute_capability: str | None = None
    source: str = "nothing"

    @property
    def card_gb(self) -> float | None:
        """The card's size as sold: the driver's figure is a little under it."""
        if self.vram_gib is None:
            return None
        sold = find_gpu(self.gpu_name or "")
        if sold is not None and abs(sold.vram_gb - self.vram_gib) < 1.5:
            return sold.vram_gb
        return float(round(self.vram_gib))

    @property
    def known_gpu(self) -> str | None:
        """The card's name in the table of cards, or None where it is not there."""
        gpu = find_gpu(self.gpu_name or "")
        return gpu.name if gpu else None

    def ram_beside(self, needed_on_card_gb: float) -> float | None:
        """Return the RAM that is left, GiB, while a generation takes this much on the card; None: not known."""
        if self.ram_gib is None:
            return None
        own = (self.vram_gib or 0.0) - self.shared_gib
        from_ram = min(self.shared_gib, max(0.0, needed_on_card_gb - own))
        return max(0.0, self.ram_gib - from_ram)

    def with_card(self, name: str, vram_gb: float | None = None) -> Machine:
        """Return this machine with another card in it.

        Args:
            name: A card of the table.
            vram_gb: Its memory, for cards sold in several sizes.

        Raises:
            UnknownNameError: It is not in the table.
        """
        gpu = get_gpu(name)
        size = vram_gb if vram_gb is not None else gpu.vram_gb
        vendor = Vendor.AMD if gpu.name.startswith(("RX ", "MI")) else Vendor.NVIDIA
        return replace(
            self,
            gpu_name=gpu.name,
            vendor=vendor,
            vram_gib=size,
            free_vram_gib=None,
            shared_gib=0.0,
            compute_capability=None,
            source="chosen",
        )


def detect_machine(
    modules: Mapping[str, Any] | None = None,
    load: Callable[[str], ModuleType] = importlib.import_module,
    environment: Mapping[str, str] | None = None,
    root: Path = Path("/"),
) -> Machine:
    """Return this machine; what cannot be told is None. Never raises, never imports torch.

    Args:
        modules: What is loaded; None: `sys.modules`.
        load: How to load NVML and psutil.
        environment: None: `os.environ`, for the choice among several cards.
        root: The file system that tells limits of containers; another one in tests.
    """
    modules = sys.modules if modules is None else modules
    environment = os.environ if environment is None else environment
    torch = modules.get("torch")
    machine = (
        _from_torch(torch, root, only_if_awake=True)
        or _from_nvml(load, environment)
        or _from_torch(torch, root)
    )
    return _with_ram(machine or Machine(), load, root)


def _from_torch(torch: Any, root: Path, *, only_if_awake: bool = False) -> Machine | None:  # noqa: ANN401
    """Return what torch says; with `only_if_awake`, nothing that would start its CUDA context."""
    if torch is None:
        return None
    try:
        if only_if_awake and not torch.cuda.is_initialized():
            return None
        if torch.cuda.is_available():
            return _cuda(torch, root)
        if torch.backends.mps.is_available():
            return Machine(gpu_name=platform.processor() or "Apple GPU", vendor=Vendor.APPLE, source="torch")
        return _xpu(torch)
    except Exception:  # noqa: BLE001 - drivers fail in every way; an unknown card is an answer
        return None


def _cuda(torch: Any, root: Path) -> Machine:  # noqa: ANN401
    """Return the card that the host works on, of NVIDIA or, through ROCm, of AMD."""
    index = torch.cuda.current_device()
    properties = torch.cuda.get_device_properties(index)
    machine = Machine(
        gpu_name=str(properties.name),
        vendor=Vendor.AMD if getattr(torch.version, "hip", None) else Vendor.NVIDIA,
        vram_gib=properties.total_memory / GIB,
        free_vram_gib=torch.cuda.mem_get_info(index)[0] / GIB,
        compute_capability=f"{properties.major}.{properties.minor}",
        source="torch",
    )
    is_tiny = machine.vendor is Vendor.AMD and properties.total_memory < _LEAST_OWN_BYTES
    is_integrated = bool(getattr(properties, "is_integrated", False))
    return _sharing(machine, root) if is_integrated or is_tiny else machine


def _sharing(machine: Machine, root: Path) -> Machine:
    """Return a machine whose card is part of the processor, with what the card may take of the machine's memory."""
    told = machine.vram_gib or 0.0
    memory = amd_card_memory(root) if machine.vendor is Vendor.AMD else None
    if memory is None:
        is_own_alone = told < _LEAST_OWN_BYTES / GIB
        return replace(
            machine, vram_gib=None if is_own_alone else told, shared_gib=0.0 if is_own_alone else told
        )
    own, shared = memory.own_bytes / GIB, memory.shared_bytes / GIB
    if own >= shared:  # a large part is set apart for it, and is no part of the RAM
        return replace(machine, vram_gib=max(own, told))
    vram = max(told, shared)
    return replace(machine, vram_gib=vram, free_vram_gib=None, shared_gib=vram)


def _xpu(torch: Any) -> Machine | None:  # noqa: ANN401
    xpu = getattr(torch, "xpu", None)
    if xpu is None or not xpu.is_available():
        return None
    properties = xpu.get_device_properties(xpu.current_device())
    memory = properties.total_memory / GIB
    return Machine(gpu_name=str(properties.name), vendor=Vendor.INTEL, vram_gib=memory, source="torch")


def _from_nvml(load: Callable[[str], ModuleType], environment: Mapping[str, str]) -> Machine | None:
    try:
        nvml: Any = load("pynvml")
        nvml.nvmlInit()
    except Exception:  # noqa: BLE001 - not installed, or no driver
        return None
    try:
        handle = _chosen_card(nvml, environment)
        name = nvml.nvmlDeviceGetName(handle)
        memory = nvml.nvmlDeviceGetMemoryInfo(handle)
        major, minor = nvml.nvmlDeviceGetCudaComputeCapability(handle)
        return Machine(
            gpu_name=name.decode() if isinstance(name, bytes) else str(name),
            vendor=Vendor.NVIDIA,
            vram_gib=memory.total / GIB,
            free_vram_gib=memory.free / GIB,
            compute_capability=f"{major}.{minor}",
            source="NVML",
        )
    except Exception:  # noqa: BLE001 - as above
        return None
    finally:
        nvml.nvmlShutdown()


def _chosen_card(nvml: Any, environment: Mapping[str, str]) -> Any:  # noqa: ANN401
    """Return the card that the host uses: the first that CUDA_VISIBLE_DEVICES names, else the first."""
    first = environment.get("CUDA_VISIBLE_DEVICES", "").split(",")[0].strip()
    if re.fullmatch(r"(GPU|MIG)-[0-9a-fA-F-]+", first):
        return nvml.nvmlDeviceGetHandleByUUID(first)
    return nvml.nvmlDeviceGetHandleByIndex(int(first) if first.isdigit() else 0)


def _with_ram(machine: Machine, load: Callable[[str], ModuleType], root: Path) -> Machine:
    try:
        memory: Any = load("psutil")
        memory = memory.virtual_memory()
        total, free = memory.total, memory.available
        limit = memory_limit(root)
        if limit is not None and limit.total_bytes < total:
            total, free = (
                limit.total_bytes,
                min(free, limit.total_bytes if limit.free_bytes is None else limit.free_bytes),
            )
        machine = replace(machine, ram_gib=total / GIB, free_ram_gib=free / GIB)
    except Exception:  # noqa: BLE001 - not installed
        return machine
    if machine.vendor is Vendor.APPLE:
        machine = replace(
            machine,
            vram_gib=machine.ram_gib,
            free_vram_gib=machine.free_ram_gib,
            shared_gib=machine.ram_gib or 0.0,
        )
    return machine
