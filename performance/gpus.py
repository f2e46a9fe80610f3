"""Graphics cards by name: what the vendor publishes, and what they really reach."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from .errors import UnknownNameError
from .facts import read_facts

if TYPE_CHECKING:
    from .constants import Constants

_NOISE = re.compile(r"\b(nvidia|geforce|amd|radeon|graphics|tesla|gpu|generation)\b|\(tm\)|\(r\)")
_SIZE = re.compile(r"\b\d+ ?gi?b\b")


@dataclass(frozen=True, slots=True)
class Gpu:
    """A graphics card.

    Attributes:
        name: Its usual short name: "RTX 4090".
        published_tflops: Dense 16-bit matrix TFLOP/s with 32-bit accumulation, by the vendor.
        vram_gb: As sold.
    """

    name: str
    published_tflops: float
    vram_gb: float


@dataclass(frozen=True, slots=True)
class Rate:
    """The pace of a card.

    Attributes:
        tflops: TFLOP/s in bf16 that a generation really gets.
        measured: Whether timings on that card say so; else it follows from the vendor's figure.
        gpu: The card.
    """

    tflops: float
    measured: bool
    gpu: Gpu


@cache
def load_gpus() -> Mapping[str, Gpu]:
    """Return the cards of gpus.json by name, as sold."""
    return {
        name: Gpu(name, fields.number("published_tflops"), fields.number("vram_gb"))
        for name, fields in read_facts("gpus").records("gpus").items()
    }


@cache
def _by_plain_name() -> Mapping[str, Gpu]:
    gpus = load_gpus()
    by_name = {_plain(name): gpu for name, gpu in gpus.items()}
    for name, fields in read_facts("gpus").records("gpus").items():
        by_name.update({_plain(alias): gpus[name] for alias in fields.texts("aliases")})
    return by_name


def _plain(name: str) -> str:
    folded = _NOISE.sub(" ", name.casefold())
    return "".join(_SIZE.sub(" ", folded).split())


def find_gpu(name: str) -> Gpu | None:
    """Return the card of this name as drivers or people write it, or None.

    A laptop's card is not the desktop card of the same number, and is not found.
    """
    return _by_plain_name().get(_plain(name))


def get_gpu(name: str) -> Gpu:
    """Return the card of this name.

    Raises:
        UnknownNameError: It is not in the table; names the nearest.
    """
    gpu = find_gpu(name)
    if gpu is None:
        raise UnknownNameError("graphics card", name, load_gpus())
    return gpu


def rate(gpu: Gpu, constants: Constants) -> Rate:
    """Return the pace of a card: measured where timings exist, else its published TFLOP/s times the usual share."""
    measured = constants.rates_tflops.get(gpu.name)
    if measured is not None:
        return Rate(measured, measured=True, gpu=gpu)
    return Rate(gpu.published_tflops * constants.utilisation, measured=False, gpu=gpu)
