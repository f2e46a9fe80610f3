"""Reading model definitions: `models_def` is what the host merged from its handlers and users' JSON files.

A list in a definition may be replaced by the name of another model type, whose list is then used:

    vace_14B  "URLs": "t2v"  →  t2v  "URLs": ["…bf16.safetensors", "…int8.safetensors"]
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple, cast

from .problems import DefinitionError

Definition = Mapping[str, Any]
Definitions = Mapping[str, Any]

CONFIG_KEYS = ("system_configs", "system_configs2", "system_configs3", "configs")
"""The form's config groups, in the order of the comma-separated selection."""

_FILES = (".safetensors", ".sft", ".gguf", ".pth", ".pt", ".bin", ".ckpt", ".onnx", ".pkl", ".npz")
_MOST_STEPS = 11  # the host gives up at the twelfth reference


class Output(Enum):
    """What a model makes."""

    VIDEO = "video"
    IMAGE = "image"
    AUDIO = "audio"


def mapping(value: object) -> Mapping[str, Any]:
    """Return the value where it is a mapping, else an empty one."""
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def text_in(definition: Definition, key: str) -> str:
    """Return the text under a key; "" where there is none, or anything else."""
    value: object = definition.get(key)
    return value if isinstance(value, str) else ""


def shown(value: object) -> str:
    """Return a value from a definition for a message, shortened."""
    try:
        text = repr(value)
    except BaseException:  # noqa: BLE001 - nested too deep, an integer too long, or an object whose code fails
        text = type(value).__name__
    return text if len(text) <= 80 else text[:79] + "…"


def outputs(definition: Definition) -> tuple[Output, ...]:
    """Return what the host makes with a definition; what it makes unless the user switches comes first.

    The host generates by the definition's marks: audio, else still images, else video, which some models can be
    switched from to still images. Newer hosts derive `main_output` in the metadata from them, in alphabetical order.
    """
    if definition.get("audio_only"):
        return (Output.AUDIO,)
    if definition.get("image_outputs"):
        return (Output.IMAGE,)
    named: object = mapping(definition.get("metadata")).get("main_output")
    names = cast("list[object]", named) if isinstance(named, (list, tuple)) else [named]
    made = tuple(output for output in Output if output.value in names)
    if made:
        return made
    switches = definition.get("v2i_switch_supported") or definition.get("inpaint_support")
    return (Output.VIDEO, Output.IMAGE) if switches else (Output.VIDEO,)


def own_definition(definitions: Definitions, model_type: str) -> Definition:
    """Return the definition of a type.

    Raises:
        DefinitionError: There is none, or it is no JSON object.
    """
    if model_type not in definitions:
        raise DefinitionError(
            f"The model type {shown(model_type)} does not exist.", "Correct the name or remove the reference."
        )
    definition: object = definitions[model_type]
    if not isinstance(definition, Mapping):
        raise DefinitionError(
            f"The definition of {shown(model_type)} is no JSON object.", "Correct the file."
        )
    return cast("Definition", definition)


def names_a_file(text: str) -> bool:
    """Return whether a text that names no model type is meant as an address or a path."""
    return (
        text.startswith(("http:", "https:")) or "/" in text or "\\" in text or text.lower().endswith(_FILES)
    )


class Found(NamedTuple):
    """What stands under a key after all references.

    Attributes:
        value: None where it is not set, or null.
        model_type: The type in whose definition it stands.
        is_set: Whether it stands there at all.
    """

    value: object
    model_type: str
    is_set: bool


def find(definitions: Definitions, model_type: str, key: str, definition: Definition | None = None) -> Found:
    """Return the value of `key`, following names of other model types.

    Args:
        definitions: All definitions.
        model_type: Where to begin.
        key: Such as "URLs".
        definition: Stands in for the first definition (a config selection merged in).

    Raises:
        DefinitionError: An unknown name, or a loop.
    """
    current = definition if definition is not None else own_definition(definitions, model_type)
    value: object = current.get(key)
    for _ in range(_MOST_STEPS):
        if not isinstance(value, str):
            return Found(value, model_type, key in current)
        if value not in definitions and names_a_file(value):
            kind = "address" if value.startswith(("http:", "https:")) else "file"
            raise DefinitionError(f"“{key}” is a single {kind}, not a list.", "Put it in square brackets.")
        try:
            model_type, current = value, own_definition(definitions, value)
        except DefinitionError as error:
            raise DefinitionError(f"“{key}”: {error}", error.remedy) from error
        value = current.get(key)
    if isinstance(value, str):
        raise DefinitionError(
            f"“{key}” goes from model to model in a loop or over more than {_MOST_STEPS} steps ({shown(value)}).",
            "Give one of them a list of its own.",
        )
    return Found(value, model_type, key in current)


def follow(
    definitions: Definitions, model_type: str, key: str, definition: Definition | None = None
) -> object:
    """Return the value of `key` as `find` does; None where it is not set."""
    return find(definitions, model_type, key, definition).value


def as_entries(value: object, key: str) -> tuple[str, ...]:
    """Return a list of alternatives as it is written.

    Raises:
        DefinitionError: Not a list of texts.
    """
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)):
        raise DefinitionError(f"“{key}” is {shown(value)}, not a list of addresses.", "Make it a list.")
    entries = cast("list[object]", value)
    for entry in entries:
        if not isinstance(entry, str):
            remedy = "Remove one pair of square brackets." if type(entry) is list else "Remove it."
            holds = shown(cast("object", entry))
            raise DefinitionError(f"“{key}” holds {holds}, which is no address.", remedy)
    return tuple(cast("list[str]", entries))


def entries_of(
    definitions: Definitions, model_type: str, key: str, definition: Definition | None = None
) -> tuple[str, ...]:
    """Return the alternatives under `key`, following references; empty where it is not set."""
    return as_entries(follow(definitions, model_type, key, definition), key)


class ModuleList(NamedTuple):
    """Alternatives for one module.

    Attributes:
        entries: As they are written.
        part: 1 or 2: the halves of a module in two parts; else 0.
    """

    entries: tuple[str, ...]
    part: int


def module_lists(
    definitions: Definitions, model_type: str, definition: Definition | None = None
) -> tuple[ModuleList, ...]:
    """Return the lists of alternatives of all modules, in the order in which they are fetched.

    A module is a list of alternatives, or `{"URLs": …, "URLs2": …}`, which stands for two lists, or the name of
    a type that has exactly one module.

    Raises:
        DefinitionError: Anything else.
    """
    value = follow(definitions, model_type, "modules", definition)
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)):
        raise DefinitionError(f"“modules” is {shown(value)}, not a list.", "Make it a list.")
    lists: list[ModuleList] = []
    for module in cast("list[object]", value):
        lists += _lists_of(_named_module(definitions, module))
    return tuple(lists)


def _lists_of(module: object) -> list[ModuleList]:
    if not isinstance(module, Mapping):
        return [ModuleList(as_entries(module, "modules"), 0)]
    halves = mapping(cast("object", module))
    lists: list[ModuleList] = []
    for part, key in enumerate(("URLs", "URLs2"), 1):
        half: object = halves.get(key)
        if half is None:
            raise DefinitionError(f"A module has no “{key}”: {shown(halves)}.", f"Add “{key}” to it.")
        lists.append(
            ModuleList(as_entries([half] if isinstance(half, str) else half, f"modules: {key}"), part)
        )
    return lists


def _named_module(definitions: Definitions, module: object) -> object:
    """Return a module, following the names of types that have exactly one."""
    for _ in range(_MOST_STEPS):
        if not isinstance(module, str):
            return module
        if module not in definitions and names_a_file(module):
            raise DefinitionError(
                f"“modules” holds {shown(module)} where a list of alternatives belongs.",
                "Put each module in square brackets of its own: “modules”: [[“https://…”]].",
            )
        named = follow(definitions, module, "modules")
        if named is None:
            return ()
        if not isinstance(named, (list, tuple)) or len(cast("list[object]", named)) != 1:
            raise DefinitionError(
                f"The module {shown(module)} is a model that has not exactly one module.",
                "List the files themselves.",
            )
        module = cast("list[object]", named)[0]
    raise DefinitionError("“modules” goes from model to model in a loop.", "List the files themselves.")


def config_groups(
    definitions: Definitions, model_type: str, definition: Definition | None = None
) -> tuple[Mapping[str, Any], ...]:
    """Return the four groups of the form's `config` choice, each id → overrides (ids with "_" are labels)."""
    groups: list[Mapping[str, Any]] = []
    for key in CONFIG_KEYS:
        value = follow(definitions, model_type, key, definition)
        if value is None:
            value = {}
        if not isinstance(value, Mapping):
            raise DefinitionError(f"“{key}” is {shown(value)}, not a JSON object.", "Correct it.")
        groups.append(cast("Mapping[str, Any]", value))
    return tuple(groups)


def merge_config(definition: Definition, groups: tuple[Mapping[str, Any], ...], selection: str) -> Definition:
    """Return the definition with a selection such as "bf16,,lower_ram" applied from left to right.

    Raises:
        DefinitionError: An id that the groups do not have.
    """
    merged = dict(definition)
    for group, identifier in zip(groups, selection.split(","), strict=False):
        if not identifier:
            continue
        overrides: object = None if identifier.startswith("_") else group.get(identifier)
        if not isinstance(overrides, Mapping):
            raise DefinitionError(
                f"The config choice {shown(identifier)} does not exist.", "Choose another one."
            )
        merged.update(cast("Mapping[str, Any]", overrides))
    return merged
