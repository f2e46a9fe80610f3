"""The project's commands, for a machine that has only Python 3.10 or 3.11.

    python3 dev.py demo          open the tab on sample data, without Wan2GP
    python3 dev.py test          run the tests
    python3 dev.py test --quick  run them without the browser and without the slow ones
    python3 dev.py check         lint and types
    python3 dev.py bench         how fast things are, as ratios measured in one run; names of groups may follow
    python3 dev.py evaluate      how good the estimates of VRAM and time are
    python3 dev.py host PATH     what a checkout of Wan2GP offers, and what changed since the verified versions
    python3 dev.py recordings    what recorded versions of Wan2GP have and download
    python3 dev.py screenshots   renew the pictures of the documentation

Each first installs what it needs, and no more, in `.venv`. What follows the command is passed on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PIP = "pip==26.3"  # reads dependency groups
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
SHARED_OUT = [
    *("-n", "logical", "--maxprocesses", "4", "--dist", "loadfile"),
    *("-p", "progress", "-o", "console_output_style=classic"),
]
"""pytest's options for a run of all tests: a process a core, to each a file at a time, and a line when one is done."""
QUICK = ["-m", "not browser and not slow", "--ignore=tests/journeys"]


class Command(NamedTuple):
    """What a command runs, one after the other.

    Attributes:
        groups: What it needs of the dependency groups in pyproject.toml; the project's own code needs nothing.
        programs: Arguments of Python.
        alone: Arguments that are added where the user gives none.
    """

    groups: Sequence[str]
    programs: Sequence[Sequence[str]]
    alone: Sequence[str] = ()


COMMANDS = {
    "demo": Command(["demo"], [["-m", "demo", "--open-tracker"]]),
    "test": Command(["demo", "test", "browser"], [["-m", "pytest"]], SHARED_OUT),
    "test --quick": Command(["demo", "test"], [["-m", "pytest", *QUICK]], SHARED_OUT),
    "check": Command(
        ["demo", "check"],
        [["-m", "ruff", "check"], ["-m", "ruff", "format", "--check"], ["-m", "pyright"]],
    ),
    "bench": Command(["demo", "browser"], [["-m", "bench"]]),
    "evaluate": Command([], [["-m", "evaluate"]]),
    "host": Command([], [["-m", "contract"]]),
    "recordings": Command([], [["-m", "recordings"]]),
    "screenshots": Command(["demo", "browser"], [["-m", "screenshots"]]),
}


def set_up(groups: Sequence[str]) -> None:
    """Install what is missing of these groups in `.venv`, which is made again when the pins have changed."""
    pins = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    pins = pins.partition("[dependency-groups]")[2].partition("\n[")[0]
    stamp = VENV / "made-for.txt"
    if not (PYTHON.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == pins):
        make_environment()
        stamp.write_text(pins, encoding="utf-8")
    missing = [group for group in groups if not installed(group).exists()]
    if missing:
        print(f"Installing the packages of {listed(missing)} (once) …", flush=True)
        install(*(f"--group={group}" for group in missing))
        for group in missing:
            installed(group).touch()


def make_environment() -> None:
    """Make an empty virtual environment with a pip that reads dependency groups."""
    if sys.version_info[:2] not in ((3, 10), (3, 11)):
        sys.exit("Wan2GP runs on Python 3.10 and 3.11: please use one of these.")
    print("Making the environment .venv …", flush=True)
    try:
        venv.create(VENV, with_pip=True, clear=True)
    except subprocess.CalledProcessError:
        sys.exit(
            "This Python cannot make an environment with pip; on Debian and Ubuntu install python3-venv."
        )
    install(PIP)


def installed(group: str) -> Path:
    """Return the file that says that a group is installed."""
    return VENV / f"has-{group}.txt"


def listed(groups: Sequence[str]) -> str:
    """Return names as words: "demo, test and browser"."""
    return " and ".join(filter(None, [", ".join(groups[:-1]), groups[-1]]))


def install(*what: str) -> None:
    """Let pip install something, and say what it does; what is compiled early would be compiled for nothing."""
    options = ["--no-compile", "--disable-pip-version-check"]
    done = subprocess.run([PYTHON, "-m", "pip", "install", *options, *what], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit("The packages could not be installed, see above. The same command tries again.")


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    named = (" ".join(arguments[:count]) for count in (2, 1))
    name = next((name for name in named if name in COMMANDS), None)
    if name is None:
        print(__doc__)
        return 2
    command = COMMANDS[name]
    if command.groups:
        set_up(command.groups)
    python = PYTHON if command.groups else sys.executable
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "standalone"), "PYTHONUTF8": "1"}
    passed_on = arguments[len(name.split()) :]
    if name == "host":  # the path is meant from where the command was given
        passed_on = [str(Path(one).resolve()) if Path(one).is_dir() else one for one in passed_on]
    for program in command.programs:
        run = [python, *program, *(passed_on or command.alone)]
        done = subprocess.run(run, cwd=ROOT, env=environment, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
