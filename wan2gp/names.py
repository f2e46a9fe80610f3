"""Names of Wan2GP's that are read, and the impact where one does not exist: data alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HostName:
    """A name of Wan2GP's that is used here, and the impact where it does not exist."""

    name: str
    impact: str


HOST_NAMES = (
    HostName("models_def", "no model can be listed"),
    HostName("fl", "the checkpoint folders are taken to be “ckpts” and “.”"),
    HostName("model_types_handlers", "the files that a model's handler asks for are not known"),
    HostName("get_model_filename", "the file is chosen by the known rule"),
    HostName("get_model_config_groups", "config choices are read from the definitions"),
    HostName(
        "query_core_shared_model_files", "which files are downloaded with every model is told otherwise"
    ),
    HostName("query_matanyone_download_def", "the mask helper files are not told by a function"),
    HostName("quant_router", "“int8” and “fp8” are looked for in file names as they are"),
    HostName("transformer_quantization", "it is taken from the configuration, else int8, and not sure"),
    HostName("text_encoder_quantization", "it is taken from the configuration, else int8, and not sure"),
    HostName("transformer_dtype_policy", "it is taken from the configuration, else automatic, and not sure"),
    HostName("bfloat16_supported", "the graphics card is taken to have native bf16, which is not sure"),
    HostName("server_config", "settings are taken to be Wan2GP's defaults, which is not sure"),
    HostName("args", "command-line options are not known"),
    HostName("get_lora_root", "the LoRA folder is taken from the command line and the configuration"),
    HostName("families_infos", "families are named as in the definitions"),
    HostName("WanGP_version", "the version of Wan2GP is not known"),
    HostName("switch_to_model", "“Use this model” writes into the selector itself"),
)
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
