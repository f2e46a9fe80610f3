"""What Generate needs for a model: a pure function of its definition and the host's settings.

The order is the host's, since it stops at the first file that it cannot get:

    helpers shared by every model
    transformer ── preload_URLs, VAE_URLs, loras, the handler's files
    second transformer
    modules
    text encoder
    what the form's settings ask for after loading

Hosts differ; `HostSnapshot.capabilities` says how.
"""

from __future__ import annotations

import os.path
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from ..phrases import describe_exception
from . import after_loading, definition_keys, definitions, entry_paths, extras, runnable
from .capabilities import NewFiles, PipeSuffix, TextEncoder
from .definitions import Definition, shown
from .page_addresses import address_fault
from .problems import DefinitionError, Problem
from .required_files import FilePool, RequiredFile, Requirements, Role, Slot

if TYPE_CHECKING:
    from .choice import Choice
    from .snapshot import HostSnapshot
    from .system_loras import Form


def requirements(  # noqa: PLR0913
    host: HostSnapshot,
    model_type: str,
    config: str = "",
    pool: FilePool | None = None,
    *,
    settings: Form | None = None,
    as_generated: bool = False,
) -> Requirements:
    """Return what Generate would need for a model with a config selection and a form's settings.

    Never raises: what is wrong with the definition becomes a problem; the rest is still listed.

    Args:
        host: The host's definitions, settings and choices.
        model_type: The model's id.
        config: The form's config selection, such as "bf16,,lower_ram"; "": that of the settings.
        pool: Shared between the models of one scan.
        settings: The form's values by the host's own keys, over the model's default settings.
        as_generated: Whether the host's checks of a click change the settings first.
    """
    needs = _RequirementsBuilder(host, model_type, pool or FilePool())
    needs.collect(config, settings or {}, as_generated=as_generated)
    once = {file.lookup_paths: file for file in reversed(needs.files)}  # the first of each look-up
    once = {file.lookup_paths: once[file.lookup_paths] for file in needs.files}
    return Requirements(model_type, tuple(once.values()), tuple(needs.slots), tuple(needs.problems))


class _RequirementsBuilder:
    """Collects the files of one model step by step; a step that fails leaves a problem and ends there."""

    def __init__(self, host: HostSnapshot, model_type: str, pool: FilePool) -> None:
        self.host = host
        self.model_type = model_type
        self.pool = pool
        self.files: list[RequiredFile] = []
        self.slots: list[Slot] = []
        self.problems: list[Problem] = []
        self.definition: Definition = {}
        self.form: Form = {}
        self.main: Choice | None = None

    def collect(self, config: str, settings: Form, *, as_generated: bool) -> None:
        if not self._try(lambda: self._read(config, settings)):
            return
        self._try(self._shared_sets)
        self._try(lambda: self._transformer("URLs", Role.TRANSFORMER))
        if self.main is None:  # what comes with a transformer then comes with the second one
            self._second_transformer()
        self._try(self._companions)
        self._try(self._handler_files)
        if self.main is not None:
            self._second_transformer()
        self._try(self._modules)
        if self.host.capabilities.text_encoder is TextEncoder.LAST:
            self._try(self._text_encoder)
        for error in runnable.lone_parts(self.files):
            self._try(partial(_raise, error))
        self._try(partial(self._after_loading, as_generated=as_generated))

    def _try(self, step: Any) -> bool:  # noqa: ANN401
        try:
            step()
        except BaseException as error:  # noqa: BLE001 - host functions and definitions may do anything
            path = self.definition.get("path")
            self.problems.append(
                Problem(
                    self.model_type,
                    str(error) if isinstance(error, DefinitionError) else describe_exception(error),
                    error.remedy if isinstance(error, DefinitionError) else "Check the model's definition.",
                    path if isinstance(path, str) else None,
                )
            )
            return False
        return True

    def _read(self, config: str, settings: Form) -> None:
        self.definition = definitions.own_definition(self.host.definitions, self.model_type)
        self._try(lambda: self._fill_form(settings))
        for problem in self.host.uncertainties:
            self.problems.append(problem)
        for error in runnable.identity_faults(self.definition, self.host.knows_architecture):
            self._try(partial(_raise, error))
        config = config or self.host.config_in(self.model_type, self.form)
        if config:
            self.definition = self.host.with_config(self.model_type, config)
        if self.host.capabilities.runtime_definitions:
            self.definition = self.host.at_runtime(self.model_type, self.definition)

    def _fill_form(self, settings: Form) -> None:
        self.form = settings  # should the defaults not be told
        self.form = {**self.host.default_form(self.model_type), **settings}

    def _after_loading(self, *, as_generated: bool) -> None:
        architecture = str(self.definition.get("architecture", self.model_type))
        self.problems += definition_keys.doubts(self.model_type, self.definition, architecture)
        for name in definition_keys.to_be_there(self.definition, architecture, self.files):
            self.files.append(self._file(Role.VAE, name))
        asked = after_loading.AskedLoras(self.host, self.model_type, self.definition, self.form)
        for download in extras.download_sets_of(self.host.names, self.form, self.definition, self._try):
            self.files += self._repository_files(download, Role.EXTRA)
        for role, entry in asked.loras(as_generated=as_generated):
            self._try(lambda role=role, entry=entry: self.files.append(asked.file(role, entry, self.pool)))

    def _shared_sets(self) -> None:
        def make() -> tuple[RequiredFile, ...]:
            downloads = self.host.shared_sets
            return tuple(
                file for download in downloads for file in self._repository_files(download, Role.SHARED)
            )

        self.files += self.pool.shared(make)

    def _second_transformer(self) -> None:
        if "URLs2" in self.definition:
            self._try(lambda: self._transformer("URLs2", Role.TRANSFORMER_2))

    def _transformer(self, key: str, role: Role) -> None:
        listing = definitions.find(self.host.definitions, self.model_type, key, self.definition)
        if key == "URLs" and listing.is_set and listing.value is None:  # "URLs2" may be null
            _fail(f"“{key}” is null.", "Make it a list of addresses, or remove it.")
        entries = definitions.as_entries(listing.value, key)
        choice = self.host.choose_transformer(
            self.model_type, self.definition, key, entries, listed_by=listing.model_type
        )
        if key == "URLs" and not entries:
            self._try(lambda: self._need("URLs"))
        if choice is None or not choice.entry:
            return
        if key == "URLs":
            self.main = choice
        self._add_choice(role, entries, choice, source="source" if key == "URLs" else "source2")

    def _companions(self) -> None:
        for entry in self._entries("preload_URLs"):
            self.files.append(self._companion(Role.PRELOAD, entry))
        if self.host.capabilities.text_encoder is TextEncoder.WITH_TRANSFORMER:
            self._try(self._text_encoder_at_root)
        else:
            for entry in self._vae_entries():
                self.files.append(self._companion(Role.VAE, entry))
        for entry in self._entries("loras"):
            self.files.append(self._lora(entry))

    def _entries(self, key: str) -> tuple[str, ...]:
        return definitions.entries_of(self.host.definitions, self.model_type, key, self.definition)

    def _vae_entries(self) -> tuple[str, ...]:
        key = "VAE_URLs"
        value = self.definition.get(key)
        if key in self.definition and value is None:
            _fail(f"“{key}” is null.", "Make it a list of addresses, or remove it.")
        return definitions.as_entries([value] if isinstance(value, str) else value, key)

    def _companion(self, role: Role, entry: str) -> RequiredFile:
        in_lora_folder = "%lora_dir" in entry and self.host.capabilities.pipe_suffix is PipeSuffix.FOLDER
        return self._file(
            role, entry, lora_folder=self.host.lora_folder(self.model_type) if in_lora_folder else None
        )

    def _handler_files(self) -> None:
        for download in self.host.handler_files(self.model_type, self.definition):
            self.files += self._repository_files(download, Role.MODEL_DATA)

    def _modules(self) -> None:
        for entries, part in definitions.module_lists(
            self.host.definitions, self.model_type, self.definition
        ):
            choice = self.host.choose_module(self.model_type, entries, self.main)
            if choice is not None and choice.entry:
                source = "module_source2" if part == 2 else "module_source"
                self._add_choice(Role.MODULE, entries, choice, source=source)

    def _text_encoder(self) -> None:
        entries = self._entries("text_encoder_URLs")
        choice = self.host.choose_text_encoder(self.model_type, entries)
        folder = self.definition.get("text_encoder_folder")
        if folder is not None and not (
            isinstance(folder, str) and (not folder or entry_paths.stays_below(folder))
        ):
            _fail(f"“text_encoder_folder” is {shown(folder)}, no folder below the roots.", "Correct it.")
        if not entries:
            self._need("text_encoder_URLs")
        if choice is not None and choice.entry:
            self._add_choice(Role.TEXT_ENCODER, entries, choice, folder or None)

    def _need(self, key: str) -> None:
        """Fail where the list under a key is empty though the architecture needs it."""
        error = runnable.lacking(self.host.definitions, self.model_type, key, self.definition)
        if error is not None:
            raise error

    def _text_encoder_at_root(self) -> None:
        """Do what hosts up to 10.24 do: the handler's text encoder comes with its files, and this one too."""
        entries = self._entries("text_encoder_URLs")
        choice = self.host.choose_text_encoder(self.model_type, entries)
        if choice is not None and choice.entry:
            self._add_choice(Role.TEXT_ENCODER, entries, choice)

    def _add_choice(
        self,
        role: Role,
        entries: tuple[str, ...],
        choice: Choice,
        folder: str | None = None,
        source: str | None = None,
    ) -> None:
        """Add what is chosen; where the definition has the key `source`, it is looked for, but not fetched."""
        # An entry that cannot be looked for is an error.
        chosen = self._file(role, choice.entry, folder, choice)
        if source in self.definition:
            return
        alternatives: list[RequiredFile] = []
        for entry in entries:
            try:
                alternatives.append(chosen if entry == choice.entry else self._file(role, entry, folder))
            except DefinitionError:
                continue  # an alternative that is not used harms nobody
        self.files.append(chosen)
        self.slots.append(Slot(role, tuple(alternatives), chosen))

    def _file(
        self,
        role: Role,
        entry: str,
        folder: str | None = None,
        choice: Choice | None = None,
        lora_folder: str | None = None,
    ) -> RequiredFile:
        def make() -> RequiredFile:
            understood = self.host.capabilities.pipe_suffix is PipeSuffix.FOLDER
            name = entry_paths.local_name(entry, lora_folder) if understood else entry_paths.plain_name(entry)
            below_folder = os.path.normpath(os.path.join(folder, name)) if folder else name
            address = self._address(entry)
            return RequiredFile(
                role=role,
                name=os.path.basename(name),
                url=address,
                lookup_paths=(below_folder, name) if folder else (name,),
                target=below_folder,
                root_folder=self._root_folder(folder),
                choice=choice,
                fault=address_fault(address) if address else None,
            )

        return self.pool.get((role, entry, folder, choice, lora_folder), make)

    def _lora(self, entry: str) -> RequiredFile:
        folder = self.host.lora_folder(self.model_type)

        def make() -> RequiredFile:
            understood = self.host.capabilities.lora_pipe_suffix is PipeSuffix.FOLDER
            name = (entry_paths.lora_name if understood else entry_paths.plain_lora_name)(entry, folder)
            path = os.path.abspath(name)
            address = self._address(entry)
            fault = address_fault(address) if address else None
            return RequiredFile(Role.LORA, os.path.basename(path), address, (path,), path, fault=fault)

        return self.pool.get((Role.LORA, entry, folder), make)

    def _address(self, entry: str) -> str | None:
        """Return what Wan2GP asks for: hosts that do not know `|folder` ask with it."""
        understood = self.host.capabilities.pipe_suffix is PipeSuffix.FOLDER or not entry_paths.is_address(
            entry
        )
        return entry_paths.address_of(entry) if understood else entry

    def _root_folder(self, folder: str | None) -> str | None:
        """Return the sub-folder that decides the root; on hosts up to 10.98 none does."""
        return folder if self.host.capabilities.new_files is NewFiles.FIRST_WITH_FOLDER else None

    def _repository_files(self, download: Mapping[str, Any], role: Role) -> Iterator[RequiredFile]:
        """Yield the files of a `{repoId, sourceFolderList, fileList, targetFolderList?}`."""
        repository = download.get("repoId")
        sources = cast("list[str]", download.get("sourceFolderList") or [])
        lists = cast("list[list[str]]", download.get("fileList") or [])
        targets = cast("list[str | None]", download.get("targetFolderList") or [None] * len(sources))
        if not isinstance(repository, str):
            _fail(f"The handler names no repository: {shown(download)}.", "Update Wan2GP.")
            return
        for target, source, names in zip(targets, sources, lists, strict=False):
            if not (names or target or source):
                continue  # a whole checkpoint folder: it is there, and nothing in it is meant
            for name in names or [""]:
                yield self._repository_file(repository, target or "", source, name, role)

    def _repository_file(
        self, repository: str, target: str, source: str, name: str, role: Role
    ) -> RequiredFile:
        def make() -> RequiredFile:
            below = "/".join(part for part in (target, source, name) if part)
            if not entry_paths.stays_below(below):
                _fail(
                    f"The handler's file leads out of the checkpoint folders: {shown(below)}.",
                    "Update Wan2GP.",
                )
            return RequiredFile(
                role=role,
                name=name or source,
                url=entry_paths.hub_address(repository, source, name or "*"),
                lookup_paths=(below,),
                target=below,
                root_folder=self._root_folder((target or source) or None),
                is_folder=not name,
            )

        return self.pool.get((role, repository, target, source, name), make)


def _raise(error: DefinitionError) -> None:
    raise error


def _fail(message: str, remedy: str) -> None:
    raise DefinitionError(message, remedy)
