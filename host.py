"""Wan2GP as this plugin sees it: the one module that knows its names.

`Host.snapshot()` reads the live values at once. Choices are left to Wan2GP's own functions where they exist;
otherwise the rule is applied that `HostSnapshot.abilities` says this Wan2GP has, told by what it offers. What is
not there is said in `HostSnapshot.missing`. Nothing here changes anything: no function of the host is replaced,
and no folder is made but the one that the newest hosts make when asked for a model's LoRA folder.
"""

from __future__ import annotations

import copy
import os.path
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

from .inventory import definitions
from .inventory.abilities import Abilities, ChoiceRule, SharedFiles, abilities
from .inventory.choice import (
    DEFAULT_TOKENS,
    Choice,
    QuantTokens,
    Rule,
    choose,
    choose_as_host,
    choose_exact,
    module_dtype,
)
from .inventory.definitions import Definition, Definitions, shown
from .inventory.evidence import Evidence, parameters, takes_any
from .inventory.problems import DefinitionError, Problem
from .texts import host as texts

Namespace = Mapping[str, Any]
Locate = Callable[[str], "str | None"]
DownloadSet = Mapping[str, Any]
"""`{repoId, sourceFolderList, fileList, targetFolderList?}`: files of one repository."""


@dataclass(frozen=True, slots=True)
class HostName:
    """A name of Wan2GP's that is used here, and what is lost where it does not exist."""

    name: str
    lost: str


HOST_NAMES = tuple(HostName(name, lost) for name, lost in texts.WITHOUT.items())
"""Every name of Wan2GP's that is read in any version, all of them live at each snapshot."""

NEEDED_NAMES = (
    "fl",
    "server_config",
    "transformer_quantization",
    "text_encoder_quantization",
    "transformer_dtype_policy",
    "bfloat16_supported",
)
"""Names that every known Wan2GP has and that decide which file is needed; without one nothing is sure."""

TELLING_NAMES = (
    "files_locator",
    "download_models",
    "get_transformer_dtype",
    "get_lora_dir",
    "get_local_model_filename",
    "get_lora_local_path",
    "download_mmaudio",
)
"""Names that tell, by being there and by their parameters, how files are fetched."""

LIVE_FUNCTIONS = ("get_model_filename", "get_model_def", "get_base_model_type", "switch_to_model")
"""Functions whose `__globals__` is Wan2GP's live namespace."""

DEFAULT_ROOTS = ("ckpts", ".")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings that decide which file is taken.

    Attributes:
        transformer_quantization: "int8", "fp8", "bf16" or "".
        text_encoder_quantization: The same for text encoders.
        dtype_policy: "bf16", "fp16" or "" for automatic.
        bf16_supported: Whether the graphics card has native bf16.
    """

    transformer_quantization: str = "int8"
    text_encoder_quantization: str = "int8"
    dtype_policy: str = ""
    bf16_supported: bool = True


@dataclass(frozen=True, slots=True)
class Family:
    """A group of models as Wan2GP's selector shows them."""

    label: str
    order: int


UNKNOWN_FAMILY = Family("Other", 10_000)


@dataclass(frozen=True, slots=True)
class HostSnapshot:
    """Wan2GP at one moment.

    Attributes:
        definitions: Model type → definition; a copy, so that a refresh of the host's does not disturb.
        settings: What decides which file is taken.
        roots: Absolute checkpoint folders, searched in this order; new files go to the first.
        locate: The host's own look-up by name, where its folders are not told; else None.
        shared_sets: Files fetched with every model.
        version: Wan2GP's version, or None; only shown, never decided by.
        abilities: How this Wan2GP works where versions differ.
        missing: Names that this Wan2GP does not have.
        doubts: Why no model of this host can be called downloaded; empty normally.
    """

    definitions: Definitions
    settings: Settings
    roots: tuple[str, ...]
    locate: Locate | None
    shared_sets: tuple[DownloadSet, ...]
    version: str | None
    abilities: Abilities
    missing: tuple[HostName, ...]
    doubts: tuple[Problem, ...]
    _names: Namespace = field(repr=False)
    _tokens: QuantTokens = field(repr=False, default_factory=lambda: dict(DEFAULT_TOKENS))

    def dtype(self, model_type: str) -> str:
        """Return "bf16" or "fp16": the base definition's own, else the policy, else what the card has."""
        own = self._own_dtype(model_type)
        if own is not None:
            return own
        if self.settings.dtype_policy:
            return "fp16" if self.settings.dtype_policy == "fp16" else "bf16"
        return "bf16" if self.settings.bf16_supported else "fp16"

    def _own_dtype(self, model_type: str) -> str | None:
        """Return the dtype that the base definition demands, where this Wan2GP heeds it."""
        if not self.abilities.own_dtype:
            return None
        base = definitions.mapping(self.definitions.get(_architecture(self.definitions, model_type)))
        return None if base.get("dtype") is None else "fp16" if base["dtype"] == "fp16" else "bf16"

    def knows_architecture(self, architecture: str) -> bool:
        """Tell whether a handler exists for it; True where the handlers are not known."""
        handlers = self._names.get("model_types_handlers")
        if not isinstance(handlers, Mapping):
            return True
        return cast("Mapping[str, object]", handlers).get(architecture) is not None

    def with_config(self, model_type: str, selection: str) -> Definition:
        """Return the definition with a config selection merged in."""
        definition = definitions.own_definition(self.definitions, model_type)
        return definitions.merge_config(definition, self.config_groups(model_type), selection)

    def config_groups(self, model_type: str) -> tuple[Mapping[str, Any], ...]:
        """Return the form's config choices for a model: four groups of id → overrides, empty without any."""
        if not self.abilities.configs:
            return tuple(definitions.mapping(None) for _ in definitions.CONFIG_KEYS)
        definition = definitions.own_definition(self.definitions, model_type)
        return definitions.config_groups(self.definitions, model_type, definition)

    def at_runtime(self, model_type: str, definition: Definition) -> Definition:
        """Return the definition that the handler makes of one before it is used (13.141).

        Raises:
            DefinitionError: It answers something that is no definition.
        """
        resolve = getattr(self._handler(model_type), "resolve_runtime_model_def", None)
        if not callable(resolve):
            return definition
        config = self.server_config
        context = {
            **config,
            "transformer_quantization": self.settings.transformer_quantization,
            "text_encoder_quantization": self.settings.text_encoder_quantization,
            "mixed_precision": config.get("mixed_precision", "0"),
            "vae_precision": config.get("vae_precision", "16"),
        }
        answer: object = resolve(copy.deepcopy(dict(definition)), context)
        if not isinstance(answer, Mapping):
            raise _not_sure(texts.NO_DEFINITION, value=shown(answer))
        return cast("Definition", answer)

    def choose_transformer(
        self, model_type: str, definition: Definition, key: str, entries: Sequence[str], *, listed_by: str
    ) -> Choice | None:
        """Return the file that Wan2GP takes from `URLs` or `URLs2` (the key).

        Args:
            model_type: The model.
            definition: Its definition, with a config selection merged in.
            key: "URLs" or "URLs2".
            entries: The alternatives.
            listed_by: The type in whose definition they stand; its dtype counts.
        """
        return self._choose(
            model_type,
            entries,
            self.settings.transformer_quantization,
            self.dtype(listed_by),
            model_def=definition,
            dtype_policy=self.settings.dtype_policy,
            submodel_no=2 if key == "URLs2" else 1,
        )

    def choose_module(self, model_type: str, entries: Sequence[str], main: Choice | None) -> Choice | None:
        """Return the file that Wan2GP takes for a module, given its choice for the main transformer."""
        dtype = self._own_dtype(model_type) or module_dtype(self.dtype(model_type), main)
        asked = self.settings.transformer_quantization
        return self._choose(model_type, entries, asked, dtype, dtype_policy=dtype, URLs=list(entries))

    def choose_text_encoder(self, model_type: str, entries: Sequence[str]) -> Choice | None:
        """Return the text encoder file that Wan2GP takes."""
        asked, policy = self.settings.text_encoder_quantization, self.settings.dtype_policy
        dtype = self.dtype(model_type)
        return self._choose(model_type, entries, asked, dtype, dtype_policy=policy, URLs=list(entries))

    @property
    def identity(self) -> tuple[object, ...]:
        """What answers, for telling whether it is still the same: handlers, functions, tokens."""
        handlers = definitions.mapping(self._names.get("model_types_handlers"))
        answering = (*handlers.values(), self._names.get("get_model_filename"))
        return (*handlers, *map(id, answering), *self._tokens.items())

    def _choose(
        self, model_type: str, entries: Sequence[str], asked: str, dtype: str, **host_arguments: object
    ) -> Choice | None:
        function = self._names.get("get_model_filename")
        rule: Rule = partial(choose, tokens=self._tokens)
        if self.abilities.choice is ChoiceRule.EXACT:
            rule = choose_exact
        if not callable(function) or not entries:
            return rule(entries, asked, dtype)
        known = parameters(function)
        arguments = {name: value for name, value in host_arguments.items() if name in known}

        def ask() -> str:
            answer: object = function(model_type, quantization=asked, **arguments)
            if not isinstance(answer, str):
                raise _not_sure(texts.NO_FILE_TAKEN, value=shown(answer))
            return answer

        return choose_as_host(entries, asked, dtype, ask, rule)

    def handler_files(self, model_type: str, definition: Definition) -> tuple[DownloadSet, ...]:
        """Return what the model's handler wants fetched beside the weights.

        Raises:
            DefinitionError: The handler answers something that is no list of files.
        """
        handler = self._handler(model_type)
        query = getattr(handler, "query_model_files", None)
        if query is None:
            return ()
        answer: object = query(*self._query_arguments(query, model_type, definition))
        if answer is None:
            raise DefinitionError.of(texts.HANDLER_NAMES_NONE)
        return _download_sets(answer, texts.THE_HANDLER)

    def _query_arguments(
        self, query: Callable[..., object], model_type: str, definition: Definition
    ) -> tuple[object, ...]:
        """Return what the handler's `query_model_files` is asked with, which its parameters tell.

        Three: the definition (10.40 on). Four: no file name and the text encoder setting (up to 10.23).
        Five: both (10.24 to 10.39).
        """
        fixed = _compute_list, _architecture(self.definitions, model_type)
        before = (None, self.settings.text_encoder_quantization)
        taken = parameters(query)
        if takes_any(query) if len(taken) < 3 else len(taken) == 3:
            return (*fixed, definition)
        if "text_encoder_quantization" in taken and len(taken) in (4, 5):
            return (*fixed, *before, *([definition] if len(taken) == 5 else []))
        raise _not_sure(texts.QUERY_TAKES if taken else texts.QUERY_TAKES_NOTHING, taken=", ".join(taken))

    def lora_folder(self, model_type: str) -> str:
        """Return the model's LoRA folder, without making it where the handler tells the whole of it.

        A handler takes base type, options and root (10.54 on), or base type and options (up to 10.53). One that
        takes the base type alone (13.141) answers a key, and Wan2GP's own function, which may make the folder,
        is asked.

        Raises:
            DefinitionError: The folder is not known.
        """
        get_folder = getattr(self._handler(model_type), "get_lora_dir", None)
        if get_folder is None:
            raise DefinitionError.of(texts.LORA_FOLDER_UNKNOWN)
        taken = len(parameters(get_folder))
        folder: object
        if taken == 1 and not takes_any(get_folder):
            resolve = self._names.get("get_lora_dir")
            if not callable(resolve):
                raise DefinitionError.of(texts.LORA_FOLDER_NOT_TOLD)
            folder = resolve(model_type)
        else:
            arguments = (_architecture(self.definitions, model_type), self._lora_options(), self.lora_root)
            folder = get_folder(*arguments[:taken])
        if not isinstance(folder, str) or not folder:
            raise DefinitionError.of(texts.NO_LORA_FOLDER)
        return folder

    def memory_profile(self, output: str) -> float:
        """Return the memory profile in force for "video", "image" or "audio"; the host's default is 4.

        Args:
            output: What the model makes.
        """
        told = self._names.get(f"default_profile_{output}", self.server_config.get(f"{output}_profile"))
        return float(told) if isinstance(told, (int, float)) and not isinstance(told, bool) else 4.0

    def _lora_options(self) -> object:
        """Return the command-line options, which may name the LoRA folder.

        Raises:
            DefinitionError: Neither they nor the configuration are there, though Wan2GP's functions are.
        """
        told = callable(self._names.get("get_lora_root")) or any(
            self._names.get(name) is not None for name in ("args", "server_config")
        )
        has_functions = any(
            callable(self._names.get(name)) for name in ("get_model_filename", *LIVE_FUNCTIONS)
        )
        if has_functions and not told:
            raise DefinitionError.of(texts.COMMAND_LINE)
        return self._arguments()

    @property
    def program(self) -> str | None:
        """The path of the running Wan2GP's main file, or None."""
        path = self._names.get("__file__")
        return path if isinstance(path, str) else None

    @property
    def lora_root(self) -> str:
        """The folder of all LoRA folders, as Wan2GP resolves it: command line, configuration, "loras"."""
        get_root = self._names.get("get_lora_root")
        if callable(get_root):
            return str(get_root())
        on_command_line: object = getattr(self._arguments(), "loras", "")
        if isinstance(on_command_line, str):
            on_command_line = on_command_line.strip()
        return str(on_command_line or self.server_config.get("loras_root") or "loras")

    @property
    def server_config(self) -> Mapping[str, Any]:
        """Wan2GP's saved configuration; empty where it is not known."""
        return definitions.mapping(self._names.get("server_config"))

    def family(self, model_type: str) -> Family:
        """Return the group under which the selector shows the model."""
        own = definitions.mapping(self.definitions.get(model_type))
        described = definitions.mapping(own.get("metadata"))
        infos = definitions.mapping(self._names.get("families_infos"))
        query = getattr(self._handler(model_type), "query_model_family", None)
        named: tuple[object, ...] = (
            own.get("group"),
            described.get("family"),
            query() if callable(query) else None,
        )
        for identifier in named:
            info: object = infos.get(identifier) if isinstance(identifier, str) else None
            if isinstance(info, (list, tuple)):
                order, label = cast("Sequence[Any]", info)[:2]
                return Family(str(label), int(order))
        label = described.get("family_label") or own.get("group") or UNKNOWN_FAMILY.label
        return Family(str(label), UNKNOWN_FAMILY.order)

    def _arguments(self) -> object:
        return self._names.get("args") or SimpleNamespace()

    def _handler(self, model_type: str) -> object | None:
        """Return the handler; None where handlers are not known, which is a doubt about every model."""
        handlers = definitions.mapping(self._names.get("model_types_handlers"))
        return handlers.get(_architecture(self.definitions, model_type))


class Host:
    """A running Wan2GP, or something that looks like one."""

    def __init__(self, read: Callable[[], Namespace], *, definitions_are_all: bool = False) -> None:
        """Keep how to read the namespace.

        Args:
            read: Returns the namespace as it is now.
            definitions_are_all: The given names are all there is: without handlers, no doubt is raised.
        """
        self._read = read
        self._definitions_are_all = definitions_are_all

    @classmethod
    def from_namespace(cls, namespace: object) -> Host:
        """Take a module (the running Wan2GP) or a mapping of its names."""
        names = cast("Namespace", namespace) if isinstance(namespace, Mapping) else vars(namespace)
        return cls(lambda: names)

    @classmethod
    def from_plugin(cls, plugin: object) -> Host:
        """Find the live namespace behind a plugin's injected attributes; fall back on the attributes.

        Attributes are set once, before the page is built, and go stale. `wgp` is never imported: in some
        versions that is a second copy.
        """
        live = live_namespace(plugin)
        if live is not None:
            return cls(lambda: live)
        names = [*(entry.name for entry in HOST_NAMES), *TELLING_NAMES]
        return cls(lambda: {name: getattr(plugin, name) for name in names if hasattr(plugin, name)})

    @classmethod
    def from_parts(
        cls, models_def: Definitions, files_locator: object, get_local_model_filename: object
    ) -> Host:
        """Take the three objects of the plugin's design card.

        Where `models_def` is the running Wan2GP's own, all of Wan2GP is read; otherwise these three are all
        there is, and a model needs what its definition names.
        """
        main = vars(sys.modules["__main__"])
        if main.get("models_def") is models_def:
            return cls(lambda: main)
        names = {
            "models_def": models_def,
            "fl": files_locator,
            "get_local_model_filename": get_local_model_filename,
        }
        return cls(lambda: names, definitions_are_all=True)

    def snapshot(self) -> HostSnapshot:
        """Read Wan2GP as it is now."""
        names = dict(self._read())
        if "fl" not in names and "files_locator" in names:
            names["fl"] = names["files_locator"]
        how = Abilities() if self._definitions_are_all else abilities(Evidence(names))
        doubts = () if self._definitions_are_all else _doubts(names, how)
        shared_sets: tuple[DownloadSet, ...] = ()
        tokens = dict(DEFAULT_TOKENS)
        try:
            shared_sets = _shared_sets(names, how)
            tokens = _tokens(names.get("quant_router"))
        except Exception as error:  # noqa: BLE001 - the host's functions may do anything
            told = f"{type(error).__name__}: {error}"
            doubts += (_doubt(texts.HELPERS_NOT_TOLD.format(error=told)),)
        return HostSnapshot(
            definitions=dict(definitions.mapping(names.get("models_def"))),
            settings=_settings(names),
            roots=_roots(names.get("fl")),
            locate=_locate(names),
            shared_sets=shared_sets,
            version=str(names["WanGP_version"]) if names.get("WanGP_version") else None,
            abilities=how,
            missing=_missing(names, how),
            doubts=doubts,
            _names=names,
            _tokens=tokens,
        )


def live_namespace(plugin: object) -> Namespace | None:
    """Return the running Wan2GP's own namespace, or None where there is none."""
    for name in LIVE_FUNCTIONS:
        found: object = getattr(getattr(plugin, name, None), "__globals__", None)
        if isinstance(found, dict) and "models_def" in found:
            return cast("Namespace", found)
    main = vars(sys.modules["__main__"])
    return main if "models_def" in main and "WanGP_version" in main else None


def _settings(names: Namespace) -> Settings:
    saved = definitions.mapping(names.get("server_config"))

    def value(name: str, default: str) -> str:
        found = names.get(name)
        return str(saved.get(name, default) if found is None else found)

    return Settings(
        value("transformer_quantization", "int8"),
        value("text_encoder_quantization", "int8"),
        value("transformer_dtype_policy", ""),
        names.get("bfloat16_supported") is not False and names.get("bfloat16_supported") != 0,
    )


def _roots(locator: object) -> tuple[str, ...]:
    paths: object = getattr(locator, "_checkpoints_paths", None)
    found = cast("Sequence[object]", paths) if isinstance(paths, (list, tuple)) and paths else DEFAULT_ROOTS
    return tuple(dict.fromkeys(os.path.abspath(str(path)) for path in found))


def _locate(names: Namespace) -> Locate | None:
    """Return the host's look-up where the locator does not tell its folders."""
    look_up = names.get("get_local_model_filename")
    if not callable(look_up) or getattr(names.get("fl"), "_checkpoints_paths", None):
        return None

    def locate(name: str) -> str | None:
        path: object = look_up(name)
        return os.path.abspath(path) if isinstance(path, str) and path else None

    return locate


def _missing(names: Namespace, how: Abilities) -> tuple[HostName, ...]:
    """Return the names that are not there, each with what this means for this Wan2GP."""
    told = {"query_core_shared_model_files": how.shared.value}
    if how.table is not None:
        told["query_core_shared_model_files"] = texts.SHARED_TABLE_OF.format(source=how.table.source)
    if not how.configs:
        told["get_model_config_groups"] = texts.NO_CONFIG_CHOICES
    return tuple(
        replace(entry, lost=told.get(entry.name, entry.lost))
        for entry in HOST_NAMES
        if names.get(entry.name) is None
    )


def _shared_sets(names: Namespace, how: Abilities) -> tuple[DownloadSet, ...]:
    """Return the sets of files that are fetched with every model."""
    if how.shared is SharedFiles.ON_USE:
        return ()
    core, matanyone = names.get("query_core_shared_model_files"), names.get("query_matanyone_download_def")
    config = definitions.mapping(names.get("server_config"))
    masks: tuple[DownloadSet, ...] = ()
    if callable(matanyone):
        masks = _download_sets(matanyone(config), "query_matanyone_download_def")
    if how.table is not None:
        return how.table.sets(config, masks)
    return (*(_download_sets(core(), "query_core_shared_model_files") if callable(core) else ()), *masks)


def _download_sets(answer: object, who: str) -> tuple[DownloadSet, ...]:
    if answer is None:
        return ()
    many = cast("Sequence[object]", answer) if isinstance(answer, (list, tuple)) else [answer]
    for one in many:
        if not isinstance(one, Mapping):
            raise DefinitionError.of(texts.NO_LIST_OF_FILES, who=who, value=shown(one))
    return tuple(cast("Sequence[DownloadSet]", many))


def _tokens(router: object) -> QuantTokens:
    """Return the tokens of each quantization.

    Raises:
        Exception: Whatever the router raises.
    """
    get_tokens = getattr(router, "get_quantization_tokens", None)
    if get_tokens is None:
        return dict(DEFAULT_TOKENS)
    tokens: QuantTokens = {}
    for asked, default in DEFAULT_TOKENS.items():
        answer: object = get_tokens(asked)
        listed = cast("Sequence[object]", answer) if isinstance(answer, (list, tuple)) else default
        tokens[asked] = tuple(str(token) for token in listed)
    return tokens


def _doubts(names: Namespace, how: Abilities) -> tuple[Problem, ...]:
    """Return why no model can be called downloaded: what every known Wan2GP has, and this one does not show."""
    needed = NEEDED_NAMES if how.is_whole else ()
    gone = [name for name in needed if names.get(name) is None]
    if _locate(names) is not None:
        gone = [name for name in gone if name != "fl"]
    lost = [texts.HAS_NO.format(name=name) for name in gone]
    if not isinstance(names.get("model_types_handlers"), Mapping):
        lost.append(texts.WITHOUT["model_types_handlers"])
    return tuple(map(_doubt, (*lost, *how.doubts)))


def _doubt(reason: str) -> Problem:
    return Problem.of("Wan2GP", texts.NOT_SURE, reason=reason)


def _not_sure(reason: str, **places: str) -> DefinitionError:
    return DefinitionError.of(texts.NOT_SURE, reason=reason.format(**places))


def _architecture(models: Definitions, model_type: str) -> str:
    return str(definitions.mapping(models.get(model_type)).get("architecture", model_type))


def _compute_list(filename: str | None) -> list[str]:
    """Do what Wan2GP's own helper does for its handlers: the last part of a path, as a list."""
    return [] if filename is None else [filename.rpartition("/")[2]]
