"""Dictionaries that have the names of a running Wan2GP.

    names = sample_namespace(workdir)
    snapshot = Host.from_namespace(names).snapshot()

Everything lies below `workdir`: ckpts/ and the folder itself are the checkpoint folders, loras/ the LoRA folder.
Change a setting by its name: `names["transformer_quantization"] = "bf16"`.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from catalogue import Catalogue, visible_types
from handlers import CatalogueHandler

_NAMES_FILE = Path(__file__).with_name("wgp_names.py")
_FIRST_CHOICES = ("t2v", "t2v_1.3B")
"""The model chosen at the start, where it exists."""


class FilesLocator:
    """Stands for Wan2GP's look-up of files: several roots, the first one wins."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._checkpoints_paths = [str(root) for root in roots]

    def get_local_model_filename(
        self,
        name: str,
        use_locator: bool = True,  # noqa: FBT001, FBT002 - the host's signature
        extra_paths: str | Sequence[str] | None = None,
        lora_dir: str | None = None,
    ) -> str | None:
        """Return where the file of an entry is, or None.

        Args:
            name: A URL, perhaps with `|folder`, or a local name.
            use_locator: Look into the roots; otherwise the name is a path.
            extra_paths: Folders below the roots, or absolute, to look into first.
            lora_dir: What `|%lora_dir` stands for.
        """
        address, _, folder = name.partition("|")
        below = address.rpartition("/")[2] if address.startswith("http") else address
        if folder:
            below = Path((lora_dir or "") if folder == "%lora_dir" else folder, below)
        extra = [extra_paths] if isinstance(extra_paths, str) else list(extra_paths or ())
        roots = self._checkpoints_paths if use_locator else [""]
        candidates = (Path(root, one, below) for one in [*extra, ""] for root in roots)
        return next((str(path) for path in candidates if path.is_file()), None)


def sample_namespace(workdir: Path) -> dict[str, Any]:
    """Return the names of a Wan2GP that has the embedded sample."""
    return namespace_of(Catalogue.sample(), workdir)


def catalogue_namespace(folder: Path, workdir: Path) -> dict[str, Any]:
    """Return the names of a Wan2GP that has the models of a dump.

    Raises:
        FileNotFoundError: The folder is no dump.
    """
    return namespace_of(Catalogue.from_dump(folder), workdir)


def namespace_of(catalogue: Catalogue, workdir: Path) -> dict[str, Any]:
    """Return the names of a Wan2GP that has this catalogue, with everything on disk below `workdir`."""
    workdir = workdir.resolve()
    names = _fresh_names()
    displayed = visible_types(catalogue.definitions)
    chosen = next((model_type for model_type in _FIRST_CHOICES if model_type in displayed), displayed[0])
    names.update(
        WanGP_version=catalogue.version,
        models_def=dict(catalogue.definitions),
        model_types_handlers={kind: CatalogueHandler(kind, catalogue) for kind in catalogue.architectures()},
        families_infos=dict(catalogue.families),
        displayed_model_types=displayed,
        transformer_type=chosen,
        fl=FilesLocator([workdir / "ckpts", workdir]),
        server_config=_server_config(workdir),
    )
    if catalogue.core_shared is not None:
        names["query_core_shared_model_files"] = lambda: catalogue.core_shared
    if catalogue.matanyone is not None:
        names["query_matanyone_download_def"] = lambda _server_config: catalogue.matanyone
    return names


def _fresh_names() -> dict[str, Any]:
    """Run `wgp_names.py` anew and return its namespace, which its functions read."""
    spec = importlib.util.spec_from_file_location("wgp_names", _NAMES_FILE)
    if spec is None or spec.loader is None:
        raise ImportError(_NAMES_FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)


def _server_config(workdir: Path) -> dict[str, Any]:
    return {
        "checkpoints_paths": [str(workdir / "ckpts"), str(workdir)],
        "loras_root": str(workdir / "loras"),
        "save_path": str(workdir / "outputs"),
        "image_save_path": str(workdir / "outputs"),
        "audio_save_path": str(workdir / "outputs"),
        "transformer_quantization": "int8",
        "text_encoder_quantization": "int8",
        "transformer_dtype_policy": "",
        "metadata_type": "metadata",
        "video_profile": 4,
        "image_profile": 4,
        "audio_profile": 3.5,
        "enabled_plugins": ["wan2gp-model-tracker"],
    }
