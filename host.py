"""Wan2GP as this plugin sees it: finds its live namespace and reads it.

`Host.snapshot()` reads the live values at once. Choices are left to Wan2GP's own functions where they exist;
otherwise the rule is applied that `HostSnapshot.host_capabilities` says this Wan2GP has, told by what it offers. What is
not there is said in `HostSnapshot.missing`. Nothing here changes anything: no function of the host is replaced,
and no folder is made but the one that the newest hosts make when asked for a model's LoRA folder.
"""

from __future__ import annotations

import os.path
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from .phrases import describe_exception
from .wan2gp import definitions
from .wan2gp.capabilities import Capabilities, SharedFiles, capabilities
from .wan2gp.choice import DEFAULT_TOKENS, QuantTokens
from .wan2gp.compatibility import missing_names
from .wan2gp.forms import SavedFiles
from .wan2gp.handlers import DownloadSet, download_sets
from .wan2gp.introspection import Introspection
from .wan2gp.names import HOST_NAMES, LIVE_FUNCTIONS, NEEDED_NAMES, PROBED_NAMES
from .wan2gp.problems import Problem, uncertainty
from .wan2gp.settings import Settings
from .wan2gp.snapshot import HostSnapshot, Locate, Namespace
from .wan2gp.system_loras import marks_in

if TYPE_CHECKING:
    from .wan2gp.definitions import Definitions

DEFAULT_ROOTS = ("ckpts", ".")


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
        names = [*(entry.name for entry in HOST_NAMES), *PROBED_NAMES]
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

    def snapshot(self, saved: Callable[[Namespace], SavedFiles] | None = None) -> HostSnapshot:
        """Read Wan2GP as it is now.

        Args:
            saved: Returns what Wan2GP keeps in files of its own; nothing else here looks at the disk.
        """
        names = dict(self._read())
        if "fl" not in names and "files_locator" in names:
            names["fl"] = names["files_locator"]
        host_capabilities = (
            Capabilities() if self._definitions_are_all else capabilities(Introspection(names))
        )
        uncertainties = () if self._definitions_are_all else _doubts(names, host_capabilities)
        shared_sets: tuple[DownloadSet, ...] = ()
        tokens = dict(DEFAULT_TOKENS)
        try:
            shared_sets = _shared_sets(names, host_capabilities)
            tokens = _tokens(names.get("quant_router"))
        except BaseException as error:  # noqa: BLE001 - the host's functions may do anything, SystemExit too
            cause = describe_exception(error)
            uncertainties += (uncertainty(f"Wan2GP does not tell its helper files or formats ({cause})"),)
        models = _named(definitions.mapping(names.get("models_def")))
        return HostSnapshot(
            definitions=models,
            settings=_settings(names),
            roots=_roots(names.get("fl")),
            locate=_locate(names),
            shared_sets=shared_sets,
            version=str(names["WanGP_version"]) if names.get("WanGP_version") else None,
            capabilities=host_capabilities,
            missing=missing_names(names, host_capabilities),
            uncertainties=uncertainties,
            saved=SavedFiles() if saved is None else saved(names),
            lora_marks=marks_in(models),
            _names=names,
            _tokens=tokens,
        )


def live_namespace(plugin: object) -> Namespace | None:
    """Return the running Wan2GP's own namespace, or None where there is none."""
    for name in LIVE_FUNCTIONS:
        namespace: object = getattr(getattr(plugin, name, None), "__globals__", None)
        if isinstance(namespace, dict) and "models_def" in namespace:
            return cast("Namespace", namespace)
    main = vars(sys.modules["__main__"])
    return main if "models_def" in main and "WanGP_version" in main else None


def _named(models: Definitions) -> Definitions:
    """Return a copy of the definitions; only texts can be types of models."""
    types = cast("dict[object, Any]", dict(models))
    return {model_type: types[model_type] for model_type in types if isinstance(model_type, str)}


def _settings(names: Namespace) -> Settings:
    saved = definitions.mapping(names.get("server_config"))

    def value(name: str, default: str) -> str:
        live_value = names.get(name)
        return str(saved.get(name, default) if live_value is None else live_value)

    return Settings(
        value("transformer_quantization", "int8"),
        value("text_encoder_quantization", "int8"),
        value("transformer_dtype_policy", ""),
        names.get("bfloat16_supported") is not False and names.get("bfloat16_supported") != 0,
        save_quantized=bool(getattr(names.get("args"), "save_quantized", False)),
    )


def _roots(locator: object) -> tuple[str, ...]:
    paths: object = getattr(locator, "_checkpoints_paths", None)
    folders = cast("Sequence[object]", paths) if isinstance(paths, (list, tuple)) and paths else DEFAULT_ROOTS
    return tuple(dict.fromkeys(os.path.abspath(str(path)) for path in folders))


def _locate(names: Namespace) -> Locate | None:
    """Return the host's look-up where the locator does not tell its folders."""
    look_up = names.get("get_local_model_filename")
    if not callable(look_up) or getattr(names.get("fl"), "_checkpoints_paths", None):
        return None

    def locate(name: str) -> str | None:
        path: object = look_up(name)
        return os.path.abspath(path) if isinstance(path, str) and path else None

    return locate


def _shared_sets(names: Namespace, host_capabilities: Capabilities) -> tuple[DownloadSet, ...]:
    """Return the sets of files that are fetched with every model."""
    if host_capabilities.shared is SharedFiles.ON_USE:
        return ()
    core, matanyone = names.get("query_core_shared_model_files"), names.get("query_matanyone_download_def")
    config = definitions.mapping(names.get("server_config"))
    masks: tuple[DownloadSet, ...] = ()
    if callable(matanyone):
        masks = download_sets(matanyone(config), "query_matanyone_download_def")
    if host_capabilities.table is not None:
        return host_capabilities.table.sets(config, masks)
    return (*(download_sets(core(), "query_core_shared_model_files") if callable(core) else ()), *masks)


def _tokens(router: object) -> QuantTokens:
    """Return the tokens of each quantization.

    Raises:
        Exception: Whatever the router raises.
    """
    get_tokens = getattr(router, "get_quantization_tokens", None)
    if get_tokens is None:
        return dict(DEFAULT_TOKENS)
    tokens: QuantTokens = {}
    for quantization, default in DEFAULT_TOKENS.items():
        answer: object = get_tokens(quantization)
        listed = cast("Sequence[object]", answer) if isinstance(answer, (list, tuple)) else default
        tokens[quantization] = tuple(str(token) for token in listed)
    return tokens


def _doubts(names: Namespace, host_capabilities: Capabilities) -> tuple[Problem, ...]:
    """Return why no model can be called downloaded: what every known Wan2GP has, and this one does not show."""
    needed = NEEDED_NAMES if host_capabilities.is_whole else ()
    absent = [name for name in needed if names.get(name) is None]
    if _locate(names) is not None:
        absent = [name for name in absent if name != "fl"]
    impact = [f"this Wan2GP has no {name}" for name in absent]
    if not isinstance(names.get("model_types_handlers"), Mapping):
        impact.append(next(entry.impact for entry in HOST_NAMES if entry.name == "model_types_handlers"))
    return tuple(map(uncertainty, (*impact, *host_capabilities.uncertainties)))
