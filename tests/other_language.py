"""Shows the page with every text of `texts/` put between « and »; prints as JSON what a user would then read.

Run by `test_translation.py` in a fresh interpreter, since texts are taken as modules are loaded.
"""

import importlib
import json
import os
import pkgutil
import sys
from pathlib import Path

from model_tracker import texts


def translated(value):
    if isinstance(value, str):
        return f"«{value}»"
    if isinstance(value, tuple):
        return tuple(map(translated, value))
    if isinstance(value, dict):
        return {key: translated(part) for key, part in value.items()}
    return value


def translate():
    for found in pkgutil.iter_modules(texts.__path__):
        room = importlib.import_module(f"model_tracker.texts.{found.name}")
        if found.name != "scripts":
            for name, value in list(vars(room).items()):
                if name.isupper():
                    setattr(room, name, translated(value))


def read(folder):
    """Use the page, and return labels and HTML by id, and what was sent away."""
    from demo import set_scene
    from headless import HeadlessPage
    from model_tracker.plugin import ModelTrackerPlugin
    from model_tracker.texts import host
    from stage import Stage

    stage = Stage(set_scene(folder).namespace, ModelTrackerPlugin)
    blocks = stage.build()
    page = HeadlessPage(blocks)
    ours = {block.elem_id: block for block in blocks.blocks.values() if getattr(block, "elem_id", None)}
    page.open_tab(host.TAB)
    sent = []
    for model_type in ("ltx2_22B_distilled_1_1", "flux_dev_kontext", "z_image"):
        page.type_into(ours["mt-show"], model_type)
        page.click(ours["mt-compare-this"])
        page.click(ours["mt-script"])
        sent.append(page.value(ours["mt-parcel"]))
    for form in ("SHORT", "FULL", "CSV", "JSON"):
        page.type_into(ours["mt-report-form"], form)
        page.click(ours["mt-export"])
        sent.append(page.value(ours["mt-parcel"]))
    shown = {
        name: {key: page.prop(block, key) for key in ("value", "label", "placeholder")}
        for name, block in ours.items()
        if name.startswith("mt-")
    }
    return {
        "shown": shown,
        "statuses": [label for label, _ in page.prop(ours["mt-status"], "choices")],
        "sent": [json.loads(parcel)["text"] for parcel in sent],
        "errors": [repr(error) for error in stage.errors],
    }


if __name__ == "__main__":
    kept = Path(sys.argv[1])
    translate()
    from demo import OFFLINE

    os.environ.update(OFFLINE, WAN2GP_MODEL_TRACKER_HOME=str(kept / "kept"))
    sys.stdout.write(json.dumps(read(kept), default=str))
