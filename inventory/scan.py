"""A look at the disk for what models need.

HostSnapshot ─ requirements() ─┐
DiskIndex, Integrity ──────────┴─ take_inventory() → Inventory
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ..phrases import describe_exception, shortened
from ..wan2gp.compatibility import compatibility
from ..wan2gp.definitions import mapping, outputs, text_in
from ..wan2gp.families import UNKNOWN_FAMILY
from ..wan2gp.problems import Problem
from ..wan2gp.required_files import RequiredFile, Requirements, Role, Slot
from ..wan2gp.requirements_cache import RequirementsCache
from ..wan2gp.runnable import is_finetune
from .damage import NOTES, Damage, DamageKind
from .disk import DiskIndex, parent_folders
from .drives import drives_of
from .fetch_order import what_is_fetched
from .finetunes import with_unoffered
from .folder_memory import FolderMemory
from .folders import folders_to_watch, look_at_folders, sightings_in
from .models import FileState, Inventory, TrackedFile, TrackedModel, files_on_disk, model_without_files
from .sizes import (
    SMALL_SIZE,
    UNKNOWN_SIZE,
    Size,
    SizeOrigin,
    estimated_size,
    known_size,
    text_encoder_parameters_b,
    transformer_parameters_b,
)
from .status import last_status_of, status_of
from .unfinished import CONTROL_SUFFIXES, locked_files, unfinished

if TYPE_CHECKING:
    from ..wan2gp.families import Family
    from ..wan2gp.snapshot import HostSnapshot
    from .integrity import Integrity

_PARAMETERS = {
    Role.TRANSFORMER: transformer_parameters_b,
    Role.TRANSFORMER_2: transformer_parameters_b,
    Role.TEXT_ENCODER: text_encoder_parameters_b,
}


class Scan:
    """One look at the disk for many models; each distinct file is looked up once."""

    def __init__(
        self,
        disk: DiskIndex,
        integrity: Integrity,
        known: Callable[[RequiredFile], Size] = known_size,
        *,
        now_s: float | None = None,
        memory: FolderMemory | None = None,
    ) -> None:
        """Keep the collaborators.

        Args:
            disk: Lists folders.
            integrity: Tells which files are whole.
            known: Tells the size of a file that is not here.
            now_s: The time by which files were changed moments ago, in seconds since 1970; None: now.
            memory: Remembers what folders held from scan to scan.
        """
        self.disk = disk
        self.memory = memory or FolderMemory()
        self._now_s = time.time() if now_s is None else now_s
        self._locked = cache(locked_files)
        self._integrity = integrity
        self._known = known
        self._seen: dict[RequiredFile, TrackedFile] = {}
        self._estimates: dict[tuple[RequiredFile, str], Size] = {}
        self._siblings: tuple[Sequence[Slot], Mapping[RequiredFile, RequiredFile]] = (), {}
        self._put_elsewhere: set[TrackedFile] = set()  # missing files that would not go to the first root

    def prefetch(self, needs: Iterable[Requirements]) -> None:
        """Look for the files of many models at once where the drive is slow."""
        if self.disk.is_slow():
            files = dict.fromkeys(file for need in needs for file in need.files)
            names = [name for file in files for name in file.lookup_paths]
            self.disk.read_ahead(names, [partial(self.track, file) for file in files])

    def track(self, file: RequiredFile) -> TrackedFile:
        """Return what is there of a required file."""
        known = self._seen.get(file)
        if known is None:
            known = self._seen[file] = self._look(file)
        return known

    @property
    def looked_at(self) -> tuple[TrackedFile, ...]:
        """Each distinct file that was looked for, with what is there of it."""
        return tuple(self._seen.values())

    def _look(self, file: RequiredFile) -> TrackedFile:
        if file.is_folder:
            return self._look_for_folder(file)
        found = self.disk.find(file.lookup_paths)
        if found is None:
            return self._absent(file)
        damage = self._integrity.finding(found)
        is_usable = damage is None or damage.kind in NOTES
        control = self.disk.control_file(found, CONTROL_SUFFIXES)
        doubt = unfinished(found, None if is_usable else damage, control, self._now_s, self._locked)
        state = FileState.PRESENT if is_usable else FileState.DAMAGED
        size = Size(found.size_bytes, SizeOrigin.DISK)
        if doubt is not None:
            return TrackedFile(file, FileState.UNFINISHED, found.path, size, doubt, found)
        return TrackedFile(file, state, found.path, size, damage, found)

    def _absent(self, file: RequiredFile) -> TrackedFile:
        names = (file.target,) if file.is_folder else file.lookup_paths
        lost = self.disk.without_answer(names)
        root = self.disk.root_for(file.root_folder)
        path = os.path.join(root, file.target)  # an absolute target stays what it is
        # a page comes in place of a file whose address is none
        size = self._known(file) if file.fault is None else SMALL_SIZE
        if lost is not None:
            doubt = Damage(kind=DamageKind.NO_ANSWER, detail=lost)
            seen = self.disk.seen_before(names)
            if seen is not None:
                last_size = Size(seen[1], SizeOrigin.LAST_SEEN)
                return TrackedFile(file, FileState.UNANSWERED, seen[0], last_size, doubt)
            return TrackedFile(file, FileState.UNANSWERED, path, size, doubt)
        obstacle = None if file.is_folder else self.disk.obstacle(path)
        absent = TrackedFile(file, FileState.MISSING, path, size, obstacle)
        if root != self.disk.roots[0] and not os.path.isabs(file.target):
            self._put_elsewhere.add(absent)
        return absent

    def _look_for_folder(self, file: RequiredFile) -> TrackedFile:
        for root in self.disk.roots:
            path = os.path.join(root, file.target)
            if self.disk.has_folder(path):
                return TrackedFile(file, FileState.PRESENT, path, UNKNOWN_SIZE)
        return self._absent(file)

    def track_all(self, needs: Requirements) -> tuple[TrackedFile, ...]:
        """Return what is there of every file of a model, given that those before it have been fetched."""
        seen = self._seen  # thousands of look-ups: no call for what was seen already
        files = tuple([seen.get(file) or self.track(file) for file in needs.files])
        return files if self._put_elsewhere.isdisjoint(files) else self._follow_made_folders(files)

    def estimate_sizes(
        self, files: tuple[TrackedFile, ...], slots: Sequence[Slot], architecture: str
    ) -> tuple[TrackedFile, ...]:
        """Return the files with an estimate for weights of unknown size."""
        unknown = {
            slot.chosen: slot.role
            for slot in slots
            if slot.chosen.fault is None and self.track(slot.chosen).size.bytes is None
        }
        if not unknown:
            return files
        return tuple(
            [
                replace(file, size=self._estimate(file.required, unknown[file.required], slots, architecture))
                if file.required in unknown
                else file
                for file in files
            ]
        )

    def estimated(
        self, file: RequiredFile, role: Role, slots: Sequence[Slot], architecture: str
    ) -> TrackedFile:
        """Return what is there of a file of weights, with an estimate where its size is not known."""
        tracked = self.track(file)
        if tracked.size.bytes is not None or file.fault is not None:
            return tracked
        return replace(tracked, size=self._estimate(file, role, slots, architecture))

    def _estimate(self, file: RequiredFile, role: Role, slots: Sequence[Slot], architecture: str) -> Size:
        key = file, architecture
        if key not in self._estimates:
            parameters = _PARAMETERS.get(role)
            count = parameters(architecture) if parameters else None
            sibling = self._siblings_in(slots).get(file)
            size = None if sibling is None else self.track(sibling).size
            self._estimates[key] = estimated_size(file, count, sibling, size)
        return self._estimates[key]

    def _siblings_in(self, slots: Sequence[Slot]) -> Mapping[RequiredFile, RequiredFile]:
        """Return for each alternative the first one of known size with the same weights."""
        if self._siblings[0] is not slots:
            siblings: dict[RequiredFile, RequiredFile] = {}
            for slot in slots:
                sibling = next((file for file in slot.alternatives if _is_known(self.track(file).size)), None)
                if sibling is not None:
                    siblings.update((file, sibling) for file in slot.alternatives if file not in siblings)
            self._siblings = slots, siblings
        return self._siblings[1]

    def _follow_made_folders(self, files: Sequence[TrackedFile]) -> tuple[TrackedFile, ...]:
        """Let each file to fetch go where the host puts it once those before it have made their folders."""
        made: set[str] = set()
        moved: list[TrackedFile] = []
        for file in files:
            needed = file.required
            if file.state is FileState.MISSING and not os.path.isabs(needed.target):
                root = self._root_with(needed.root_folder, made)
                file = replace(file, path=os.path.join(root, needed.target))  # noqa: PLW2901
                made.update(os.path.join(root, folder) for folder in parent_folders(needed.target))
            moved.append(file)
        return tuple(moved)

    def _root_with(self, folder: str | None, made: set[str]) -> str:
        """Return the first root that has the folder or gets it from a file fetched before, else the first."""
        roots = self.disk.roots
        if folder is None:
            return roots[0]
        paths = ((root, os.path.normpath(os.path.join(root, folder))) for root in roots)
        return next((root for root, path in paths if path in made or self.disk.has_folder(path)), roots[0])


def _is_known(size: Size) -> bool:
    return size.bytes is not None and size.origin is not SizeOrigin.ESTIMATED


def take_inventory(
    host: HostSnapshot,
    integrity: Integrity,
    now: datetime,
    cache: RequirementsCache | None = None,
    scan: Scan | None = None,
) -> Inventory:
    """Look at the disk for every model of the host.

    Args:
        host: The host at this moment.
        integrity: Remembers which files are whole from scan to scan.
        now: The time to note.
        cache: Remembers what the models need from scan to scan.
        scan: A new look at the host's roots, for who wants to watch it.
    """
    scan = scan or Scan(DiskIndex(host.roots, host.locate), integrity)
    folders = folders_to_watch(host)
    lost = look_at_folders(folders, scan.disk, scan.memory)
    needs = (cache or RequirementsCache()).of_all(host)
    scan.prefetch(needs)
    models = {need.model_type: _track_or_doubt(host, need, scan) for need in needs}
    answering = [folder for folder in folders if folder not in {root.path for root in lost}]
    scan.memory.keep(sightings_in(answering, scan.looked_at, now))
    return Inventory(
        models=with_unoffered(host, models),
        taken_at=now,
        settings=host.settings,
        roots=host.roots,
        version=host.version,
        missing_names=host.missing,
        definitions=host.definitions,
        problems=(*(root.problem() for root in lost), *scan.disk.problems),
        compatibility=compatibility(host),
        drives=drives_of([root for root in host.roots if root in answering], files_on_disk(models.values())),
        lost_roots=lost,
    )


def _track_or_doubt(host: HostSnapshot, needs: Requirements, scan: Scan) -> TrackedModel:
    """Return one model; where its definition is such that nothing can be told, that is said of it alone."""
    try:
        return track_model(host, needs, scan)
    except OSError:
        raise  # the drive's fault, and so not this model's alone
    except BaseException as error:  # noqa: BLE001 - definitions and the host's functions may do anything
        told = Problem(
            needs.model_type,
            f"The model cannot be looked at ({describe_exception(error)}).",
            "Check the model's definition.",
        )
        return model_without_files(needs.model_type, (*needs.problems, told))


def track_model(host: HostSnapshot, needs: Requirements, scan: Scan) -> TrackedModel:
    """Return one model with what is there of each of its files."""
    definition = mapping(host.definitions.get(needs.model_type))
    name: object = definition.get("name")
    architecture = shortened(text_in(definition, "architecture") or needs.model_type)
    files = scan.estimate_sizes(scan.track_all(needs), needs.slots, architecture)
    to_fetch, stopped_by = what_is_fetched(files)
    made = outputs(definition)
    family, problems = _family(host, needs)
    problems += _bad_addresses(needs.model_type, files, definition)
    return TrackedModel(
        model_type=needs.model_type,
        name=shortened(name) if isinstance(name, str) and name.strip() else needs.model_type,
        family=family.label,
        family_order=family.order,
        base_type=architecture,
        outputs=made,
        visible=bool(definition.get("visible", True)),
        is_finetune=is_finetune(definition),
        files=files,
        to_fetch=to_fetch,
        stopped_by=stopped_by,
        slots=needs.slots,
        problems=problems,
        memory_profile=host.memory_profile(made[0].value),
        status=status_of(needs, problems, files, scan.track),
        last_status=last_status_of(needs, problems, files, scan.track) if scan.disk.has_doubts else None,
    )


def _bad_addresses(
    model_type: str, files: Sequence[TrackedFile], definition: Mapping[str, Any]
) -> tuple[Problem, ...]:
    """Return why missing files would not come from their addresses; what is on the disk is not asked for."""
    path: object = definition.get("path")
    faults = {
        file.required.fault: None
        for file in files
        if file.state is FileState.MISSING and file.required.fault is not None
    }
    where = path if isinstance(path, str) else None
    return tuple(Problem(model_type, fault.message, fault.remedy, where) for fault in faults)


def _family(host: HostSnapshot, needs: Requirements) -> tuple[Family, tuple[Problem, ...]]:
    """Return the model's group and its problems; a handler that cannot tell the group is one more."""
    try:
        return host.family(needs.model_type), needs.problems
    except BaseException as error:  # noqa: BLE001 - the host's functions may do anything, SystemExit too
        told = Problem(
            needs.model_type,
            f"Wan2GP does not tell the model's family ({describe_exception(error)}).",
            "Update Wan2GP.",
        )
        return UNKNOWN_FAMILY, (*needs.problems, told)
