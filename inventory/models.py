"""What is there of every model: the frozen result of one scan.

Inventory → TrackedModel → TrackedFile
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from ..wan2gp.definitions import Output
from ..wan2gp.families import UNKNOWN_FAMILY
from ..wan2gp.required_files import RequiredFile, Role, Slot
from .damage import DamageKind
from .sizes import Size, SizeOrigin, Total, total

if TYPE_CHECKING:
    from ..wan2gp.compatibility import Compatibility
    from ..wan2gp.definitions import Definitions
    from ..wan2gp.names import HostName
    from ..wan2gp.problems import Problem
    from ..wan2gp.settings import Settings
    from .damage import Damage
    from .disk import FileOnDisk
    from .drives import Drive
    from .roots import LostRoot


class FileState(Enum):
    """What a look at the disk tells of a required file."""

    PRESENT = "present"
    DAMAGED = "damaged"  # there, so the host will not fetch it, but cut off or unreadable
    UNFINISHED = "unfinished"  # there, but another program is writing it, or left it half-way
    UNANSWERED = "unanswered"  # not known: a folder in which it may be does not answer
    MISSING = "missing"


class ModelStatus(Enum):
    """What is there of a model; the values are the public words."""

    DOWNLOADED = "downloaded"  # Generate would fetch nothing, and nothing is damaged or in doubt
    PARTIAL = "partial"  # something of its own is here, but not all that Generate needs
    MISSING = "missing"  # none of its own weights is here in any variant


@dataclass(frozen=True, slots=True, eq=False)
class TrackedFile:
    """A required file and what is there of it.

    Attributes:
        required: What is needed.
        state: What the disk says.
        path: Absolute: where it is, or where the host would put it.
        size: On disk exactly, else what is known or estimated.
        damage: What is wrong with it, what says that it is unfinished, what is in its place or why it is not known;
            of a present file, what is worth a note. `str()` puts it into words.
        found: The file, where it is on the disk.
    """

    required: RequiredFile
    state: FileState
    path: str
    size: Size
    damage: Damage | None = None
    found: FileOnDisk | None = None

    @property
    def is_on_disk(self) -> bool:
        """Whether there is a file, whole or not."""
        return self.state is not FileState.MISSING and self.state is not FileState.UNANSWERED

    @property
    def was_seen(self) -> bool:
        """Whether it was there when its folder last answered, which it does not now."""
        return self.state is FileState.UNANSWERED and self.size.origin is SizeOrigin.LAST_SEEN

    @property
    def size_bytes(self) -> int | None:
        """Its size; None: not known."""
        return self.size.bytes

    @property
    def can_be_fetched(self) -> bool:
        """Whether the host has an address for it that a server may answer."""
        needed = self.required
        return needed.url is not None and not (needed.fault and needed.fault.stops)


@dataclass(frozen=True)
class TrackedModel:
    """One model and all that Generate needs for it.

    Attributes:
        model_type: The host's id.
        name: As the host shows it; the id where the definition has no name.
        family: Label of its group in the host's selector.
        family_order: The group's place there.
        base_type: Its architecture.
        outputs: What it makes; what it makes unless the user switches comes first.
        visible: Whether the host lists it.
        is_offered: False for a finetune of the user's that the host ignored or hid; it is shown all the same.
        is_finetune: Whether it comes from the user's own `finetunes` folder.
        files: In the order in which the host looks for them.
        to_fetch: What Generate would fetch, in this order.
        stopped_by: The file at which Generate would stop with an error, since it has no address, or one that no server has.
        slots: Alternatives of transformers, modules and text encoder.
        problems: What is wrong with its definition or in doubt.
        memory_profile: The host's profile for what it makes.
        status: What is there of it.
        last_status: What it was when folders last answered that do not now; None: all of its folders answer, or
            nothing is known of them.
    """

    model_type: str
    name: str
    family: str
    family_order: int
    base_type: str
    outputs: tuple[Output, ...]
    visible: bool
    is_finetune: bool
    files: tuple[TrackedFile, ...]
    to_fetch: tuple[TrackedFile, ...]
    stopped_by: TrackedFile | None
    slots: tuple[Slot, ...]
    problems: tuple[Problem, ...]
    memory_profile: float
    status: ModelStatus
    last_status: ModelStatus | None = None
    is_offered: bool = True

    @cached_property
    def size(self) -> Total:
        """Bytes of all its files."""
        return total(file.size for file in self.files)

    @cached_property
    def fetch(self) -> Total:
        """Bytes that Generate would fetch."""
        return total(file.size for file in self.to_fetch)

    def does_the_same(self, other: TrackedModel) -> bool:
        """Return whether Generate would do the same about files for the other one."""

        def deeds(model: TrackedModel) -> tuple[object, ...]:
            return (
                [file.path for file in model.to_fetch],
                [file.path for file in model.damaged],
                model.stopped_by and model.stopped_by.path,
                model.problems,
            )

        return deeds(self) == deeds(other)

    @property
    def weights_file(self) -> str:
        """Name of the file of its main weights; empty where it has none of its own."""
        return next((slot.chosen.name for slot in self.slots if slot.role is Role.TRANSFORMER), "")

    @property
    def damaged(self) -> tuple[TrackedFile, ...]:
        """Its files that are cut off or unreadable."""
        return self._in_state(FileState.DAMAGED)

    @property
    def unfinished(self) -> tuple[TrackedFile, ...]:
        """Its files that another program is writing, or left half-way."""
        return self._in_state(FileState.UNFINISHED)

    @property
    def unanswered(self) -> tuple[TrackedFile, ...]:
        """Its files of which nothing is known, since a folder does not answer."""
        return self._in_state(FileState.UNANSWERED)

    @property
    def obstructed(self) -> tuple[TrackedFile, ...]:
        """Its missing files that cannot be put in their place, since a folder has their name."""
        return tuple(
            file
            for file in self._in_state(FileState.MISSING)
            if file.damage is not None and file.damage.kind is DamageKind.FOLDER_IN_PLACE
        )

    def _in_state(self, state: FileState) -> tuple[TrackedFile, ...]:
        return tuple(file for file in self.files if file.state is state)


@dataclass(frozen=True)
class Inventory:
    """The result of one scan.

    Attributes:
        models: All models by id, the invisible ones too.
        taken_at: When.
        settings: The host's settings it holds for.
        roots: Absolute checkpoint folders.
        version: The host's version.
        missing_names: What the host did not offer.
        definitions: The host's definitions it was made from.
        problems: What is wrong with folders, and so concerns no single model.
        compatibility: What is known of the host; None before the first scan.
        drives: How full the drives of the checkpoint folders are.
        lost_roots: Checkpoint and LoRA folders that do not answer.
    """

    models: Mapping[str, TrackedModel]
    taken_at: datetime
    settings: Settings
    roots: tuple[str, ...]
    version: str | None
    missing_names: tuple[HostName, ...]
    definitions: Definitions
    problems: tuple[Problem, ...]
    compatibility: Compatibility | None = None
    drives: tuple[Drive, ...] = ()
    lost_roots: tuple[LostRoot, ...] = ()

    @classmethod
    def nothing_yet(cls, settings: Settings, now: datetime) -> Inventory:
        """Return what is known before the first scan has ended."""
        return cls({}, now, settings, (), None, (), {}, ())

    @cached_property
    def visible(self) -> tuple[TrackedModel, ...]:
        """The models that the host lists, by family and name."""
        return _in_order(model for model in self.models.values() if model.visible)

    @cached_property
    def listed(self) -> tuple[TrackedModel, ...]:
        """The visible models, and the user's finetunes that the host ignored or hid, in the same order."""
        return _in_order(model for model in self.models.values() if model.visible or not model.is_offered)

    def count(self, status: ModelStatus) -> int:
        """Return how many of the visible models have this status."""
        return sum(model.status is status for model in self.visible)

    @cached_property
    def _users(self) -> Mapping[tuple[str, ...], tuple[TrackedModel, ...]]:
        users: dict[tuple[str, ...], list[TrackedModel]] = {}
        for model in self.visible:
            for file in model.files:
                users.setdefault(file.required.lookup_paths, []).append(model)
        return {lookup_paths: tuple(models) for lookup_paths, models in users.items()}

    def users_of(self, file: RequiredFile) -> tuple[TrackedModel, ...]:
        """Return the listed models that need this file with the settings in force."""
        return self._users.get(file.lookup_paths, ())

    @cached_property
    def bytes_on_disk(self) -> int:
        """Bytes of the distinct files of all models that are on the disk, each once by whatever names."""
        return sum(file.size_bytes for file in files_on_disk(self.models.values()))


def model_without_files(
    model_type: str,
    problems: tuple[Problem, ...],
    *,
    name: str = "",
    base_type: str = "",
    is_offered: bool = True,
) -> TrackedModel:
    """Return a model of which nothing but its problems is known; one that is not offered is a finetune."""
    return TrackedModel(
        model_type=model_type,
        name=name or model_type,
        family=UNKNOWN_FAMILY.label,
        family_order=UNKNOWN_FAMILY.order,
        base_type=base_type or model_type,
        outputs=(Output.VIDEO,),
        visible=is_offered,
        is_finetune=not is_offered,
        files=(),
        to_fetch=(),
        stopped_by=None,
        slots=(),
        problems=problems,
        memory_profile=4.0,
        status=ModelStatus.MISSING,
        is_offered=is_offered,
    )


def _in_order(models: Iterable[TrackedModel]) -> tuple[TrackedModel, ...]:
    return tuple(sorted(models, key=lambda model: (model.family_order, model.family, model.name.casefold())))


def files_on_disk(models: Iterable[TrackedModel]) -> tuple[FileOnDisk, ...]:
    """Return the distinct files of models that are on the disk; a file of several names is one."""
    by_path = {file.path: file.found for model in models for file in model.files if file.found is not None}
    return tuple({file.key: file for file in by_path.values()}.values())
