"""The files that Generate would download, with all places at which Wan2GP would find them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..files.walk import is_below
from ..inventory.models import FileState, Inventory, TrackedFile
from ..inventory.sizes import SizeOrigin

if TYPE_CHECKING:
    from ..inventory.disk import FileOnDisk
    from ..wan2gp.problems import Problem
    from ..wan2gp.required_files import RequiredFile

_COMMON_NAMES = frozenset(
    os.path.normcase(name)
    for name in (
        "adapter_model.safetensors",
        "ae.safetensors",
        "config.yaml",
        "diffusion_pytorch_model.bin",
        "diffusion_pytorch_model.safetensors",
        "model.bin",
        "model.pt",
        "model.pth",
        "model.safetensors",
        "pytorch_model.bin",
        "pytorch_model.pt",
        "spiece.model",
        "tokenizer.model",
        "vae.pth",
        "vae.safetensors",
    )
)
_SMALL_SUFFIXES = frozenset({".json", ".txt", ".yaml", ".yml", ".jinja", ".md", ".py", ""})


@dataclass(frozen=True, slots=True)
class MissingFile:
    """A file that is needed and missing.

    Attributes:
        name: File name, without folders.
        target: Absolute: where Wan2GP would put it.
        places: Absolute: everywhere Wan2GP looks for it, in its order.
        size_bytes: Its published size; None: not known. Never an estimate.
        users: Names of the models that need it.
        has_unique_name: Whether the name alone says which file is meant; that of `config.json` does not.
    """

    name: str
    target: str
    places: tuple[str, ...]
    size_bytes: int | None
    users: tuple[str, ...]
    has_unique_name: bool


@dataclass(frozen=True)
class MissingFiles:
    """What is missing, and where Wan2GP looks for anything at all.

    Attributes:
        missing: Each missing file once.
        searched: All places where any model's file is looked for, as `place_of` writes them.
        roots: Absolute checkpoint folders.
        lora_root: Absolute folder of the LoRA folders, or None.
        home: The application's folder, which is a root by default and yet never to be searched through.
        unanswered: Why folders do not answer: they are in none of the others.
    """

    missing: tuple[MissingFile, ...]
    searched: frozenset[str]
    roots: tuple[str, ...]
    lora_root: str | None
    home: str
    unanswered: tuple[Problem, ...] = ()

    def by_name(self) -> Mapping[str, tuple[MissingFile, ...]]:
        """Return the missing files by name, in the case that this system compares by."""
        files: dict[str, tuple[MissingFile, ...]] = {}
        for file in self.missing:
            key = os.path.normcase(file.name)
            files[key] = (*files.get(key, ()), file)
        return files

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that files may be put into."""
        return (*self.roots, *([self.lora_root] if self.lora_root else []))

    def best_place(self, missing: MissingFile, source: FileOnDisk) -> str:
        """Return where to put a file: in the checkpoint folder it lies in, else where Wan2GP would put it."""
        folder = os.path.dirname(source.path)
        holding = [root for root in self.roots if root != self.home and is_below(folder, root)]
        for root in sorted(holding, key=len, reverse=True):
            for place in missing.places:
                if place.startswith(os.path.join(root, "")):
                    return place
        return missing.target


def place_of(path: str) -> str:
    """Return a path in the form in which places are compared."""
    return os.path.normcase(os.path.normpath(path))


def missing_files_of(inventory: Inventory, lora_root: str | None, *, home: str | None = None) -> MissingFiles:
    """Return what the models of an inventory lack.

    Args:
        inventory: The scan.
        lora_root: The folder of all LoRA folders, or None.
        home: The application's folder, by default the current one.
    """
    lost = {root.path for root in inventory.lost_roots}
    roots = tuple(root for root in map(os.path.abspath, inventory.roots) if root not in lost)
    lora_folder = os.path.abspath(lora_root) if lora_root else None
    required = _all_required(inventory)
    addresses: dict[str, set[str | None]] = {}
    for file in required:
        addresses.setdefault(os.path.normcase(file.name), set()).add(file.url)
    missing: dict[tuple[str, ...], MissingFile] = {}
    for tracked in _missing(inventory):
        file = tracked.required
        if file.lookup_paths not in missing:
            missing[file.lookup_paths] = MissingFile(
                name=file.name,
                target=os.path.abspath(tracked.path),
                places=tuple(_places(file, roots)),
                size_bytes=_published_bytes(tracked),
                users=tuple(model.name for model in inventory.users_of(file)),
                has_unique_name=_has_unique_name(file.name, len(addresses[os.path.normcase(file.name)])),
            )
    return MissingFiles(
        missing=tuple(missing.values()),
        searched=frozenset(place_of(place) for file in required for place in _places(file, roots)),
        roots=roots,
        lora_root=None if lora_folder in lost else lora_folder,
        home=os.path.abspath(home or os.getcwd()),
        unanswered=tuple(root.problem() for root in inventory.lost_roots),
    )


def _all_required(inventory: Inventory) -> tuple[RequiredFile, ...]:
    """Return the files of all models, those that other settings would take too, each once."""
    return tuple(
        dict.fromkeys(
            file
            for model in inventory.models.values()
            for file in (
                *(tracked.required for tracked in model.files),
                *(alternative for slot in model.slots for alternative in slot.alternatives),
            )
        )
    )


def _missing(inventory: Inventory) -> Iterator[TrackedFile]:
    for model in inventory.models.values():
        for tracked in model.files:
            if tracked.state is FileState.MISSING and not tracked.required.is_folder:
                yield tracked


def _published_bytes(tracked: TrackedFile) -> int | None:
    """Return the published size; None where it is estimated only, which would refuse good files."""
    return tracked.size.bytes if tracked.size.origin is SizeOrigin.KNOWN else None


def _places(file: RequiredFile, roots: Iterable[str]) -> Iterator[str]:
    """Yield everywhere the host looks for a file, in its order."""
    for name in file.lookup_paths:
        if os.path.isabs(name):
            yield os.path.normpath(name)
        else:
            for root in roots:
                yield os.path.normpath(os.path.join(root, name))


def _has_unique_name(name: str, addresses: int) -> bool:
    """Return whether a name says which file is meant: no common one, no small text, one address only."""
    common = os.path.normcase(name) in _COMMON_NAMES
    return addresses == 1 and not common and os.path.splitext(name)[1].lower() not in _SMALL_SUFFIXES
