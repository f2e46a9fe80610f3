"""Opens the plugin's tab in a page that stands for Wan2GP's, on a made-up machine with files in a temporary folder.

    python3 dev.py demo                      the embedded sample on an RTX 3060 with 32 GB of RAM
    python3 dev.py demo --gpu "RTX 4090"     with another card; --ram 64: with more memory
    python3 dev.py demo --catalogue FOLDER   all models of a dump: models_def.json and model_files.json
    python3 dev.py demo --finetunes 300      with made-up finetunes
    python3 dev.py demo --empty              with nothing on the disk

Nothing is downloaded and nothing is sent.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalogue import Catalogue, generated_finetunes
from machine import MadeUpMachine, stands_for
from model_tracker.performance.errors import UnknownNameError
from model_tracker.performance.gpus import Gpu, get_gpu
from namespace import namespace_of
from sample_disk import catalogue_files, lay_out, sample_files

if TYPE_CHECKING:
    import gradio as gr
    from shared.utils.plugins import WAN2GPPlugin

GPU = "RTX 3060"
RAM_GB = 32
HOME_VARIABLE = "WAN2GP_MODEL_TRACKER_HOME"
OFFLINE = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}
"""Environment in which the libraries ask nothing of the network; it must be set before they are imported."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the demo shows.

    Attributes:
        namespace: The host's names.
        notice: What the page should say at the top; may be empty.
    """

    namespace: dict[str, Any]
    notice: str


def set_scene(
    workdir: Path, catalogue: Path | None = None, finetunes: int = 0, *, empty: bool = False
) -> Scene:
    """Lay out the disk below a new folder and return the names of a Wan2GP that has it.

    Args:
        workdir: A new, empty folder.
        catalogue: A dump of a Wan2GP; None for the embedded sample.
        finetunes: How many made-up finetunes to add.
        empty: Leave the disk empty.
    """
    models = Catalogue.from_dump(catalogue) if catalogue else Catalogue.sample()
    if finetunes:
        models = models.with_definitions(generated_finetunes(models, finetunes))
    names = namespace_of(models, workdir)
    if empty:
        return Scene(names, "")
    files = catalogue_files(names, workdir) if catalogue else sample_files()
    return Scene(names, lay_out(workdir, files).notice)


def build_demo(
    namespace: MutableMapping[str, Any],
    plugin_class: type[WAN2GPPlugin],
    notice: str = "",
    *,
    opens_plugin: bool = False,
) -> gr.Blocks:
    """Return the page with the plugin's tab in it."""
    from stage import Stage  # noqa: PLC0415 - brings Gradio, whose environment comes first

    return Stage(namespace, plugin_class).build(notice, opens_plugin=opens_plugin)


def main(argv: Sequence[str] | None = None) -> int:
    """Show the page until it is stopped with Ctrl+C; return the exit code."""
    options = _options(argv)
    print("Starting …", file=sys.stderr, flush=True)
    workdir = Path(tempfile.mkdtemp(prefix="model-tracker-demo-")).resolve()
    signal.signal(signal.SIGTERM, _stop)
    try:
        os.environ.update(OFFLINE, **{HOME_VARIABLE: str(workdir / "model_tracker")})
        from model_tracker.plugin import ModelTrackerPlugin  # noqa: PLC0415 - the same

        scene = set_scene(workdir, options.catalogue, options.finetunes, empty=options.empty)
        machine = MadeUpMachine(options.gpu, options.ram)
        notice = " ".join(filter(None, [machine.notice, scene.notice]))
        with stands_for(machine, workdir):
            page = build_demo(scene.namespace, ModelTrackerPlugin, notice, opens_plugin=options.open_tracker)
            _show(page, options)
    except KeyboardInterrupt:
        pass
    finally:
        shutil.rmtree(workdir, ignore_errors=True)
    return 0


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="dev.py demo", description="Open the Model Tracker in a page without Wan2GP."
    )
    parser.add_argument(
        "--gpu", type=_card, default=get_gpu(GPU), metavar="NAME", help=f"graphics card; else {GPU}"
    )
    parser.add_argument(
        "--ram", type=_gigabytes, default=RAM_GB, metavar="GB", help=f"memory; else {RAM_GB} GB"
    )
    parser.add_argument("--catalogue", type=Path, metavar="FOLDER", help="a dump with all models of a Wan2GP")
    parser.add_argument("--finetunes", type=int, default=0, metavar="N", help="add N made-up finetunes")
    parser.add_argument("--empty", action="store_true", help="leave the disk empty")
    parser.add_argument(
        "--open-tracker", action="store_true", help="open on the plugin's tab; Wan2GP opens on its own"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at")
    parser.add_argument("--port", type=int, default=None, help="port to listen at; else a free one")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    return parser.parse_args(argv)


def _card(name: str) -> Gpu:
    try:
        return get_gpu(name)
    except UnknownNameError as unknown:
        raise argparse.ArgumentTypeError(
            f"the plugin has no figures for {name!r}; it has for {', '.join(unknown.near)}"
        ) from unknown


def _gigabytes(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of gigabytes above 0")
    return int(text)


def _show(page: gr.Blocks, options: argparse.Namespace) -> None:
    _, address, _ = page.launch(
        server_name=options.host,
        server_port=options.port,
        inbrowser=not options.no_browser,
        share=False,
        show_api=False,
        quiet=True,
        prevent_thread_lock=True,
    )
    print(f"Model Tracker: {address} (Ctrl+C stops it)", flush=True)
    try:
        page.block_thread()
    finally:
        page.close(verbose=False)


def _stop(_signal: int, _frame: object) -> None:
    """Stop as Ctrl+C does, so that the temporary folder is removed."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
