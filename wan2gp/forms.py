"""The settings that a model's form holds: those it starts with, and what they become when Generate is pressed.

A form starts with the user's own defaults where "Set Settings as Default" has saved some, else with Wan2GP's. Wan2GP's
function for them writes a file, so it is never called; what it consists of is.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from .definitions import CONFIG_KEYS, Definition, mapping
from .system_loras import Form, default_form, is_outpainting

Namespace = Mapping[str, Any]

_SETTINGS_SUFFIX = "_settings.json"
_CACHE_FILES = ("loras_url_cache_v2.json", "loras_url_cache.json")  # 11.777 on; before that


@dataclass(frozen=True, slots=True)
class SavedFiles:
    """What Wan2GP keeps in files of its own that decides about downloads, as of one look at the disk.

    Attributes:
        forms: Model type → the defaults that the user saved for its form.
        lora_addresses: What Wan2GP noted of LoRAs' addresses; its live notes count first, where it has any.
    """

    forms: Mapping[str, Form] = field(default_factory=dict[str, Form])
    lora_addresses: Mapping[str, Any] = field(default_factory=dict[str, Any])


class SavedFilesReader:
    """Reads the saved files; one that has not changed is not read again."""

    def __init__(self) -> None:
        """Read nothing yet."""
        self._read: dict[str, tuple[tuple[int, int], Mapping[str, Any]]] = {}

    def read(self, names: Namespace) -> SavedFiles:
        """Look at the disk; what cannot be read counts as not saved, as it does for Wan2GP.

        Args:
            names: Wan2GP's namespace; one without command-line options saves nothing.
        """
        folder: object = getattr(names.get("args"), "settings", None)
        forms = self._forms(folder) if isinstance(folder, str) and folder else {}
        if isinstance(names.get("loras_url_cache"), Mapping) or not callable(names.get("check_loras_exist")):
            return SavedFiles(forms)
        cache_file = _CACHE_FILES[0] if callable(names.get("get_lora_local_path")) else _CACHE_FILES[1]
        return SavedFiles(forms, self._object(cache_file))

    def _forms(self, folder: str) -> dict[str, Form]:
        try:
            paths = [entry.path for entry in os.scandir(folder) if entry.name.endswith(_SETTINGS_SUFFIX)]
        except (OSError, ValueError):
            return {}
        return {os.path.basename(path).removesuffix(_SETTINGS_SUFFIX): self._object(path) for path in paths}

    def _object(self, path: str) -> Mapping[str, Any]:
        try:
            status = os.stat(path)
            stamp = status.st_mtime_ns, status.st_size
            known = self._read.get(path)
            if known is None or known[0] != stamp:
                known = self._read[path] = (
                    stamp,
                    mapping(json.loads(Path(path).read_text(encoding="utf-8"))),
                )
        except (OSError, ValueError, RecursionError):
            return {}
        return known[1]


@dataclass(frozen=True, slots=True)
class AskedForm:
    """What the user sees in the form of a model.

    Attributes:
        model_type: The model.
        text: Its settings that decide about files, as JSON.
    """

    model_type: str
    text: str

    @classmethod
    def in_state(cls, state: object) -> AskedForm | None:
        """Take the chosen model's form from Wan2GP's state of a page; None where it has not been saved there."""
        known = mapping(state)
        model_type: object = known.get("model_type")
        settings = mapping(mapping(known.get("all_settings")).get(str(model_type)))
        kept = {key: settings[key] for key in _DECIDING if key in settings}
        try:
            return cls(str(model_type), json.dumps(kept, sort_keys=True)) if kept else None
        except (TypeError, ValueError, RecursionError):
            return None

    @property
    def settings(self) -> Form:
        """The settings."""
        return mapping(json.loads(self.text))


_DECIDING = (
    *("config", "activated_loras", "guidance_phases", "sample_solver", "image_mode", "model_mode"),
    *("video_prompt_type", "audio_prompt_type"),
    *("video_guide_outpainting", "video_guide_outpainting_ratio"),
    *("spatial_upsampling", "temporal_upsampling", "postprocess_audio", "replace_voice_method"),
    "prompt_enhancer",
)
"""Keys of the form; the rest, such as pictures, is neither read nor kept."""


def form_of(
    names: Namespace, model_type: str, definition: Definition, handler: object, saved: Mapping[str, Form]
) -> Form:
    """Return the settings with which a model's form starts.

    Args:
        names: Wan2GP's namespace.
        model_type: The model.
        definition: Its definition.
        handler: Its family's handler.
        saved: The user's saved defaults.

    Raises:
        Exception: Whatever Wan2GP's functions raise.
    """
    architecture = str(definition.get("architecture", model_type))
    plain = default_form(architecture, definition)
    own = saved.get(model_type)
    if own:
        form = copy.deepcopy(dict(own))
        fix = names.get("fix_settings")
        if callable(fix):
            fix(model_type, form)
        return {**plain, **form}
    factory = names.get("get_factory_settings")  # 12.60 on
    if callable(factory):
        return {**plain, **mapping(factory(model_type))}
    update = getattr(handler, "update_default_settings", None)
    if not callable(update):
        return plain
    form: dict[str, Any] = {}
    update(architecture, definition, form)
    form.update(copy.deepcopy(dict(mapping(definition.get("settings")))))
    return {**plain, **mapping(names.get("primary_settings")), **form}


def config_of(form: Form, groups: Sequence[Mapping[str, Any]]) -> str:
    """Return the form's config selection without choices that do not exist any more; "" for none."""
    selection: object = form.get("config")
    if not isinstance(selection, str):
        return ""
    chosen = selection.split(",")[: len(CONFIG_KEYS)]
    known = [
        identifier if identifier in group and not identifier.startswith("_") else ""
        for group, identifier in zip(groups, chosen, strict=False)
    ]
    return ",".join(known).rstrip(",")


def as_generated(form: Form, architecture: str, definition: Definition) -> Form:
    """Return what the settings that decide about LoRAs become when Generate is pressed (12.23 on).

    Wan2GP limits the phases, and drops what does not go with still images or with a control video.
    """
    changed = dict(form)
    limit = _whole(definition.get("guidance_max_phases"), 0)
    phases = (
        limit
        if definition.get("lock_guidance_phases")
        else min(_whole(form.get("guidance_phases"), 1), limit)
    )
    changed["guidance_phases"] = max(phases, 1)
    image_mode = _whole(form.get("image_mode"), 0)
    if image_mode > 0:
        changed.update(audio_prompt_type="", postprocess_audio="", replace_voice_method="")
    offered: object = definition.get("video_guide_outpainting")
    modes = cast("Sequence[object]", offered) if isinstance(offered, (list, tuple)) else ()
    if image_mode not in modes:
        changed["video_guide_outpainting"] = ""
    holds_video = "V" in str(form.get("video_prompt_type") or "")
    if architecture == "joyai_echo":
        changed.update(audio_prompt_type="", video_prompt_type="V1" if holds_video else "")
    elif architecture.startswith("ltx2") and holds_video and is_outpainting(changed):
        changed["guidance_phases"] = 1
    return changed


def _whole(value: object, otherwise: int) -> int:
    try:
        return int(cast("int", value))
    except (TypeError, ValueError, OverflowError):
        return otherwise
