"""The project's commands, for a machine that has only Python 3.10 or 3.11.

    python3 dev.py demo         open the tab on sample data, without Wan2GP
    python3 dev.py test         run the tests
    python3 dev.py check        lint and types
    python3 dev.py bench        how fast things are, as ratios measured in one run; names of groups may follow
    python3 dev.py evaluate     how good the estimates of VRAM and time are
    python3 dev.py host PATH    what a checkout of Wan2GP offers, and what changed since the verified versions
    python3 dev.py recordings   what recorded versions of Wan2GP have and download
    python3 dev.py screenshots  renew the pictures of the documentation

Each sets up what it needs in `.venv` first. What follows the command is passed on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PIP = "pip==26.3"  # reads dependency groups
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
COMMANDS = {
    "demo": [["-m", "demo"]],
    "test": [["-m", "pytest"]],
    "check": [["-m", "ruff", "check"], ["-m", "ruff", "format", "--check"], ["-m", "pyright"]],
    "bench": [["-m", "bench"]],
    "evaluate": [["-m", "evaluate"]],
    "host": [["-m", "contract"]],
    "recordings": [["-m", "recordings"]],
    "screenshots": [["-m", "screenshots"]],
}


def set_up() -> None:
    """Make the virtual environment, or renew it when the pinned tools have changed."""
    stamp = VENV / "made-for.txt"
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wanted = project.partition("[dependency-groups]")[2].partition("\n[")[0]
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    if sys.version_info[:2] not in ((3, 10), (3, 11)):
        sys.exit("Wan2GP runs on Python 3.10 and 3.11: please use one of these.")
    print("Setting up .venv (once, a few minutes) …", flush=True)
    venv.create(VENV, with_pip=True, clear=True)
    for arguments in ([PIP], ["--group", "dev"]):
        subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", *arguments], cwd=ROOT, check=True)
    stamp.write_text(wanted, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    if not arguments or arguments[0] not in COMMANDS:
        print(__doc__)
        return 2
    set_up()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "standalone"), "PYTHONUTF8": "1"}
    passed_on = arguments[1:]
    if arguments[0] == "host":  # the path is meant from where the command was given
        passed_on = [str(Path(one).resolve()) if Path(one).is_dir() else one for one in passed_on]
    for command in COMMANDS[arguments[0]]:
        done = subprocess.run([PYTHON, *command, *passed_on], cwd=ROOT, env=environment, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
