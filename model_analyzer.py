"""ModelAnalyzer: what each model needs, what the disk holds, and what Generate would fetch."""

from __future__ import annotations

import threading
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from .catalog.sentences import reason
from .cleanup.superseded import RemovalList, Superseded, find_superseded, removal_list
from .host import Host
from .hub.client import HubFacts
from .inventory.disk import DiskIndex
from .inventory.folder_memory import FolderMemory
from .inventory.integrity import Integrity
from .inventory.models import FileState, Inventory, TrackedFile, TrackedModel
from .inventory.scan import Scan, take_inventory, track_model
from .inventory.sizes import Size, SizeOrigin, known_size
from .inventory.what_if import WhatIf, what_if
from .performance_db import PerformanceDatabase, UnknownModelError
from .relocation.missing import MissingFiles, missing_files_of
from .store.database import Store
from .units import GB
from .wan2gp.forms import AskedForm, SavedFiles, SavedFilesReader
from .wan2gp.requirements import requirements
from .wan2gp.requirements_cache import RequirementsCache

if TYPE_CHECKING:
    from .wan2gp.definitions import Definitions
    from .wan2gp.required_files import RequiredFile
    from .wan2gp.snapshot import HostSnapshot
    from .wan2gp.system_loras import Form

_FORMS_KEPT = 20

__all__ = ["ModelAnalyzer", "UnknownModelError"]


class ModelAnalyzer:
    """Answers for one host; the last inventory is kept until the next refresh.

    Safe to use from several threads: a refresh asked for while one is under way waits for it and gets its result.

    Attributes:
        integrity: Tells which files are whole, and remembers it.
        hub: What the Hub has told of files, when it was asked.
    """

    def __init__(
        self, models_def: Definitions, files_locator: object, get_local_model_filename: object
    ) -> None:
        """Take Wan2GP's own objects.

        Args:
            models_def: Model type → definition.
            files_locator: Wan2GP's `shared.utils.files_locator`, for the checkpoint folders.
            get_local_model_filename: Its look-up; used where the locator does not tell its folders.
        """
        self._host = Host.from_parts(models_def, files_locator, get_local_model_filename)
        self.integrity = Integrity()
        store = Store.at_home()
        self.hub = HubFacts(store)
        self._memory = FolderMemory(store)
        self._needs = RequirementsCache()
        self._saved_reader = SavedFilesReader()
        self._saved = SavedFiles()
        self._removals: RemovalList | None = None
        self._inventory: Inventory | None = None
        self._disk: DiskIndex | None = None
        self._watched: DiskIndex | None = None
        self._superseded: tuple[Superseded, ...] = ()
        self._forms: dict[AskedForm, TrackedModel | None] = {}
        self._scanning = threading.Lock()
        self._scans_done = 0

    @classmethod
    def from_host(cls, host: Host) -> ModelAnalyzer:
        """Take a whole host: its settings, handlers and shared files are known too."""
        analyzer = cls({}, None, None)
        analyzer._host = host
        return analyzer

    def refresh(self) -> Inventory:
        """Look at the host and the disk again and return the new inventory."""
        before = self._scans_done
        with self._scanning:
            if self._inventory is None or self._scans_done == before:
                snapshot = self._host.snapshot(self._saved_reader.read)
                self._saved = snapshot.saved
                disk = self._watched = DiskIndex(snapshot.roots, snapshot.locate)
                scan = Scan(disk, self.integrity, self._known_size, memory=self._memory)
                now = datetime.now(timezone.utc)
                inventory = take_inventory(snapshot, self.integrity, now, self._needs, scan)
                # only now: until a scan has ended, questions are answered from the one before
                self._superseded = self._find_superseded(snapshot)
                self._inventory, self._disk = inventory, disk
                for form in tuple(self._forms):
                    self._answer(form)
                self._scans_done += 1
            return self._inventory

    @property
    def inventory(self) -> Inventory:
        """The last inventory; the first use takes one."""
        return self._inventory or self.refresh()

    @property
    def last_inventory(self) -> Inventory | None:
        """The last inventory, or None where none has been taken yet."""
        return self._inventory

    @property
    def looking_at(self) -> str:
        """The folder that the scan under way, or the last one, looks at; "" before the first."""
        return self._watched.looking_at if self._watched else ""

    def model(self, model_type: str, *, config: str = "", settings: Form | None = None) -> TrackedModel:
        """Return one model as of the last scan; the first use makes one.

        Args:
            model_type: The model's id.
            config: The form's config selection; "": that of the settings.
            settings: The form's values by the host's own keys, laid over the model's default settings; None: the
                defaults.

        Raises:
            UnknownModelError: The host has no such type.
        """
        inventory = self.inventory
        known = inventory.models.get(model_type)
        if known is None:
            raise UnknownModelError(model_type, inventory.models)
        if not config and not settings:
            return known
        snapshot = self._snapshot()
        needs = requirements(snapshot, model_type, config, settings=settings)
        return track_model(snapshot, needs, self._last_look(snapshot))

    def ask_form(self, form: AskedForm) -> None:
        """Let scans answer for a form of the page's too; only the last few are kept. Does not look at the disk."""
        self._forms[form] = self._forms.pop(form, None)
        for old in tuple(self._forms)[:-_FORMS_KEPT]:
            self._forms.pop(old, None)

    def answer_forms(self) -> None:
        """Answer for the forms that the last scan did not know; for the thread that scans."""
        for form in [form for form, answer in tuple(self._forms.items()) if answer is None]:
            self._answer(form)

    def form_answer(self, form: AskedForm) -> TrackedModel | None:
        """Return what Generate would do with a form as of the last scan; None: not answered yet."""
        return self._forms.get(form)

    def _answer(self, form: AskedForm) -> None:
        snapshot = self._snapshot()
        if form.model_type in snapshot.definitions and form in self._forms:
            settings = form.settings
            needs = requirements(snapshot, form.model_type, settings=settings, as_generated=True)
            self._forms[form] = track_model(snapshot, needs, self._last_look(snapshot))

    def _snapshot(self) -> HostSnapshot:
        return self._host.snapshot(lambda _names: self._saved)

    def what_if(self, model_type: str) -> WhatIf:
        """Return what other settings, config choices and files would mean for a model, as of the last scan.

        Raises:
            UnknownModelError: The host has no such type.
        """
        self.model(model_type)
        snapshot = self._snapshot()
        return what_if(snapshot, model_type, self._last_look(snapshot))

    def _last_look(self, snapshot: HostSnapshot) -> Scan:
        """Return the last scan's look at the disk: what was listed then is not asked for again."""
        disk = self._disk
        if disk is None or disk.roots != snapshot.roots:
            disk = DiskIndex(snapshot.roots, snapshot.locate)
        return Scan(disk, self.integrity, self._known_size)

    def _known_size(self, file: RequiredFile) -> Size:
        """Return what the Hub told when it was asked, else what the shipped table says."""
        fact = self.hub.fact(file.url) if file.url else None
        return known_size(file) if fact is None else Size(fact.size_bytes, SizeOrigin.KNOWN)

    def missing_files(self) -> MissingFiles:
        """Return the files that models lack, as of the last scan, for a search."""
        return missing_files_of(self.inventory, self._host.snapshot().lora_root)

    def needed_names(self) -> frozenset[str]:
        """Return the names of all files that models need with the settings in force."""
        models = self.inventory.models.values()
        return frozenset(file.required.name for model in models for file in model.files)

    def addresses(self) -> tuple[str, ...]:
        """Return the addresses of all files that models need, in any format."""
        models = self.inventory.visible
        files = [file.required for model in models for file in model.files]
        files += [file for model in models for slot in model.slots for file in slot.alternatives]
        return tuple(dict.fromkeys(file.url for file in files if file.url and not file.is_folder))

    def superseded(self) -> tuple[Superseded, ...]:
        """Return the checkpoints that this Wan2GP deletes when it starts, as of the last scan."""
        return self._superseded

    def _find_superseded(self, snapshot: HostSnapshot) -> tuple[Superseded, ...]:
        if self._removals is None:
            self._removals = removal_list(snapshot.program)
        return find_superseded(snapshot.roots, self._removals)

    def get_model_status(self, model_type: str, *, config: str = "", settings: Form | None = None) -> str:
        """Return "downloaded" (Generate would fetch nothing), "partial" or "missing".

        Raises:
            UnknownModelError: The host has no such type.
        """
        return self.model(model_type, config=config, settings=settings).status.value

    def get_model_files(
        self, model_type: str, *, config: str = "", settings: Form | None = None
    ) -> list[dict[str, Any]]:
        """Return the files that Generate needs, in the host's order.

        Each has `filename`, `url` (None: only by hand), `status` ("downloaded", "damaged", "unfinished", "missing";
        "unanswered" where a folder does not answer), `size_gb` (10⁹ bytes; None: not known), `path` (absolute: where
        it is, or would be put), `role` and `reason`.

        Raises:
            UnknownModelError: The host has no such type.
        """
        return [_as_dict(file) for file in self.model(model_type, config=config, settings=settings).files]

    def get_model_size_gb(self, model_type: str, *, config: str = "", settings: Form | None = None) -> float:
        """Return the size in 10⁹ bytes of all files Generate needs; those of unknown size are not counted.

        Raises:
            UnknownModelError: The host has no such type.
        """
        return self.model(model_type, config=config, settings=settings).size.bytes / GB

    def get_download_urls(
        self, model_type: str, *, config: str = "", settings: Form | None = None
    ) -> list[str]:
        """Return the addresses of the files that Generate would fetch, in order.

        Raises:
            UnknownModelError: The host has no such type.
        """
        fetched = self.model(model_type, config=config, settings=settings).to_fetch
        return [file.required.url for file in fetched if file.required.url]

    def estimate_vram_usage(self, model_type: str, quantization: str = "bf16") -> dict[str, Any]:
        """Return `min_gb`, `recommended_gb` (both None where not known) and `notes` with the basis.

        Raises:
            UnknownModelError: The host has no such type.
        """
        model = self.model(model_type)
        return PerformanceDatabase().vram_summary(model.model_type, model.base_type, quantization)


_STATUS_WORDS = {state: state.value for state in FileState} | {FileState.PRESENT: "downloaded"}


def _as_dict(file: TrackedFile) -> dict[str, Any]:
    return {
        "filename": file.required.name,
        "url": file.required.url,
        "status": _STATUS_WORDS[file.state],
        "size_gb": None if file.size_bytes is None else file.size_bytes / GB,
        "path": file.path,
        "role": file.required.role.value,
        "reason": reason(file),
    }
