"""What versions of Wan2GP were recorded to have and to download, on which the exactness tests rest.

    python3 dev.py recordings                          the recorded versions
    python3 dev.py recordings 12.60                    what is recorded of one
    python3 dev.py recordings 12.60 t2v                what decides about one model, and what it downloads
    python3 dev.py recordings 12.60 t2v bf16/int8/     the files, in order, under these settings
    python3 dev.py recordings --make FOLDER            make the recording of a version from a full dump

Settings are "transformer quantization/text encoder quantization/dtype policy", or one of the form's config choices.
A recording is `tests/recordings/<version>.json.gz`; the README beside it says what is in it and what is left out.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "recordings"
NEWEST = "12.60"
"""The version whose rule the plugin follows where nothing says otherwise."""


class ExpectedFile(NamedTuple):
    """A file that Generate downloaded on an empty installation.

    Attributes:
        target: Where it was put, such as "ckpts/pose/dw.onnx"; the first part is the first root, or `loras`.
        url: From where.
        kind: What asked for it, such as "transformer", "text_encoder", "handler_files", "core_shared".
    """

    target: str
    url: str
    kind: str


Downloads = dict[str, tuple[ExpectedFile, ...]]


@dataclass(frozen=True)
class Recording:
    """One version of Wan2GP.

    Attributes:
        facts: The file as read. Whoever gets a part of it leaves it unchanged: all share it.
    """

    facts: Mapping[str, Any]

    @property
    def version(self) -> str:
        """Such as "12.60"."""
        return self.facts["version"]

    @property
    def definitions(self) -> dict[str, dict[str, Any]]:
        """Model type → merged definition, as in Wan2GP's `models_def`, without prose."""
        return self.facts["definitions"]

    @property
    def files(self) -> dict[str, Any]:
        """What handlers answered (`models`, by type), the families, and the sets that all models share."""
        return self.facts["files"]

    @property
    def names(self) -> dict[str, Any]:
        """Names and signatures of the host, its handlers and its locator of files."""
        return self.facts["names"]

    @property
    def loras(self) -> dict[str, Any]:
        """Model type → which LoRAs the model itself asked for under form settings; empty where not recorded."""
        return self.facts.get("loras", {})

    @cached_property
    def downloads(self) -> dict[str, Downloads]:
        """Combination of settings → visible model → its files in order."""
        return {
            combination: {model_type: self._files(indexes) for model_type, indexes in models.items()}
            for combination, models in self.facts["downloads"]["combinations"].items()
        }

    @cached_property
    def config_downloads(self) -> dict[tuple[str, str], tuple[ExpectedFile, ...]]:
        """Model and config selection → files in order, under the first combination of settings."""
        return {
            (model_type, config): self._files(indexes)
            for model_type, config, indexes in self.facts["downloads"]["configs"]
        }

    @cached_property
    def after_loading(self) -> Downloads:
        """Visible model → what its default settings made Generate download between loading and the first step.

        Models that are not named downloaded nothing then; those of `unfinished` did not get so far.
        """
        return {
            model_type: tuple(ExpectedFile(target, url, "system_lora") for target, url in files)
            for model_type, files in self._after_loading_facts.get("added", {}).items()
        }

    @property
    def unfinished(self) -> frozenset[str]:
        """Models whose default form lacks what they need to reach the first step, such as a video."""
        return frozenset(self._after_loading_facts.get("unfinished", ()))

    def targets(self, combination: str) -> dict[str, tuple[str, ...]]:
        """Return visible model → where its files were put up to the first step, in order, with default settings."""
        return {
            model_type: tuple(file.target for file in (*files, *self.after_loading.get(model_type, ())))
            for model_type, files in self.downloads[combination].items()
        }

    def config_targets(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Return model, config selection, and where its files were put up to the first step, in order."""
        return [
            (
                model_type,
                config,
                tuple(file.target for file in (*files, *self.after_loading.get(model_type, ()))),
            )
            for (model_type, config), files in self.config_downloads.items()
        ]

    @property
    def _after_loading_facts(self) -> dict[str, Any]:
        return self.facts.get("after_loading", {})

    @cached_property
    def _table(self) -> tuple[ExpectedFile, ...]:
        return tuple(ExpectedFile(*row[:3]) for row in self.facts["downloads"]["files"])

    def _files(self, indexes: Iterable[int]) -> tuple[ExpectedFile, ...]:
        return tuple(self._table[index] for index in indexes)


def path_of(version: str) -> Path:
    """Return where the recording of a version is."""
    return FOLDER / f"{version.removeprefix('v')}.json.gz"


def versions() -> tuple[str, ...]:
    """Return the recorded versions, the oldest first."""
    found = (path.name.removesuffix(".json.gz") for path in FOLDER.glob("*.json.gz"))
    return tuple(sorted(found, key=lambda version: [int(part) for part in version.split(".")]))


def load(version: str = NEWEST) -> Recording:
    """Return a recording; it is read once.

    Args:
        version: "12.60" or "v12.60".

    Raises:
        FileNotFoundError: This version is not recorded.
    """
    return _load(version.removeprefix("v"))


@cache
def _load(version: str) -> Recording:
    return Recording(json.loads(gzip.decompress(path_of(version).read_bytes())))


def models_def(version: str = NEWEST) -> dict[str, dict[str, Any]]:
    """Return the definitions of a version, in the form of a dump's `models_def.json`."""
    return load(version).definitions


def model_files(version: str = NEWEST) -> dict[str, Any]:
    """Return the handlers' answers of a version, in the form of a dump's `model_files.json`."""
    return load(version).files


def main(argv: Sequence[str] | None = None) -> int:
    """Show what a recording holds, or make one; return the exit code."""
    parser = argparse.ArgumentParser(prog="dev.py recordings", description="Show what recordings hold.")
    parser.add_argument("version", nargs="?", help="a recorded version, such as 12.60")
    parser.add_argument("model", nargs="?", help="a model type, such as t2v")
    parser.add_argument("settings", nargs="?", help="such as int8/int8/, or a config choice")
    parser.add_argument("--make", type=Path, metavar="FOLDER", help="a full dump to make a recording from")
    parser.add_argument("--names", type=Path, metavar="FILE", help="its names.json, where it lies elsewhere")
    given = parser.parse_args(argv)
    if given.make:
        return _make(parser, given.make, given.names)
    if given.version is None:
        lines = _all_versions()
    elif given.version.removeprefix("v") not in versions():
        parser.error(f"{given.version} is not recorded; these are: {', '.join(versions())}")
    else:
        recording = load(given.version)
        if given.model is None:
            lines = _one_version(recording)
        elif given.model not in recording.definitions:
            parser.error(f"Wan2GP {recording.version} has no model type {given.model}")
        elif given.settings is None:
            lines = _one_model(recording, given.model)
        else:
            found = _expected(recording, given.model, given.settings)
            if found is None:
                parser.error(f"nothing is recorded of {given.model} under {given.settings}")
            lines = _files_in_order(found)
    print("\n".join(lines))
    return 0


def _make(parser: argparse.ArgumentParser, folder: Path, names: Path | None) -> int:
    from recording_maker import DumpError, write_recording  # noqa: PLC0415 - only who makes one needs it

    try:
        path = write_recording(folder, names)
    except DumpError as error:
        parser.error(str(error))
    print(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB")
    return 0


def _all_versions() -> Iterator[str]:
    yield f"{'version':9}{'models':>7}{'files':>7}{'settings':>9}{'configs':>8}{'functions':>11}{'LoRAs':>7}{'kB':>7}"
    for version in versions():
        one = load(version)
        counts = (
            len(one.definitions),
            len(one.facts["downloads"]["files"]),
            len(one.downloads),
            len(one.config_downloads),
            len(_signatures(one)),
            len(one.loras),
        )
        kilobytes = path_of(version).stat().st_size / 1e3
        yield f"{version:9}" + "{:7}{:7}{:9}{:8}{:11}{:7}".format(*counts) + f"{kilobytes:7.0f}"


def _one_version(recording: Recording) -> Iterator[str]:
    models = recording.files["models"]
    yield f"Wan2GP {recording.version}, commit {recording.facts['commit']}"
    yield f"{len(recording.definitions)} model types, {sum(one['visible'] for one in models.values())} visible"
    yield f"{len({one['handler'] for one in models.values()})} handlers"
    yield f"{len(_signatures(recording))} functions with their signatures:"
    yield from (f"  {signature}" for signature in _signatures(recording))
    rows = sum(len(one["rows"]) for one in recording.loras.values())
    yield f"{rows} answers of {len(recording.loras)} models about LoRAs"
    for combination, models_ in recording.downloads.items():
        kinds = Counter(file.kind for file in {file for files in models_.values() for file in files})
        told = ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items()))
        yield f"{combination:15} {len(models_)} models, {sum(kinds.values())} files: {told}"
    yield f"{len(recording.config_downloads)} config choices"
    yield "Model types:"
    yield from (f"  {model_type}" for model_type in recording.definitions)


def _signatures(recording: Recording) -> list[str]:
    """Return the functions of the host and of its locator, as `name(parameters)`."""
    names = {**recording.names["globals"], **recording.names["other_globals"]}
    functions = {name: one["signature"] for name, one in names.items() if "signature" in one}
    located = {f"fl.{name}": signature for name, signature in recording.names["files_locator"].items()}
    return [f"{name}{signature}" for name, signature in sorted({**functions, **located}.items())]


def _one_model(recording: Recording, model_type: str) -> Iterator[str]:
    yield from (f"{key}: {_plain(value)}" for key, value in recording.definitions[model_type].items())
    yield "What Wan2GP and its handler said:"
    yield from (f"  {key}: {_plain(value)}" for key, value in recording.files["models"][model_type].items())
    yield "What was downloaded:"
    for combination, models in recording.downloads.items():
        if model_type in models:
            yield f"  {combination:15} {_chosen(models[model_type])}"
    for (name, config), files in recording.config_downloads.items():
        if name == model_type:
            yield f"  config {config:15} {_chosen(files)}"


def _chosen(files: Sequence[ExpectedFile]) -> str:
    names = [
        file.target.rpartition("/")[2]
        for file in files
        if file.kind in {"transformer", "transformer2", "module", "text_encoder"}
    ]
    return f"{len(files)} files: {', '.join(names)} …"


def _expected(recording: Recording, model_type: str, settings: str) -> tuple[ExpectedFile, ...] | None:
    if settings in recording.downloads:
        return recording.downloads[settings].get(model_type)
    return recording.config_downloads.get((model_type, settings))


def _files_in_order(files: Iterable[ExpectedFile]) -> Iterator[str]:
    return (f"{file.kind:14} {file.target}\n{'':15}{file.url}" for file in files)


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())
