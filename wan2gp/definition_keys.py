"""The keys of definitions that hold addresses or file names, and what Wan2GP does with them.

A key that is not accounted for may name a file that Generate needs, so its model is not called downloaded. The table
holds for all definitions that Wan2GP 9.9, 10.56, 11.13, 12.23, 12.34 and 12.60 ship.
"""

from __future__ import annotations

import os.path
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from . import entry_paths
from .definitions import CONFIG_KEYS, mapping
from .problems import Problem

if TYPE_CHECKING:
    from .definitions import Definition
    from .required_files import RequiredFile

_WEIGHTS = (
    *(".safetensors", ".sft", ".gguf", ".pth", ".pt"),
    *(".bin", ".ckpt", ".onnx", ".pkl", ".npz"),
)
_FOLLOWED = frozenset(
    {
        *("URLs", "URLs2", "modules", "text_encoder_URLs", "preload_URLs", "VAE_URLs", "loras"),
        *("text_encoder_folder", *CONFIG_KEYS),
        *("ltx2_lora_distilled", "ltx2_lora_distilled_1_1", "ltx2_lora_hdr", "ltx2_lora_union_control"),
        *("ltx2_lora_outpaint", "ltx2_lora_inpaint", "ltx2_lora_ingredients", "ltx2_lora_id"),
        "distill_lora_URL",
    }
)
"""Keys whose files are listed where Generate needs them."""
_BY_HANDLER = frozenset(
    {
        *("ltx2_video_vae_file", "ltx2_spatial_upscaler_file", "ltx2_hdr_scene_embeddings_file"),
        *("kiwi_source_embedder_file", "kiwi_ref_embedder_file"),
        *("kiwi_text_encoder_file", "kiwi_text_encoder_quanto_file"),
        *("kiwi_source_embedder_download_path", "kiwi_ref_embedder_download_path"),
    }
)
"""Keys whose files the model's handler names, or a preload brings."""
_NOT_NEEDED = frozenset(
    {
        *("ltx2_lora_pixel_spatial_upscaler", "ltx2_hdr_lora_file"),  # the upscaler's own; nobody's
        *("source", "source2", "module_source", "module_source2"),  # in place of a download, see the FAQ
        *("name", "description", "infos", "author", "metadata", "settings", "path", "custom_guide"),
    }
)
LOCATED = ("video_vae_file", "audio_vae_file", "vae_URL", "vae_URLs", "vision_encoder_filename")
"""Keys whose file the model's code looks for by its last part, and never downloads by this key."""
_LOCATED_BY = {
    "vae_URL": ("qwen_image_layered", "longcat"),
    "vae_URLs": ("qwen_image_layered",),
    "video_vae_file": ("minimax_h3",),
    "audio_vae_file": ("minimax_h3",),
    "vision_encoder_filename": ("krea2",),
}
"""The beginnings of the architectures whose code reads them."""


def located_files(definition: Definition, architecture: str) -> Iterator[tuple[str, str]]:
    """Yield (key, name) of the files that the model's code looks for without ever downloading them by that key."""
    for key in LOCATED:
        if architecture.startswith(_LOCATED_BY[key]):
            name = next(iter(_texts(definition.get(key))), "").split("|", maxsplit=1)[0]
            if name:
                yield key, os.path.basename(name) if entry_paths.is_address(name) else name


def to_be_there(definition: Definition, architecture: str, files: Iterable[RequiredFile]) -> tuple[str, ...]:
    """Return the names of `located_files` that neither the handler nor a preload brings.

    Args:
        definition: The definition.
        architecture: Its architecture.
        files: What is brought.
    """
    brought = {file.name for file in files}
    names = (name for _, name in located_files(definition, architecture))
    return tuple(name for name in names if os.path.basename(name) not in brought)


def doubts(model_type: str, definition: Definition, architecture: str) -> Iterator[Problem]:
    """Yield a problem for each key of which nothing is known."""
    path: object = definition.get("path")
    for key in unaccounted(definition, architecture):
        yield Problem(
            model_type,
            f"Not sure: “{key}” names a file, and this plugin does not know what Wan2GP does with it.",
            "Update this plugin, or remove the key if Wan2GP does not need it.",
            path if isinstance(path, str) else None,
        )


def unaccounted(definition: Definition, architecture: str) -> tuple[str, ...]:
    """Return the keys that hold an address or a file's name, and of which nothing is known here."""
    listed: object = definition.get("finetune_custom_urls")
    named = {key for key in _texts(listed) if definition.get(key)}
    known = _FOLLOWED | _BY_HANDLER | _NOT_NEEDED
    return tuple(
        key
        for key, value in definition.items()
        if not key.startswith("_")
        and key not in known
        and not (key in LOCATED and architecture.startswith(_LOCATED_BY[key]))
        and key != "finetune_custom_urls"
        and (key in named or any(_is_file(text) for text in _texts(value)))
    )


def _texts(value: object, depth: int = 0) -> Iterator[str]:
    """Yield the texts in a value; what lies very deep is left out."""
    if isinstance(value, str):
        yield value
    elif depth < 8:
        parts: Sequence[object] = ()
        if isinstance(value, Mapping):
            parts = tuple(mapping(cast("object", value)).values())
        elif isinstance(value, (list, tuple)):
            parts = cast("Sequence[object]", value)
        for part in parts:
            yield from _texts(part, depth + 1)


def _is_file(text: str) -> bool:
    plain = text.split("|", maxsplit=1)[0].split("?", maxsplit=1)[0].strip().lower()
    return plain.startswith(("http://", "https://")) or plain.endswith(_WEIGHTS)
