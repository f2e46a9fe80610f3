"""A small Wan2GP in a temporary folder, and what the real one was recorded to do.

Test modules are imported alone (`--import-mode=importlib`), so what they share are fixtures:

    world          a namespace and a disk; models are added, files put, answers asked for as sentences
    patient        lets pages wait for their scans however long they take
    write_file     writes a whole file of a format, of any size (sparse), long ago
    cut_file       cuts one off, long ago
    recorded       the real definitions, handlers' answers and downloads of Wan2GP 12.60
"""

from __future__ import annotations

import importlib.util
import io
import json
import os
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import recordings
from hypothesis import HealthCheck, settings
from model_tracker.host import Host
from model_tracker.inventory.disk import DiskIndex
from model_tracker.inventory.integrity import Integrity
from model_tracker.inventory.scan import Scan, take_inventory, track_model
from model_tracker.store.database import HOME_VARIABLE
from model_tracker.wan2gp.requirements import requirements

if TYPE_CHECKING:
    from model_tracker.inventory.models import Inventory, TrackedModel
    from model_tracker.wan2gp.snapshot import HostSnapshot

settings.register_profile(
    "suite",
    deadline=None,  # a busy machine is no fault of what is tested
    derandomize=bool(os.environ.get("CI")),  # the same examples for the same commit
    print_blob=True,
    # fixtures are made once for all examples of a test, which these tests reckon with
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("suite")

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=timezone.utc)
CONFIG_KEYS = ("system_configs", "system_configs2", "system_configs3", "configs")


LONG_AGO = 1_700_000_000
"""When files were written that no program is writing any more."""


def _write_file(path: Path, size: int = 1_000) -> Path:
    """Write a whole file as its suffix demands; large ones are sparse and cost nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    suffix = path.suffix.lower()
    if suffix in {".safetensors", ".sft"}:
        data = size - 8 - 100
        header = json.dumps({"w": {"dtype": "I8", "shape": [data], "data_offsets": [0, data]}})
        with path.open("wb") as stream:
            stream.write(struct.pack("<Q", 100) + header.encode().ljust(100))
            stream.truncate(size)
    elif suffix in {".pth", ".pt", ".bin", ".ckpt"}:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as stream:
            stream.writestr("archive/data.pkl", b"\x00" * size)
        path.write_bytes(archive.getvalue())
    elif suffix == ".json":
        path.write_bytes(b'{"a": "' + b"x" * (size - 9) + b'"}')
    else:
        with path.open("wb") as stream:
            stream.write(struct.pack("<4sIQQ", b"GGUF", 3, 0, 0) if suffix == ".gguf" else b"x"[:size])
            stream.truncate(size)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def _cut_file(path: Path | str, size: int) -> None:
    """Cut a file off, as a download that broke off long ago."""
    os.truncate(path, size)
    os.utime(path, (LONG_AGO, LONG_AGO))


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return folders that are not there yet, one a test."""
    base = tmp_path_factory.mktemp("homes")
    return (base / str(number) for number in count())


@pytest.fixture(autouse=True)
def own_home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what a test keeps be its own, whatever the current folder is."""
    monkeypatch.setenv(HOME_VARIABLE, str(next(homes)))


@pytest.fixture(scope="session")
def write_file() -> Callable[..., Path]:
    """Return `write_file(path, size=1000)`."""
    return _write_file


@pytest.fixture(scope="session")
def cut_file() -> Callable[[Path | str, int], None]:
    """Return `cut_file(path, size)`: what is left of a download that broke off long ago."""
    return _cut_file


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages wait for every scan: on a busy machine one takes longer than a user would."""
    from model_tracker.ui.models import handlers
    from model_tracker.ui.scanning import Scanner

    monkeypatch.setattr(handlers, "FIRST_PATIENCE_S", 30)
    monkeypatch.setattr(Scanner.scan, "__defaults__", (30,))


class Handler:
    """Stands in for a family handler of Wan2GP's.

    `files` is what it wants fetched: an answer, or a function of (base type, definition).
    """

    def __init__(self, files: Any = (), lora_folder: str | None = "loras/arch") -> None:
        self.files = list(files) if isinstance(files, tuple) else files
        self.lora_folder = lora_folder
        self.asked: list[tuple[str, Mapping[str, Any]]] = []

    def query_model_files(
        self, compute_list: Callable[[Any], list[str]], base: str, definition: Mapping[str, Any]
    ) -> Any:
        self.asked.append((base, definition))
        return self.files(base, definition) if callable(self.files) else self.files

    def get_lora_dir(self, base: str, arguments: object, root: str) -> str | None:
        return self.lora_folder


class World:
    """A running Wan2GP that a test describes. The current folder is its home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.models: dict[str, Any] = {}
        self.handlers: dict[str, Any] = {"arch": Handler()}
        self.locator = SimpleNamespace(_checkpoints_paths=["ckpts", "."])
        self.names: dict[str, Any] = {
            "models_def": self.models,
            "model_types_handlers": self.handlers,
            "fl": self.locator,
            "server_config": {},
            "transformer_quantization": "int8",
            "text_encoder_quantization": "int8",
            "transformer_dtype_policy": "",
            "bfloat16_supported": True,
            "WanGP_version": "12.60",
        }

    def url(self, name: str) -> str:
        """Return an address that ends in this name (which may carry a `|folder`)."""
        return f"https://files.test/{name}"

    def urls(self, *names: str) -> list[str]:
        return [self.url(name) for name in names]

    def add(self, model_type: str = "m", /, **definition: Any) -> str:
        """Add a model; what a good definition has is filled in."""
        whole = {"name": model_type, "architecture": "arch", "path": f"defaults/{model_type}.json"}
        self.models[model_type] = {**whole, **definition}
        self.models.setdefault("arch", {**whole, "name": "arch", "path": "defaults/arch.json"})
        return model_type

    def put(self, *paths: str, size: int = 1_000) -> list[Path]:
        """Put whole files at paths below the home."""
        return [_write_file(self.home / path, size) for path in paths]

    @property
    def host(self) -> Host:
        return Host.from_namespace(self.names)

    def snapshot(self) -> HostSnapshot:
        return self.host.snapshot()

    def inventory(self) -> Inventory:
        return take_inventory(self.snapshot(), Integrity(), NOW)

    def track(self, model_type: str = "m", config: str = "") -> TrackedModel:
        snapshot = self.snapshot()
        scan = Scan(DiskIndex(snapshot.roots), Integrity())
        return track_model(snapshot, requirements(snapshot, model_type, config), scan)

    def below_home(self, paths: Iterable[str]) -> list[str]:
        return [os.path.relpath(path, self.home).replace(os.sep, "/") for path in paths]

    def fetched(self, model_type: str = "m", config: str = "") -> list[str]:
        """Return where Generate would put what it fetches, in order, below the home."""
        return self.below_home(file.path for file in self.track(model_type, config).to_fetch)

    def complaints(self, model_type: str = "m", config: str = "") -> list[str]:
        return [str(problem) for problem in self.track(model_type, config).problems]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return an empty Wan2GP whose current folder is temporary."""
    monkeypatch.chdir(tmp_path)
    return World(tmp_path)


@pytest.fixture(scope="session")
def handler() -> type[Handler]:
    """Return the stand-in's class: `handler(files, lora_folder)`."""
    return Handler


@dataclass(frozen=True)
class Recorded:
    """What the real Wan2GP 12.60 was seen to have and to do."""

    recording: recordings.Recording

    @property
    def definitions(self) -> dict[str, dict[str, Any]]:
        return self.recording.definitions

    @property
    def files(self) -> dict[str, Any]:
        return self.recording.files

    @cached_property
    def combinations(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Combination of settings → visible model → targets in order."""
        return {combination: self.recording.targets(combination) for combination in self.recording.downloads}

    @cached_property
    def configs(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Model, config selection, targets in order."""
        return self.recording.config_targets()

    def namespace(self, combination: str) -> dict[str, Any]:
        """Return Wan2GP's names under "transformer/text encoder/dtype" settings, handlers included."""
        transformer, text_encoder, dtype = combination.split("/")
        models = self.files["models"]
        return {
            "models_def": self.definitions,
            "model_types_handlers": dict.fromkeys(
                (model["base_model_type"] for model in models.values()), RecordedHandler(self)
            ),
            "families_infos": self.files["families_infos"],
            "query_core_shared_model_files": lambda: self.files["core_shared"],
            "query_matanyone_download_def": lambda _config: self.files["matanyone"],
            "fl": SimpleNamespace(_checkpoints_paths=["ckpts", "."]),
            "server_config": {},
            "transformer_quantization": transformer,
            "text_encoder_quantization": text_encoder,
            "transformer_dtype_policy": dtype,
            "bfloat16_supported": True,
            "WanGP_version": "12.60",
        }


class RecordedHandler:
    """Answers as the real handlers did, by the definition it is given."""

    def __init__(self, recorded: Recorded) -> None:
        self._models = recorded.files["models"]
        self._type_of = {d["path"]: name for name, d in recorded.definitions.items()}  # a config may rename
        self._lora_dir = {model["base_model_type"]: model["lora_dir"] for model in self._models.values()}
        self._merged = {
            name: [
                (_merged(recorded.definitions, name, selection), answer)
                for selection, answer in model.get("model_files_by_config", {}).items()
            ]
            for name, model in self._models.items()
        }
        self._plain = recorded.definitions

    def query_model_files(self, _compute_list: object, base: str, definition: Mapping[str, Any]) -> Any:
        name = self._type_of[definition["path"]]
        assert base == self._models[name]["base_model_type"]
        if definition == self._plain[name]:
            return self._models[name]["model_files"]
        return next(answer for merged, answer in self._merged[name] if merged == definition)

    def get_lora_dir(self, base: str, _arguments: object, root: str) -> str:
        return self._lora_dir[base].replace("loras", root, 1)


def _merged(definitions: dict[str, Any], name: str, selection: str) -> dict[str, Any]:
    merged = dict(definitions[name])
    for key, choice in zip(CONFIG_KEYS, selection.split(","), strict=False):
        if choice:
            overrides = definitions[name][key]
            while isinstance(overrides, str):
                overrides = definitions[overrides][key]
            merged.update(overrides[choice])
    return merged


@pytest.fixture(scope="session")
def recorded() -> Recorded:
    """Return what Wan2GP 12.60 was recorded to do."""
    return Recorded(recordings.load("12.60"))


@pytest.fixture(scope="session")
def hostile() -> Any:
    """Return the module that makes hostile definitions: `hostile.definition(Random(seed))`."""
    spec = importlib.util.spec_from_file_location("hostile", Path(__file__).with_name("hostile.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
