"""Wan2GP at one moment: its definitions and settings, and what it answers when asked about a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from ..phrases import describe_exception
from . import definitions, forms, handlers
from .capabilities import ChoiceRule
from .choice import (
    DEFAULT_TOKENS,
    Choice,
    ChoiceKind,
    QuantTokens,
    Rule,
    choose,
    choose_as_host,
    choose_exact,
    module_dtype,
)
from .definitions import Definition, Definitions, shown
from .families import Family, family_of
from .forms import SavedFiles
from .introspection import parameters
from .lora_places import LoraPlace, lora_place
from .names import LIVE_FUNCTIONS
from .problems import DefinitionError, not_sure

if TYPE_CHECKING:
    from .capabilities import Capabilities
    from .handlers import DownloadSet
    from .names import HostName
    from .problems import Problem
    from .settings import Settings
    from .system_loras import Form

Namespace = Mapping[str, Any]
Locate = Callable[[str], "str | None"]


@dataclass(frozen=True, slots=True)
class HostSnapshot:
    """Wan2GP at one moment.

    Attributes:
        definitions: Model type → definition; a copy, so that a refresh of the host's does not disturb.
        settings: What decides which file is taken.
        roots: Absolute checkpoint folders, searched in this order; new files go to the first.
        locate: The host's own look-up by name, where its folders are not told; else None.
        shared_sets: Files downloaded with every model.
        version: Wan2GP's version, or None; only shown, never decided by.
        capabilities: How this Wan2GP works where versions differ.
        missing: Names that this Wan2GP does not have.
        uncertainties: Why no model of this host can be called downloaded; empty normally.
        saved: What Wan2GP keeps in files about forms and LoRAs, as of the last scan.
        lora_marks: Keys of definitions that show which LoRAs its models add; see `system_loras.MARKS`.
    """

    definitions: Definitions
    settings: Settings
    roots: tuple[str, ...]
    locate: Locate | None
    shared_sets: tuple[DownloadSet, ...]
    version: str | None
    capabilities: Capabilities
    missing: tuple[HostName, ...]
    uncertainties: tuple[Problem, ...]
    _names: Namespace = field(repr=False)
    saved: SavedFiles = field(repr=False, default_factory=SavedFiles)
    lora_marks: frozenset[str] = frozenset()
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
        if not self.capabilities.own_dtype:
            return None
        base = definitions.mapping(self.definitions.get(self._architecture(model_type)))
        return None if base.get("dtype") is None else "fp16" if base["dtype"] == "fp16" else "bf16"

    def knows_architecture(self, architecture: str) -> bool:
        """Return whether a handler exists for it; True where the handlers are not known."""
        handlers_by_architecture = self._names.get("model_types_handlers")
        if not isinstance(handlers_by_architecture, Mapping):
            return True
        return cast("Mapping[str, object]", handlers_by_architecture).get(architecture) is not None

    @property
    def reads_finetunes(self) -> bool:
        """Whether the definitions are all that this Wan2GP read; where its handlers are not known, neither is that."""
        return bool(self._handlers)

    def with_config(self, model_type: str, selection: str) -> Definition:
        """Return the definition with a config selection merged in."""
        definition = definitions.own_definition(self.definitions, model_type)
        return definitions.merge_config(definition, self.config_groups(model_type), selection)

    def config_groups(self, model_type: str) -> tuple[Mapping[str, Any], ...]:
        """Return the form's config choices for a model: four groups of id → overrides, empty without any."""
        if not self.capabilities.configs:
            return tuple(definitions.mapping(None) for _ in definitions.CONFIG_KEYS)
        definition = definitions.own_definition(self.definitions, model_type)
        return definitions.config_groups(self.definitions, model_type, definition)

    def at_runtime(self, model_type: str, definition: Definition) -> Definition:
        """Return the definition that the handler makes of one before it is used (13.141).

        Raises:
            DefinitionError: It answers something that is no definition.
        """
        return handlers.runtime_definition(
            self._handler(model_type),
            definition,
            self.server_config,
            transformer_quantization=self.settings.transformer_quantization,
            text_encoder_quantization=self.settings.text_encoder_quantization,
        )

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
        saving = self.settings.save_quantized
        choice = self._choose(
            model_type,
            entries,
            "" if saving else self.settings.transformer_quantization,
            self.dtype(listed_by),
            model_def=definition,
            dtype_policy=self.settings.dtype_policy,
            submodel_no=2 if key == "URLs2" else 1,
        )
        is_reason = saving and choice is not None and choice.kind is not ChoiceKind.ONLY
        return replace(choice, kind=ChoiceKind.SAVING) if choice is not None and is_reason else choice

    def choose_module(self, model_type: str, entries: Sequence[str], main: Choice | None) -> Choice | None:
        """Return the file that Wan2GP takes for a module, given its choice for the main transformer."""
        dtype = self._own_dtype(model_type) or module_dtype(self.dtype(model_type), main)
        quantization = self.settings.transformer_quantization
        return self._choose(model_type, entries, quantization, dtype, dtype_policy=dtype, URLs=list(entries))

    def choose_text_encoder(self, model_type: str, entries: Sequence[str]) -> Choice | None:
        """Return the text encoder file that Wan2GP takes."""
        quantization, policy = self.settings.text_encoder_quantization, self.settings.dtype_policy
        dtype = self.dtype(model_type)
        return self._choose(model_type, entries, quantization, dtype, dtype_policy=policy, URLs=list(entries))

    @property
    def identity(self) -> tuple[object, ...]:
        """What answers, for telling whether it is still the same: handlers, functions, tokens."""
        objects = (*self._handlers.values(), self._names.get("get_model_filename"))
        return (*self._handlers, *map(id, objects), *self._tokens.items())

    def _choose(
        self, model_type: str, entries: Sequence[str], quantization: str, dtype: str, **host_arguments: object
    ) -> Choice | None:
        function = self._names.get("get_model_filename")
        rule: Rule = partial(choose, tokens=self._tokens)
        if self.capabilities.choice is ChoiceRule.EXACT:
            rule = choose_exact
        if not callable(function) or not entries:
            return rule(entries, quantization, dtype)
        accepted = parameters(function)
        arguments = {name: value for name, value in host_arguments.items() if name in accepted}

        def ask() -> str:
            answer: object = function(model_type, quantization=quantization, **arguments)
            if not isinstance(answer, str):
                raise not_sure(f"Wan2GP answers {shown(answer)} when asked which file it takes")
            return answer

        return choose_as_host(entries, quantization, dtype, ask, rule)

    def handler_files(self, model_type: str, definition: Definition) -> tuple[DownloadSet, ...]:
        """Return what the model's handler wants downloaded in addition to the weights.

        Raises:
            DefinitionError: The handler answers something that is no list of files.
        """
        return handlers.files_wanted(
            self._handler(model_type),
            self._architecture(model_type),
            definition,
            self.settings.text_encoder_quantization,
        )

    def lora_folder(self, model_type: str) -> str:
        """Return the model's LoRA folder; see `handlers.lora_folder`.

        Raises:
            DefinitionError: The folder is not known.
        """
        return handlers.lora_folder(
            self._handler(model_type),
            self._architecture(model_type),
            lambda: (self._lora_options(), self.lora_root),
            partial(resolve, model_type) if callable(resolve := self._names.get("get_lora_dir")) else None,
        )

    def default_form(self, model_type: str) -> Form:
        """Return the settings with which the model's form starts; raises DefinitionError where they are not told."""
        own, handler = definitions.own_definition(self.definitions, model_type), self._handler(model_type)
        try:
            return forms.form_of(self._names, model_type, own, handler, self.saved.forms)
        except BaseException as error:
            cause = describe_exception(error)
            raise not_sure(f"Wan2GP does not tell the model's default settings ({cause})") from error

    @property
    def form_sources(self) -> tuple[dict[str, Any], ...]:
        """What forms and addresses of LoRAs follow from besides definitions: plain data, for comparison."""
        live = (self._names.get(name) for name in ("loras_url_cache", "primary_settings"))
        saved = {"forms": dict(self.saved.forms), "loras": dict(self.saved.lora_addresses)}
        return (*(dict(definitions.mapping(value)) for value in live), saved)

    @property
    def names(self) -> Namespace:
        """Wan2GP's namespace, for `extras`, which asks its interfaces."""
        return self._names

    def config_in(self, model_type: str, form: Form) -> str:
        """Return the config selection of a form; "" where it has none that exists."""
        if not self.capabilities.configs or not form.get("config"):
            return ""
        return forms.config_of(form, self.config_groups(model_type))

    @property
    def stops_after_loading(self) -> bool:
        """Whether Wan2GP was started with `--test`: Generate ends when the model is loaded."""
        return bool(getattr(self._arguments(), "test", False))

    def asked_lora(self, model_type: str, entry: str) -> LoraPlace:
        """Return where Generate looks for a LoRA; raises DefinitionError where that is not known."""
        live: object = self._names.get("loras_url_cache")  # None until Wan2GP first needs it
        noted = self.saved.lora_addresses if live is None else definitions.mapping(live)
        knows_folders = not self.capabilities.is_whole or callable(self._names.get("get_lora_local_path"))
        return lora_place(entry, self.lora_folder(model_type), noted, knows_folders=knows_folders)

    def memory_profile(self, output: str) -> float:
        """Return the memory profile in force for "video", "image" or "audio"; the host's default is 4."""
        found = (
            self._names.get(f"default_profile_{output}"),
            self._names.get("default_profile"),  # 9.9 has one for all
            self.server_config.get(f"{output}_profile"),
            self.server_config.get("profile"),
        )
        numbers = (
            value for value in found if isinstance(value, (int, float)) and not isinstance(value, bool)
        )
        try:
            return float(next(numbers, 4.0))
        except OverflowError:
            return 4.0

    def _lora_options(self) -> object:
        """Return the command-line options, which may name the LoRA folder.

        Raises:
            DefinitionError: Neither they nor the configuration are there, though Wan2GP's functions are.
        """
        is_known = callable(self._names.get("get_lora_root")) or any(
            self._names.get(name) is not None for name in ("args", "server_config")
        )
        has_functions = any(
            callable(self._names.get(name)) for name in ("get_model_filename", *LIVE_FUNCTIONS)
        )
        if has_functions and not is_known:
            raise DefinitionError(
                "Not sure: the command line may name the LoRA folder.", "Update this plugin."
            )
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
        definition = definitions.mapping(self.definitions.get(model_type))
        infos = definitions.mapping(self._names.get("families_infos"))
        return family_of(definition, infos, self._handler(model_type))

    def _arguments(self) -> object:
        return self._names.get("args") or SimpleNamespace()

    def _handler(self, model_type: str) -> object | None:
        """Return the handler; None where handlers are not known, which is a doubt about every model."""
        return self._handlers.get(self._architecture(model_type))

    @property
    def _handlers(self) -> Mapping[str, Any]:
        return definitions.mapping(self._names.get("model_types_handlers"))

    def _architecture(self, model_type: str) -> str:
        definition = definitions.mapping(self.definitions.get(model_type))
        return definitions.text_in(definition, "architecture") if "architecture" in definition else model_type
