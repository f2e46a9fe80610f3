"""A collection of model definitions with what their handlers want beside the weights.

Read from a folder in the form of a dump of a running Wan2GP, or from the sample beside this module:

    models_def.json    {model type: definition}                     sample: defaults/*.json, finetunes/*.json
    model_files.json   {"models": {model type: entry}, "core_shared", "matanyone", "families_infos"}
    names.json         {"WanGP_version"}; not always there

An entry has `base_model_type`, `family`, `lora_dir`, `model_files` and perhaps `model_files_by_config`
(config selection → files).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

SAMPLE_FOLDER = Path(__file__).with_name("sample")

Definition = dict[str, Any]
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Definitions and handler data of one Wan2GP.

    Attributes:
        definitions: Model type → definition, as Wan2GP merges it.
        entries: Model type → what its handler answers.
        families: Family id → (order, label).
        core_shared: The files fetched with every model, or None where that Wan2GP has no such set.
        matanyone: The mask helper's files, or None.
        version: The version of that Wan2GP.
    """

    definitions: dict[str, Definition]
    entries: Mapping[str, Entry]
    families: Mapping[str, tuple[int, str]]
    core_shared: Any
    matanyone: Any
    version: str

    @classmethod
    def sample(cls) -> Catalogue:
        """Read the embedded sample."""
        definitions = {
            file.stem: {**_read(file), "path": f"{folder}/{file.name}"}
            for folder in ("defaults", "finetunes")
            for file in sorted((SAMPLE_FOLDER / folder).glob("*.json"))
        }
        return cls._of(definitions, _read(SAMPLE_FOLDER / "model_files.json"), "12.60")

    @classmethod
    def from_dump(cls, folder: Path) -> Catalogue:
        """Read a folder with `models_def.json` and `model_files.json`.

        Raises:
            FileNotFoundError: One of the two is not there.
        """
        names = folder / "names.json"
        version = _read(names).get("WanGP_version") if names.is_file() else None
        return cls._of(
            _read(folder / "models_def.json"), _read(folder / "model_files.json"), version or "12.60"
        )

    @classmethod
    def _of(cls, definitions: dict[str, Definition], files: Mapping[str, Any], version: str) -> Catalogue:
        return cls(
            definitions=definitions,
            entries=files["models"],
            families={family: (info[0], info[1]) for family, info in files["families_infos"].items()},
            core_shared=files.get("core_shared"),
            matanyone=files.get("matanyone"),
            version=version,
        )

    def with_definitions(self, more: Mapping[str, Definition]) -> Catalogue:
        """Return a catalogue that has these definitions too."""
        return replace(self, definitions={**self.definitions, **more})

    def architectures(self) -> frozenset[str]:
        """Return the base types that have a handler."""
        return frozenset(entry["base_model_type"] for entry in self.entries.values())

    def entry_of_architecture(self, architecture: str) -> Entry:
        """Return what a handler answers for a base type: its own type's entry, else the first of its kind.

        Raises:
            KeyError: No handler knows this base type.
        """
        own = self.entries.get(architecture)
        if own is not None and own["base_model_type"] == architecture:
            return own
        for entry in self.entries.values():
            if entry["base_model_type"] == architecture:
                return entry
        raise KeyError(architecture)


def visible_types(definitions: Mapping[str, Definition]) -> list[str]:
    """Return the model types that the host's selector lists."""
    return [model_type for model_type, definition in definitions.items() if definition.get("visible", True)]


def generated_finetunes(catalogue: Catalogue, how_many: int) -> dict[str, Definition]:
    """Return made-up finetunes over all architectures, the same ones each time.

    Most have weights of their own in two formats, one in ten uses its base model's, one in seventeen names a
    local file that nothing tells where to fetch.
    """
    bases = [
        kind for kind in _own_types(catalogue) if not isinstance(catalogue.definitions[kind].get("URLs"), str)
    ]
    finetunes: dict[str, Definition] = {}
    for number in range(1, how_many + 1):
        base = bases[number % len(bases)]
        model_type = f"finetune_{number:04}"
        finetunes[model_type] = {
            **catalogue.definitions[base],
            "name": f"Finetune {number:04} of {catalogue.definitions[base]['name']}",
            "description": "Made up to fill the page.",
            "URLs": _weights(number, base, model_type),
            "path": f"finetunes/{model_type}.json",
            "visible": True,
        }
    return finetunes


def _own_types(catalogue: Catalogue) -> Iterable[str]:
    return (kind for kind in sorted(catalogue.architectures()) if kind in catalogue.definitions)


def _weights(number: int, base: str, model_type: str) -> list[str] | str:
    if number % 10 == 0:
        return base
    if number % 17 == 0:
        return [f"{model_type}_int8.safetensors"]
    folder = f"https://huggingface.co/example/finetunes/resolve/main/{model_type}"
    return [f"{folder}_bf16.safetensors", f"{folder}_quanto_bf16_int8.safetensors"]


def _read(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text(encoding="utf-8"))
