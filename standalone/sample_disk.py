"""What lies on the disk of the demo: sparse files of true size below a temporary folder.

    workdir/
      ckpts/…          weights, text encoders, helper files
      loras/<family>/  the models' own LoRAs

Where the file system has no sparse files all sizes are a thousandth, so that nobody's disk is filled.
"""

from __future__ import annotations

import json
import os.path
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalogue import SAMPLE_FOLDER
from model_tracker.host import Host
from model_tracker.inventory.integrity import Integrity
from model_tracker.inventory.scan import take_inventory
from sparse import sparse_files_work, write_stand_in

if TYPE_CHECKING:
    from model_tracker.inventory.models import TrackedFile

_SHRUNK = 1000
_SMALL_SUFFIXES = (".json", ".txt", ".yaml", ".yml", ".jinja", ".model", ".md")
_SMALL_BYTES = 1_200_000
_UNKNOWN_BYTES = 2_000_000_000
_CATALOGUE_READY = 14
"""How many more models of a catalogue than the sample's are laid out whole."""


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A file to lay out.

    Attributes:
        path: Below the work folder, with "/".
        size_bytes: Its size.
        cut_to: What is really there of a file that was cut off; None: all of it.
    """

    path: str
    size_bytes: int
    cut_to: int | None = None


@dataclass(frozen=True, slots=True)
class LaidOut:
    """What was laid out.

    Attributes:
        files: The files, with their true sizes.
        divided_by: 1, or 1000 where the file system has no sparse files.
    """

    files: tuple[DiskFile, ...]
    divided_by: int

    @property
    def notice(self) -> str:
        """What the page should say of the sizes; empty where they are true."""
        if self.divided_by == 1:
            return ""
        return (
            f"This file system has no sparse files: sizes on disk are 1/{self.divided_by} of the true ones, "
            "and sizes still to be downloaded are not."
        )


def sample_files() -> tuple[DiskFile, ...]:
    """Return the files of the sample: some models whole, some in part, one cut off, others not there.

    One more lies where Wan2GP does not look, and a broken download has left something behind.
    """
    disk = _read("disk.json")
    sizes = sample_sizes()
    present = [DiskFile(path, sizes.get(path, 0), disk["cut_off"].get(path)) for path in disk["present"]]
    elsewhere = [DiskFile(path, sizes[copied]) for path, copied in disk["elsewhere"].items()]
    left_behind = [DiskFile(path, size) for path, size in disk["left_behind"].items()]
    return (*present, *elsewhere, *left_behind)


def promised_statuses() -> dict[str, str]:
    """Return model type → status for every model that the sample has something of on the disk."""
    disk = _read("disk.json")
    return dict.fromkeys(disk["downloaded"], "downloaded") | dict.fromkeys(disk["partial"], "partial")


def sample_sizes() -> dict[str, int]:
    """Return path → bytes of the files of the sample, the true ones and the made-up ones."""
    sizes = _read("sizes.json")
    return {**sizes["made_up"], **sizes["rounded"], **sizes["true"]}


def catalogue_files(namespace: Mapping[str, Any], workdir: Path) -> tuple[DiskFile, ...]:
    """Return files that make some models of any catalogue whole, as the analyzer sees it.

    The sample's files come too, then the files of every eleventh model.
    """
    workdir = workdir.resolve()
    snapshot = Host.from_namespace(namespace).snapshot()
    for root in snapshot.roots:
        Path(root).mkdir(parents=True, exist_ok=True)  # one that is not there does not answer
    inventory = take_inventory(snapshot, Integrity(), datetime.now(timezone.utc))
    promised = [kind for kind, status in promised_statuses().items() if status == "downloaded"]
    others = [model.model_type for model in inventory.visible if not model.problems and not model.stopped_by]
    ready = [kind for kind in promised if kind in inventory.models] + others[::11][:_CATALOGUE_READY]
    sizes = sample_sizes()
    files = {
        path: DiskFile(path, _size(path, file, sizes))
        for kind in ready
        for file in inventory.models[kind].to_fetch
        for path in [Path(os.path.relpath(file.path, workdir)).as_posix()]
    }
    for file in sample_files():  # with its partial models and the file that is cut off
        files.setdefault(file.path, file)
    return tuple(files.values())


def lay_out(workdir: Path, files: Iterable[DiskFile]) -> LaidOut:
    """Write the files below a folder, which must be a new one of ours.

    Raises:
        ValueError: A path leads out of the folder.
    """
    workdir = workdir.resolve()
    workdir.mkdir(parents=True, exist_ok=True)
    divided_by = 1 if sparse_files_work(workdir) else _SHRUNK
    files = tuple(files)
    for file in files:
        path = workdir.joinpath(*file.path.split("/"))
        if not path.resolve().is_relative_to(workdir):
            raise ValueError(f"{file.path} leads out of {workdir}")
        cut_to = None if file.cut_to is None else file.cut_to // divided_by
        write_stand_in(path, file.size_bytes // divided_by, cut_to=cut_to)
    return LaidOut(files, divided_by)


def _size(path: str, file: TrackedFile, sizes: Mapping[str, int]) -> int:
    known = sizes.get(path) or file.size_bytes
    if known:
        return known
    return _SMALL_BYTES if path.endswith(_SMALL_SUFFIXES) else _UNKNOWN_BYTES


def _read(name: str) -> dict[str, Any]:
    return json.loads((SAMPLE_FOLDER / name).read_text(encoding="utf-8"))
