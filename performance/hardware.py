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
from types import ModuleType
from typing import Any

from .gpus import find_gpu, get_gpu

GIB = 2**30


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
        vram_gib: The card's memory; of an Apple machine, the shared memory.
        free_vram_gib: What is free now.
        ram_gib: The machine's memory.
        free_ram_gib: What is free now.
        compute_capability: "8.9" of an RTX 40; NVIDIA and ROCm only.
        source: "torch", "NVML", "chosen" or "nothing".
    """

    gpu_name: str | None = None
    vendor: Vendor = Vendor.UNKNOWN
    vram_gib: float | None = None
    free_vram_gib: float | None = None
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
            compute_capability=None,
            source="chosen",
        )


def detect_machine(
    modules: Mapping[str, Any] | None = None,
    load: Callable[[str], ModuleType] = importlib.import_module,
    environment: Mapping[str, str] | None = None,
) -> Machine:
    """Return this machine; what cannot be told is None. Never raises, never imports torch.

    Args:
        modules: What is loaded; None: `sys.modules`.
        load: How to load NVML and psutil.
        environment: None: `os.environ`, for the choice among several cards.
    """
    modules = sys.modules if modules is None else modules
    environment = os.environ if environment is None else environment
    torch = modules.get("torch")
    machine = _from_torch(torch, only_if_awake=True) or _from_nvml(load, environment) or _from_torch(torch)
    return _with_ram(machine or Machine(), load)


def _from_torch(torch: Any, *, only_if_awake: bool = False) -> Machine | None:  # noqa: ANN401
    """Return what torch says; with `only_if_awake`, nothing that would start its CUDA context."""
    if torch is None:
        return None
    try:
        if only_if_awake and not torch.cuda.is_initialized():
            return None
        if torch.cuda.is_available():
            return _cuda(torch)
        if torch.backends.mps.is_available():
            return Machine(gpu_name=platform.processor() or "Apple GPU", vendor=Vendor.APPLE, source="torch")
        return _xpu(torch)
    except Exception:  # noqa: BLE001 - drivers fail in every way; an unknown card is an answer
        return None


def _cuda(torch: Any) -> Machine:  # noqa: ANN401
    """Return the card that the host works on, of NVIDIA or, through ROCm, of AMD."""
    index = torch.cuda.current_device()
    properties = torch.cuda.get_device_properties(index)
    return Machine(
        gpu_name=str(properties.name),
        vendor=Vendor.AMD if getattr(torch.version, "hip", None) else Vendor.NVIDIA,
        vram_gib=properties.total_memory / GIB,
        free_vram_gib=torch.cuda.mem_get_info(index)[0] / GIB,
        compute_capability=f"{properties.major}.{properties.minor}",
        source="torch",
    )


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


def _with_ram(machine: Machine, load: Callable[[str], ModuleType]) -> Machine:
    try:
        memory: Any = load("psutil")
        memory = memory.virtual_memory()
        machine = replace(machine, ram_gib=memory.total / GIB, free_ram_gib=memory.available / GIB)
    except Exception:  # noqa: BLE001 - not installed
        return machine
    if machine.vendor is Vendor.APPLE:
        machine = replace(machine, vram_gib=machine.ram_gib, free_vram_gib=machine.free_ram_gib)
    return machine
