"""Names of Wan2GP's that are read, and what is lost where one does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .compatibility import shared_files_words

if TYPE_CHECKING:
    from .capabilities import Capabilities

_WITHOUT = {
    "models_def": "no model can be listed",
    "fl": "the checkpoint folders are taken to be “ckpts” and “.”",
    "model_types_handlers": "the files that a model's handler asks for are not known",
    "get_model_filename": "the file is chosen by the known rule",
    "get_model_config_groups": "config choices are read from the definitions",
    "query_core_shared_model_files": "which files are fetched with every model is told otherwise",
    "query_matanyone_download_def": "the mask helper files are not told by a function",
    "quant_router": "“int8” and “fp8” are looked for in file names as they are",
    "transformer_quantization": "it is taken from the configuration, else int8, and not sure",
    "text_encoder_quantization": "it is taken from the configuration, else int8, and not sure",
    "transformer_dtype_policy": "it is taken from the configuration, else automatic, and not sure",
    "bfloat16_supported": "the graphics card is taken to have native bf16, which is not sure",
    "server_config": "settings are taken to be Wan2GP's defaults, which is not sure",
    "args": "command-line options are not known",
    "get_lora_root": "the LoRA folder is taken from the command line and the configuration",
    "families_infos": "families are named as in the definitions",
    "WanGP_version": "the version of Wan2GP is not known",
    "switch_to_model": "“Use this model” writes into the selector itself",
}


@dataclass(frozen=True, slots=True)
class HostName:
    """A name of Wan2GP's that is used here, and what is lost where it does not exist."""

    name: str
    impact: str


HOST_NAMES = tuple(HostName(name, impact) for name, impact in _WITHOUT.items())
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
        told["get_model_config_groups"] = "the form has no config choices"
    return tuple(
        replace(entry, impact=told.get(entry.name, entry.impact))
        for entry in HOST_NAMES
        if names.get(entry.name) is None
    )
