"""The names of a running Wan2GP that plugins ask for. `namespace.py` runs this file anew for each page.

The functions read their own module, so a name that gets another value is live at once, as in the host.
"""

from __future__ import annotations

import os
import time
from types import SimpleNamespace
from typing import Any

from catalogue import visible_types
from handlers import config_group

WanGP_version = "12.60"
models_def: dict[str, dict[str, Any]] = {}
model_types_handlers: dict[str, Any] = {}
families_infos: dict[str, tuple[int, str]] = {}
displayed_model_types: list[str] = []
transformer_type = ""

fl: Any = None
args = SimpleNamespace(loras="", profile=-1, lock_model=False)
server_config: dict[str, Any] = {}
transformer_quantization = "int8"
text_encoder_quantization = "int8"
transformer_dtype_policy = ""
bfloat16_supported = True


def get_quantization_tokens(quantization: str) -> list[str]:
    """Return what is looked for in file names."""
    return [quantization]


quant_router = SimpleNamespace(get_quantization_tokens=get_quantization_tokens)


def get_model_def(model_type: str) -> dict[str, Any] | None:
    """Return a definition."""
    return models_def.get(model_type)


def get_base_model_type(model_type: str) -> str | None:
    """Return the architecture of a model; a base type is its own."""
    definition = models_def.get(model_type)
    if definition is not None:
        return definition["architecture"]
    return model_type if model_type in model_types_handlers else None


def get_model_name(model_type: str) -> str:
    """Return a model's name as the selector shows it."""
    return str(models_def.get(model_type, {}).get("name") or model_type)


def get_model_config_groups(model_type: str) -> list[dict[str, Any]]:
    """Return the four groups of the form's config choice."""
    keys = ("system_configs", "system_configs2", "system_configs3", "configs")
    return [dict(config_group(models_def, model_type, key)) for key in keys]


def get_lora_root() -> str:
    """Return the folder of all LoRA folders: the command line's, else the configuration's."""
    return args.loras or server_config.get("loras_root", "loras")


def get_lora_dir(model_type: str) -> str:
    """Return a model's LoRA folder; like the host, make it."""
    base = get_base_model_type(model_type)
    folder = model_types_handlers[base].get_lora_dir(base, args, get_lora_root())
    os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - a path as text, as the host has it
    return folder


def refresh_model_defs() -> None:
    """Give `models_def` a new dictionary, as the host does when finetunes are read again."""
    global models_def, displayed_model_types  # noqa: PLW0603 - what the host does, and plugins must stand
    models_def = dict(models_def)
    displayed_model_types = visible_types(models_def)


def switch_to_model(model_type: str, open_media_tab: bool = False) -> tuple[Any, Any]:  # noqa: FBT001, FBT002
    """Return two updates, for `model_choice_target` and `main_tabs`, that choose a model."""
    import gradio as gr  # noqa: PLC0415 - reading the models needs no page

    target = f"{model_type}|{time.time()}" if model_type else gr.update()
    return target, gr.Tabs(selected="media_gen") if open_media_tab else gr.update()
