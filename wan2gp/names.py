"""Names of Wan2GP's that are read, and what is lost where one does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..texts import host as texts
from .compatibility import shared_files_words

if TYPE_CHECKING:
    from .capabilities import Capabilities


@dataclass(frozen=True, slots=True)
class HostName:
    """A name of Wan2GP's that is used here, and what is lost where it does not exist."""

    name: str
    impact: str


HOST_NAMES = tuple(HostName(name, impact) for name, impact in texts.WITHOUT.items())
"""Every name of Wan2GP's that is read in any version, all of them live at each snapshot."""

NEEDED_NAMES = (
    "fl",
    "server_config",
    "transformer_quantization",
    "text_encoder_quantization",
    "transformer_dtype_policy",
    "bfloat16_supported",
)
"""Names that every known Wan2GP has and that decide which file is needed; without one nothing is sure."""

PROBED_NAMES = (
    "files_locator",
    "download_models",
    "get_transformer_dtype",
    "get_lora_dir",
    "get_local_model_filename",
    "get_lora_local_path",
    "download_mmaudio",
)
"""Names that tell, by being there and by their parameters, how files are fetched."""

LIVE_FUNCTIONS = ("get_model_filename", "get_model_def", "get_base_model_type", "switch_to_model")
"""Functions whose `__globals__` is Wan2GP's live namespace."""


def missing_names(names: Mapping[str, Any], how: Capabilities) -> tuple[HostName, ...]:
    """Return the names that are not there, each with what this means for this Wan2GP."""
    told = {"query_core_shared_model_files": shared_files_words(how)}
    if not how.configs:
        told["get_model_config_groups"] = texts.NO_CONFIG_CHOICES
    return tuple(
        replace(entry, impact=told.get(entry.name, entry.impact))
        for entry in HOST_NAMES
        if names.get(entry.name) is None
    )
