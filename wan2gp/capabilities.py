"""How this Wan2GP works, told by what it offers and never by its version number.

Each difference between versions that decides downloads is one small enum here; its members say which versions are
known to have it. `abilities(evidence)` chooses all of them once per snapshot. Where nothing tells, the answer is a
doubt, and no model of that host is then called downloaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from .shared_sets import SharedTable, table_written_as, tables

if TYPE_CHECKING:
    from .introspection import Introspection


_OF_A_WHOLE = (
    "args",
    "get_base_model_type",
    "get_lora_dir",
    "get_lora_root",
    "get_model_config_groups",
    "get_model_def",
    "get_model_filename",
    "get_transformer_dtype",
    "load_models",
    "quant_router",
    "switch_to_model",
)
"""Names of which any two show a running Wan2GP rather than a dictionary made by hand."""

_OF_A_WHOLE_ALONE = (
    "download_models",
    "get_local_model_filename",
    "query_global_shared_model_files",
    "query_matanyone_download_def",
)
"""Names of which each does so alone."""


class SharedFiles(Enum):
    """Where the files that every model needs are named."""

    ASKED = "asked"  # 11.52 to 12.60
    TABLE = "table"  # up to 11.51
    ON_USE = "on_use"  # 13.141
    UNKNOWN = "unknown"


class ChoiceRule(Enum):
    """How one of several alternative files is taken."""

    FALLBACKS = "fallbacks"  # 10.10 on
    EXACT = "exact"  # up to 9.91


class TextEncoder(Enum):
    """When a definition's own text encoder is fetched."""

    LAST = "last"  # 10.30 on
    WITH_TRANSFORMER = "with_transformer"  # up to 10.24


class NewFiles(Enum):
    """Which checkpoint folder a new file goes to."""

    FIRST_WITH_FOLDER = "first_with_folder"  # 10.981 on
    FIRST = "first"  # up to 10.981


class PipeSuffix(Enum):
    """What `|folder` behind an address means."""

    FOLDER = "folder"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """How one Wan2GP works.

    Attributes:
        shared: Where the files that every model needs are named.
        table: Their table, where `shared` says so.
        choice: How one of several files is taken.
        own_dtype: Whether a base definition's own `dtype` counts (10.10 on).
        text_encoder: When a definition's own text encoder is fetched.
        new_files: Which checkpoint folder a new file goes to.
        pipe_suffix: What `|folder` means (11.33 on).
        lora_pipe_suffix: The same for a definition's own LoRAs (12.25 on).
        configs: Whether the form has config choices (12.41 on).
        system_loras: Whether what a model adds by the form's settings is downloaded after loading (11.70 on).
        runtime_definitions: Whether handlers change definitions before use (13.141).
        is_whole: Whether it shows more of Wan2GP than definitions, handlers and settings: what it then lacks
            was lost or is new, and is doubted. A dictionary made by hand simply does not do what it lacks.
        uncertainties: What is not sure about every model, sentences.
    """

    shared: SharedFiles = SharedFiles.ASKED
    table: SharedTable | None = None
    choice: ChoiceRule = ChoiceRule.FALLBACKS
    own_dtype: bool = True
    text_encoder: TextEncoder = TextEncoder.LAST
    new_files: NewFiles = NewFiles.FIRST_WITH_FOLDER
    pipe_suffix: PipeSuffix = PipeSuffix.FOLDER
    lora_pipe_suffix: PipeSuffix = PipeSuffix.FOLDER
    configs: bool = True
    system_loras: bool = True
    runtime_definitions: bool = False
    is_whole: bool = False
    uncertainties: tuple[str, ...] = ()


def capabilities(introspection: Introspection) -> Capabilities:
    """Return how the Wan2GP works that shows this evidence."""
    uncertainties: list[str] = []
    early = _fetches_as_early_ones(introspection, uncertainties)
    exact = _takes_exact_tokens(introspection)
    is_whole = _is_whole(introspection)
    shared, table = _shared_files(introspection, uncertainties, early=early)
    pipe_suffix = _pipe_suffix(introspection, early=early)
    return Capabilities(
        shared=shared,
        table=table,
        choice=ChoiceRule.EXACT if exact else ChoiceRule.FALLBACKS,
        own_dtype=not _asks_dtype_by_family(introspection),
        text_encoder=TextEncoder.WITH_TRANSFORMER if early else TextEncoder.LAST,
        new_files=_new_files(introspection, early=early),
        pipe_suffix=pipe_suffix,
        lora_pipe_suffix=_lora_pipe_suffix(introspection, pipe_suffix),
        configs=_has_configs(introspection, older=early or table is not None),
        system_loras=table is None,  # those fixed tables end at 11.51
        runtime_definitions=introspection.handlers_with("resolve_runtime_model_def"),
        is_whole=is_whole,
        uncertainties=tuple(uncertainties) if is_whole else (),
    )


def _is_whole(introspection: Introspection) -> bool:
    """Return whether this is a running Wan2GP; each has a family of unknown models and a locator with functions."""
    if introspection.locator_tells or "unknown" in introspection.families:
        return True
    return (
        any(map(introspection.has, _OF_A_WHOLE_ALONE)) or sum(map(introspection.has_value, _OF_A_WHOLE)) > 1
    )


def _fetches_as_early_ones(introspection: Introspection, uncertainties: list[str]) -> bool:
    """Return whether a handler names the text encoder: up to 10.24; seen by `module_type`, later `file_type`."""
    fetching = introspection.parameters_of("download_models") or ()
    if "module_type" in fetching or "file_type" in fetching:
        return "module_type" in fetching
    handlers = [
        parameters for parameters in _handlers_ask(introspection) if "text_encoder_quantization" in parameters
    ]
    if any("model_def" in parameters for parameters in handlers):
        uncertainties.append("nothing tells whether handlers or definitions name the text encoder")
    return bool(handlers)


def _handlers_ask(introspection: Introspection) -> frozenset[tuple[str, ...]]:
    return introspection.handlers_take("query_model_files")


def _handlers_are_early(introspection: Introspection) -> bool:
    """Return whether handlers are asked with the text encoder setting and not with a definition: up to 10.23."""
    return any(
        "text_encoder_quantization" in parameters and "model_def" not in parameters
        for parameters in _handlers_ask(introspection)
    )


def _takes_exact_tokens(introspection: Introspection) -> bool:
    """Return whether int8 and fp8 are different things: up to 9.91, before there was a quant router."""
    if introspection.has_value("quant_router"):
        return False
    return _handlers_are_early(introspection) or "module_type" in (
        introspection.parameters_of("download_models") or ()
    )


def _asks_dtype_by_family(introspection: Introspection) -> bool:
    """Return whether the dtype follows from the family alone: up to 10.01."""
    parameters = introspection.parameters_of("get_transformer_dtype")
    return _handlers_are_early(introspection) if parameters is None else "model_family" in parameters


def _shared_files(
    introspection: Introspection, uncertainties: list[str], *, early: bool
) -> tuple[SharedFiles, SharedTable | None]:
    """Return where the files that every model needs are named; the strongest evidence first."""
    if introspection.has("query_core_shared_model_files"):
        if not introspection.has("query_matanyone_download_def"):
            uncertainties.append("the mask helper files that are downloaded with every model are not told")
        return SharedFiles.ASKED, None
    code = introspection.fetching_code
    if code is not None:
        table = table_written_as(code)
        if table is not None:
            return SharedFiles.TABLE, table
        if not _names_shared_files(code.names, code.texts):
            return SharedFiles.ON_USE, None
    elif _fetches_on_use(introspection):
        return SharedFiles.ON_USE, None
    else:
        table = _table_by_offer(introspection, early=early)
        if table is not None:
            return SharedFiles.TABLE, table
    uncertainties.append("nothing tells which helper files are downloaded with every model")
    return SharedFiles.UNKNOWN, None


def _names_shared_files(names: frozenset[str], texts: frozenset[str]) -> bool:
    """Return whether a fetching function has a list of its own, or asks for shared files by any function."""
    asks = any("shared" in name and "done" not in name for name in names)
    return asks or "repoId" in texts or "sourceFolderList" in texts


def _fetches_on_use(introspection: Introspection) -> bool:
    """Return whether handlers have what came after the shared files were no longer fetched with each model."""
    signatures = introspection.handlers_take("get_lora_dir")
    return introspection.handlers_with("resolve_runtime_model_def") or any(
        len(parameters) == 1 for parameters in signatures
    )


def _table_by_offer(introspection: Introspection, *, early: bool) -> SharedTable | None:
    """Return the table of the version that offers the same; None where more than one may."""
    if early:
        return tables()["10.01" if introspection.has_value("quant_router") else "9.9"]
    if not introspection.has("get_local_model_filename"):
        return None
    if introspection.has("query_matanyone_download_def"):
        return tables()["11.13"]
    older = introspection.locator_tells and not introspection.locator_has("get_smart_download_root")
    return tables()["10.56"] if older else None


def _new_files(introspection: Introspection, *, early: bool) -> NewFiles:
    """Return whether the locator knows smart roots; where it shows no function, by what came with them."""
    if introspection.locator_has("get_smart_download_root"):
        return NewFiles.FIRST_WITH_FOLDER
    older = introspection.has("get_local_model_filename") and not introspection.has(
        "query_matanyone_download_def"
    )
    return NewFiles.FIRST if introspection.locator_tells or early or older else NewFiles.FIRST_WITH_FOLDER


def _pipe_suffix(introspection: Introspection, *, early: bool) -> PipeSuffix:
    """Return whether `|folder` is understood: since the look-up moved to the locator, and knows a LoRA folder."""
    parameters = introspection.parameters_of("get_local_model_filename")
    if introspection.locator_has("get_local_model_filename") or "lora_dir" in (parameters or ()):
        return PipeSuffix.FOLDER
    return (
        PipeSuffix.KEPT
        if parameters is not None or early or introspection.locator_tells
        else PipeSuffix.FOLDER
    )


def _lora_pipe_suffix(introspection: Introspection, pipe_suffix: PipeSuffix) -> PipeSuffix:
    """Return whether LoRAs are looked for as `get_lora_local_path` says, in a folder of their own."""
    code = introspection.fetching_code
    if code is not None:
        return PipeSuffix.FOLDER if "get_lora_local_path" in code.names else PipeSuffix.KEPT
    later = (
        introspection.has("switch_to_model")
        or introspection.has("get_model_config_groups")
        or "model_def" in (introspection.parameters_of("download_models") or ())
    )
    if pipe_suffix is PipeSuffix.KEPT or later:
        return pipe_suffix
    return (
        PipeSuffix.KEPT
        if introspection.has("get_lora_local_path") or introspection.locator_tells
        else PipeSuffix.FOLDER
    )


def _has_configs(introspection: Introspection, *, older: bool) -> bool:
    """Return whether the form has config choices: the choice functions then take a definition."""
    if introspection.has("get_model_config_groups"):
        return True
    signatures = [introspection.parameters_of(name) for name in ("get_model_filename", "download_models")]
    return all(parameters is None or "model_def" in parameters for parameters in signatures) and not older
