"""Bytes per weight of each quantization, by name."""

from __future__ import annotations

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
_SHORT = {"q8": "q8_0", "q6": "q6_k", "q5": "q5_k_m", "q4": "q4_k_m", "q3": "q3_k_m", "q2": "q2_k"}
_SEARCHED = (
    "nvfp4",
    "nf4",
    "q4_0",
    *_SHORT,
    "int8",
    "fp8",
    "int4",
    "fp4",
    "mbf16",
    "mfp16",
    "bf16",
    "fp16",
    "fp32",
)

HOST_DEFAULT = "int8"


@dataclass(frozen=True, slots=True)
class Quantization:
    """How weights are stored.

    Attributes:
        name: Its usual name: "bf16", "int8", "q4_k_m" …
        bytes_per_param: Bytes that one parameter takes.
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

    Longer descriptions are understood too: "GGUF Q6_K", "int8 convrot", "bf16 (non quantized)".

    Raises:
        UnknownNameError: Nothing known is in the name.
    """
    folded = name.strip().casefold()
    if folded in _BYTES:
        return Quantization(folded, _BYTES[folded])
    found = next((token for token in _SEARCHED if token in folded), None)
    if found is None and folded.split(" ")[0] in {"", "default"}:
        found = HOST_DEFAULT
    if found is None:
        raise UnknownNameError("quantization", name, _BYTES)
    found = _SHORT.get(found, found)
    return Quantization(found, _BYTES[found])
