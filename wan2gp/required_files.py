"""The files that Generate needs for a model, as data.

Requirements → RequiredFile, Slot → its alternatives
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .choice import Choice
    from .page_addresses import AddressFault
    from .problems import Problem


class Role(Enum):
    """What a file is for."""

    SHARED = "shared"  # fetched with every model
    TRANSFORMER = "transformer"
    TRANSFORMER_2 = "transformer_2"
    MODULE = "module"
    PRELOAD = "preload"
    VAE = "vae"
    LORA = "lora"
    MODEL_DATA = "model_data"  # what the model's handler asks for: VAE, tokenizer, configuration …
    TEXT_ENCODER = "text_encoder"
    SYSTEM_LORA = "system_lora"  # after loading: a LoRA that the model adds by the form's settings
    CHOSEN_LORA = "chosen_lora"  # after loading: a LoRA that is chosen in the form
    EXTRA = (
        "extra"  # when used: what upscaling, sound and the prompt enhancer need, as the form asks for them
    )


OWN_WEIGHTS = frozenset({Role.TRANSFORMER, Role.TRANSFORMER_2, Role.MODULE})


@dataclass(frozen=True, slots=True, eq=False)
class RequiredFile:
    """One file that Generate needs. Models that need the same file share one object.

    Attributes:
        role: What it is for.
        name: File name, without folders.
        url: Where it is fetched from; None: it can only be put there by hand.
        lookup_paths: Where it is looked for, in order: names below the roots, or absolute paths.
        target: Where the host puts it: a name below a root, or an absolute path.
        root_folder: The sub-folder that decides the root: the first root that has it, else the first root.
        choice: Why this one of several alternatives; None where the host has no choice.
        is_folder: A whole folder of a repository; only the folder's existence counts.
        fault: Why its address does not bring it; it is asked for only where the file is missing.
    """

    role: Role
    name: str
    url: str | None
    lookup_paths: tuple[str, ...]
    target: str
    root_folder: str | None = None
    choice: Choice | None = None
    is_folder: bool = False
    fault: AddressFault | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the model for one of several alternative files.

    Attributes:
        role: What it is for.
        alternatives: All entries of the list, as files; without those that are malformed.
        chosen: The one that the host takes with the settings in force.
    """

    role: Role
    alternatives: tuple[RequiredFile, ...]
    chosen: RequiredFile


@dataclass(frozen=True, slots=True)
class Requirements:
    """What Generate needs for one model.

    Attributes:
        model_type: The model's id.
        files: In the host's order, each look-up once.
        slots: The alternatives of transformers, modules and text encoder.
        problems: Why the list may be incomplete; a model with any is never called downloaded.
    """

    model_type: str
    files: tuple[RequiredFile, ...]
    slots: tuple[Slot, ...] = ()
    problems: tuple[Problem, ...] = ()


class FilePool:
    """Keeps one object per distinct required file, so that each is looked up once for all models."""

    def __init__(self) -> None:
        self._files: dict[tuple[object, ...], RequiredFile] = {}
        self._shared: tuple[RequiredFile, ...] | None = None

    def get(self, key: tuple[object, ...], make: Callable[[], RequiredFile]) -> RequiredFile:
        """Return the file under this key, made the first time."""
        file = self._files.get(key)
        if file is None:
            file = self._files[key] = make()
        return file

    def shared(self, make: Callable[[], tuple[RequiredFile, ...]]) -> tuple[RequiredFile, ...]:
        """Return the files that every model needs, made the first time."""
        if self._shared is None:
            self._shared = make()
        return self._shared
