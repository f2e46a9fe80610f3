"""Wan2GP's way of loading the plugin, in a fresh interpreter, from a folder with a hyphen in its name."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "standalone", "tests", "__pycache__", ".*_cache", ".hypothesis"
)

AS_THE_HOST_DOES = """
import importlib, inspect, json, sys
sys.path[:0] = ["plugins", {standalone!r}]
sys.modules["model_tracker"] = None  # the demo's name for the checkout: not there in Wan2GP
from shared.utils.plugins import WAN2GPPlugin
module = importlib.import_module("wan2gp-model-tracker.plugin")
classes = [
    one for _, one in inspect.getmembers(module, inspect.isclass)
    if issubclass(one, WAN2GPPlugin) and one is not WAN2GPPlugin
]
plugin = classes[0]()
plugin.setup_ui()
print(json.dumps({{
    "classes": [one.__name__ for one in classes],
    "tabs": [tab.label for tab in plugin.tabs.values()],
    "globals": plugin.global_requests,
    "torch": "torch" in sys.modules,
}}))
"""


def load_in_fresh_interpreter(tmp_path):
    shutil.copytree(CHECKOUT, tmp_path / "plugins" / "wan2gp-model-tracker", ignore=LEFT_OUT)
    program = AS_THE_HOST_DOES.format(standalone=str(CHECKOUT / "standalone"))
    return subprocess.run(
        [sys.executable, "-I", "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_host_finds_one_plugin_class_with_one_tab_and_nothing_is_said_on_stderr(tmp_path):
    done = load_in_fresh_interpreter(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["classes"] == ["ModelTrackerPlugin"]
    assert found["tabs"] == ["Model Tracker"]
    assert {"models_def", "fl", "switch_to_model"} <= set(found["globals"])
    assert not found["torch"]


def test_the_folder_has_what_the_host_reads_about_a_plugin():
    info = json.loads((CHECKOUT / "plugin_info.json").read_text(encoding="utf-8"))
    assert (info["name"], info["version"], info["type"], info["wan2gp_version"]) == (
        "Model Tracker",
        "0.1.0",
        "app",
        "9.9",
    )
    requirements = (CHECKOUT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in requirements if line.strip() and not line.startswith("#")] == []


def test_no_setup_script_is_there_since_the_host_would_run_it():
    assert not (CHECKOUT / "setup.py").exists()
