"""Stands for Wan2GP's family handlers: each answers for one base type from a catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catalogue import Catalogue, Entry

_CONFIG_KEYS = ("system_configs", "system_configs2", "system_configs3", "configs")
_MOST_STEPS = 10


class CatalogueHandler:
    """Answers what the recorded handler of one base type answered."""

    def __init__(self, architecture: str, catalogue: Catalogue) -> None:
        self._architecture = architecture
        self._catalogue = catalogue
        self._type_of_path = {
            definition.get("path"): model_type for model_type, definition in catalogue.definitions.items()
        }

    def query_model_files(
        self,
        compute_list: Callable[[str | None], list[str]],
        base_model_type: str,
        model_def: Mapping[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        """Return the sets of files wanted beside the weights.

        Args:
            compute_list: Part of the host's call; not needed here.
            base_model_type: The same.
            model_def: The definition, perhaps with a config selection merged in.
        """
        del compute_list, base_model_type
        own_type = self._type_of_path.get((model_def or {}).get("path"))
        entry = self._catalogue.entries.get(own_type or "")
        if entry is None or own_type is None or model_def is None:
            return self._catalogue.entry_of_architecture(self._architecture)["model_files"]
        for selection, files in entry.get("model_files_by_config", {}).items():
            if files != entry["model_files"] and self._is_selected(selection, own_type, model_def):
                return files
        return entry["model_files"]

    def get_lora_dir(self, base_model_type: str, args: object, lora_root: str) -> str:
        """Return the LoRA folder below a root, without making it."""
        del base_model_type, args
        below = PurePosixPath(self._entry["lora_dir"]).parts[1:]  # recorded as loras/<folder>
        return str(Path(lora_root, *below))

    def query_model_family(self) -> str:
        """Return the id of the family of models."""
        return self._entry["family"]

    @property
    def _entry(self) -> Entry:
        return self._catalogue.entry_of_architecture(self._architecture)

    def _is_selected(self, selection: str, model_type: str, merged: Mapping[str, Any]) -> bool:
        """Tell whether a definition bears what a selection changes.

        A name is left aside: each choice has its own, and the last one of several wins.
        """
        own = self._catalogue.definitions[model_type]
        changes = {
            key: value
            for overrides in self._overrides(selection, model_type)
            for key, value in overrides.items()
            if key != "name" and own.get(key) != value
        }
        return bool(changes) and all(merged.get(key) == value for key, value in changes.items())

    def _overrides(self, selection: str, model_type: str) -> Iterator[Mapping[str, Any]]:
        for key, choice in zip(_CONFIG_KEYS, selection.split(","), strict=False):
            if choice:
                yield config_group(self._catalogue.definitions, model_type, key).get(choice, {})


def config_group(
    definitions: Mapping[str, Mapping[str, Any]], model_type: str, key: str
) -> Mapping[str, Any]:
    """Return one group of a model's config choices; a name in its place stands for that model's group."""
    value: Any = definitions.get(model_type, {}).get(key)
    for _ in range(_MOST_STEPS):
        if not isinstance(value, str):
            break
        value = definitions.get(value, {}).get(key)
    return value if isinstance(value, Mapping) else {}
