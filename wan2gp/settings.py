"""The settings of the host that decide which file is taken."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings that decide which file is taken.

    Attributes:
        transformer_quantization: "int8", "fp8", "bf16" or "".
        text_encoder_quantization: The same for text encoders.
        dtype_policy: "bf16", "fp16" or "" for automatic.
        bf16_supported: Whether the graphics card has native bf16.
        save_quantized: Whether Wan2GP was started with `--save-quantized`: it then takes transformers as if no
            quantization were set, to quantize them itself.
    """

    transformer_quantization: str = "int8"
    text_encoder_quantization: str = "int8"
    dtype_policy: str = ""
    bf16_supported: bool = True
    save_quantized: bool = False
