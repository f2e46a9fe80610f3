"""Bytes per weight of each quantization, by name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import UnknownNameError

_BYTES = {
    "fp32": 4.0,
    "mbf16": 2.03,  # bf16 with some layers in 32 bits
    "mfp16": 2.03,
    "bf16": 2.0,
    "fp16": 2.0,
    "q8_0": 1.0625,
    "int8": 1.04,  # quanto: 8 bits and a scale per row
    "fp8": 1.0,
    "q6_k": 0.82,
    "q5_k_m": 0.71,
    "q4_k_m": 0.61,
    "nvfp4": 0.58,
    "fp4": 0.58,
    "int4": 0.58,
    "nf4": 0.58,
    "q4_0": 0.5625,
    "q3_k_m": 0.49,
    "q2_k": 0.33,
}
_GGUF_FAMILY = {
    "8": "q8_0",
    "6": "q6_k",
    "5": "q5_k_m",
    "4": "q4_k_m",
    "3": "q3_k_m",
    "2": "q2_k",
    "1": "q2_k",
}
"""Formats of llama.cpp by their bits: the size of the whole family is about that of its usual member."""
_GGUF = re.compile(r"i?q([1-8])(?:_(?:[01]|nl|(?:k_)?(?:xxs|xs|xl|s|m|l)|k))?")
_PLAIN = "|".join(name for name in _BYTES if not _GGUF.fullmatch(name))
_TOKEN = re.compile(
    rf"(?<![a-z0-9])(?P<gguf>{_GGUF.pattern})(?![a-z0-9])"
    rf"|(?!(?<=[a-z])nf4)(?P<plain>{_PLAIN})(?![0-9])"
)
_NOT_AFTER_ALL = re.compile(r"un-?quantized|non[ _-]quantized")
"""Said behind a format that the weights were made for and are not stored in: "q4_0-unquantized"."""

HOST_DEFAULT = "int8"


@dataclass(frozen=True, slots=True)
class Quantization:
    """How weights are stored.

    Attributes:
        name: As it is written: "bf16", "int8", "Q4_K_S" …
        bytes_per_param: Bytes that one parameter takes; of a GGUF format those of its family.
    """

    name: str
    bytes_per_param: float

    @property
    def is_reduced(self) -> bool:
        """Whether it takes fewer than 16 bits."""
        return self.bytes_per_param < 1.5


def known_quantizations() -> tuple[str, ...]:
    """Return the known names, the largest weights first."""
    return tuple(_BYTES)


def quantization(name: str) -> Quantization:
    """Return a quantization by name; "default" and "" are the host's default, int8.

    File names and longer descriptions are understood too: "GGUF Q6_K", "int8 convrot", "bf16 (non quantized)". Of
    several formats in a name the last one that takes fewer than 16 bits counts: "quanto_mbf16_int8" is int8.

    Raises:
        UnknownNameError: Nothing known is in the name.
    """
    folded = name.strip().casefold()
    denial = max((match.start() for match in _NOT_AFTER_ALL.finditer(folded)), default=-1)
    formats = [
        stored
        for match in _TOKEN.finditer(folded)
        if not (stored := _format(match, name.strip())).is_reduced or match.start() > denial
    ]
    reduced = [stored for stored in formats if stored.is_reduced]
    if formats:
        return (reduced or formats)[-1]
    if folded.split(" ")[0] in {"", "default"}:
        return Quantization(HOST_DEFAULT, _BYTES[HOST_DEFAULT])
    raise UnknownNameError("quantization", name, _BYTES)


def _format(match: re.Match[str], name: str) -> Quantization:
    written = match[0]
    if match["plain"]:
        return Quantization(written, _BYTES[written])
    family = _BYTES.get(written, _BYTES[_GGUF_FAMILY.get(match[2], "q8_0")])
    return Quantization(name[match.start() : match.end()], family)
