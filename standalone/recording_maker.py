"""Makes a recording, which is shipped with the tests, from a full dump of a running Wan2GP.

A dump is a folder with

    models_def.json          Wan2GP's `models_def`
    model_files.json         what its handlers answered, its families, the sets that all models share
    expected_downloads.json  what Generate downloaded, by combination of settings, model and config choice
    names.json               version, commit, names and signatures; may lie elsewhere
    generate_loras.json      which LoRAs loaded models asked for; not always there
    after_loading.json       what Generate then downloaded with each model's default settings; not always there

Kept are names, addresses, numbers, switches and short codes. Sentences and words for the page are the host's own
and go: descriptions, prompts, labels, lists with such words in them.
"""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from recordings import path_of

CONFIG_KEYS = ("system_configs", "system_configs2", "system_configs3", "configs")
METADATA = (
    "family",
    "family_label",
    "base_model_type",
    "finetune",
    "main_output",
    "outputs",
    "inputs",
    "capabilities",
)
HOST_NAMES = (
    "globals",
    "other_globals",
    "quantization_tokens",
    "files_locator",
    "handlers",
    "server_config_keys",
    "WAN2GPPlugin",
)
_CODE = re.compile(
    r"https?://.*|[!-~]*"
)  # an address, or one word of ASCII: a file's name, a code of the form
_WORDS = re.compile(r"(?:^|_)(?:description|prompt|labels?|placeholder|author)$")
_GONE = object()


class DumpError(Exception):
    """A dump from which no recording can be made; the message says why."""


def write_recording(dump: Path, names: Path | None = None) -> Path:
    """Make the recording of a dump, put it among the others and return its path.

    Args:
        dump: The folder.
        names: The `names.json` of this version where the folder has none.

    Raises:
        DumpError: A file is missing, or the dump says that something failed.
    """
    facts = facts_of(dump, names)
    path = path_of(facts["version"])
    path.write_bytes(packed(facts))
    return path


def packed(facts: Mapping[str, Any]) -> bytes:
    """Return facts compressed; the same facts give the same bytes whenever and wherever that is done."""
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    target = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=target, mtime=0) as stream:
        stream.write(text.encode())
    return target.getvalue()


def facts_of(dump: Path, names: Path | None = None) -> dict[str, Any]:
    """Return what a recording keeps of a dump.

    Raises:
        DumpError: As in `write_recording`.
    """
    seen = _read(names or dump / "names.json")
    definitions = _read(dump / "models_def.json")
    facts: dict[str, Any] = {
        "version": seen["WanGP_version"],
        "commit": seen["commit"],
        "definitions": {name: definition_facts(definitions[name]) for name in sorted(definitions)},
        "files": _file_facts(_read(dump / "model_files.json")),
        "downloads": _download_facts(_read(dump / "expected_downloads.json")),
        "names": {key: _sorted(seen[key]) for key in HOST_NAMES if key in seen},
    }
    if (dump / "generate_loras.json").is_file():
        facts["loras"] = _sorted(_read(dump / "generate_loras.json"))
    if (dump / "after_loading.json").is_file():
        facts["after_loading"] = _sorted(_read(dump / "after_loading.json"))
    return facts


def definition_facts(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return a model's definition without prose; its name stays, as the label that it is."""
    facts: dict[str, Any] = {}
    for key in sorted(definition):
        value = definition[key]
        if key == "name":
            facts[key] = value
        elif key == "metadata":
            facts[key] = {part: _sorted(value[part]) for part in METADATA if part in value}
        elif key in CONFIG_KEYS and isinstance(value, Mapping):
            facts[key] = _config_facts(value)
        elif (kept := _without_prose(key, value)) is not _GONE:
            facts[key] = kept
    return facts


def _config_facts(group: Mapping[str, Any]) -> dict[str, Any]:
    """Return a group of config choices in the form's order, each name without the remark in brackets."""
    facts: dict[str, Any] = {"_name": group["_name"]} if "_name" in group else {}
    for choice, overrides in group.items():
        if isinstance(overrides, Mapping):
            label = {"name": overrides["name"].partition(" (")[0]} if "name" in overrides else {}
            facts[choice] = {**definition_facts(overrides), **label}
    return facts


def _without_prose(key: str, value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return the value without texts that are no codes, or `_GONE`; a list with such a text goes whole."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if _WORDS.search(key):
        return _GONE
    if isinstance(value, str):
        return value if _CODE.fullmatch(value) else _GONE
    if isinstance(value, list):
        kept = [_without_prose(key, one) for one in value]
        return _GONE if _GONE in kept else kept
    parts = {name: _without_prose(name, value[name]) for name in sorted(value)}
    kept = {name: part for name, part in parts.items() if part is not _GONE}
    return _GONE if value and not kept else kept


def _file_facts(files: Mapping[str, Any]) -> dict[str, Any]:
    models = files["models"]
    facts = {key: files[key] for key in sorted(files) if key != "models"}
    kept = {
        name: {key: models[name][key] for key in sorted(models[name]) if key != "name"}
        for name in sorted(models)
    }
    return {"models": kept, **facts}


def _download_facts(expected: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table of files, each with what asked for it, and for each model the numbers of its rows."""
    failed = [key for key in ("errors", "closure_failures") if any(expected.get(key, {}).values())]
    if failed:
        raise DumpError(f"the dump says that something failed: {', '.join(failed)}")
    combinations = expected["combinations"]
    configs = expected["configs"]
    rows = [row for models in combinations.values() for rows in models.values() for row in rows]
    rows += [row for one in configs for row in one["downloads"]]
    kinds: dict[int, str] = {}
    for index, kind in rows:
        if kinds.setdefault(index, kind) != kind:
            raise DumpError(f"a file is both {kinds[index]} and {kind}: {expected['files'][index]}")
    return {
        "files": [
            [file["target"], file["url"], kinds[index], *file.get("other_urls", ())]
            for index, file in enumerate(expected["files"])
        ],
        "combinations": {
            combination: {name: _indexes(models[name]) for name in sorted(models)}
            for combination, models in combinations.items()
        },
        "configs": [[one["model_type"], one["config"], _indexes(one["downloads"])] for one in configs],
    }


def _indexes(rows: Iterable[tuple[int, str]]) -> list[int]:
    return [index for index, _ in rows]


def _sorted(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    return {key: _sorted(value[key]) for key in sorted(value)} if isinstance(value, Mapping) else value


def _read(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DumpError(f"there is no {path}") from None
