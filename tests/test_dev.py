"""What `dev.py` installs for which command, and what it runs."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # comes with pytest

ROOT = Path(__file__).resolve().parents[1]
GROUPS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]


@pytest.fixture
def dev():
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def ran(dev, tmp_path, monkeypatch):
    """Let `dev` work on an empty folder, and return the list of the commands that it gives; nothing is run."""
    project, ran = tmp_path / "pyproject.toml", []
    project.write_text("[dependency-groups]\ndemo = []\n[tool.x]\n", encoding="utf-8")
    for name, value in {
        "ROOT": tmp_path,
        "VENV": tmp_path / ".venv",
        "PYTHON": tmp_path / ".venv" / "python",
    }.items():
        monkeypatch.setattr(dev, name, value)

    def create(folder, *, clear, **_options):
        assert clear
        for file in folder.glob("*"):
            file.unlink()
        folder.mkdir(exist_ok=True)
        dev.PYTHON.touch()
        ran.append("create")

    def run(command, **_options):
        ran.append(command[1:])
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(dev.venv, "create", create)
    monkeypatch.setattr(dev.subprocess, "run", run)
    return ran


def installed(ran):
    """Return what was installed, and forget it."""
    what = [one if one == "create" else [word for word in one[3:] if "=" in word] for one in ran]
    ran.clear()
    return what


def test_a_group_is_installed_by_the_first_command_that_needs_it_and_no_other_is(dev, ran):
    dev.set_up(["demo"])
    assert installed(ran) == ["create", [dev.PIP], ["--group=demo"]]
    dev.set_up(["demo", "test", "browser"])
    assert installed(ran) == [["--group=test", "--group=browser"]]
    dev.set_up(["demo", "browser"])
    assert installed(ran) == []


def test_other_pins_make_the_environment_again_and_other_settings_do_not(dev, ran):
    project = dev.ROOT / "pyproject.toml"
    dev.set_up(["demo"])
    ran.clear()
    project.write_text(project.read_text(encoding="utf-8") + "more = 1\n", encoding="utf-8")
    dev.set_up(["demo"])
    assert installed(ran) == []
    project.write_text('[dependency-groups]\ndemo = ["x==2"]\n', encoding="utf-8")
    dev.set_up(["demo"])
    assert installed(ran) == ["create", [dev.PIP], ["--group=demo"]]


def test_what_could_not_be_installed_is_tried_again(dev, ran, monkeypatch):
    works = dev.subprocess.run
    dev.set_up([])
    ran.clear()
    monkeypatch.setattr(dev.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1))
    with pytest.raises(SystemExit, match="could not be installed"):
        dev.set_up(["demo"])
    monkeypatch.setattr(dev.subprocess, "run", works)
    dev.set_up(["demo"])
    assert installed(ran) == [["--group=demo"]]


def test_an_environment_that_lacks_pip_is_explained_and_made_again(dev, ran, monkeypatch):
    create = dev.venv.create

    def without_ensurepip(*_arguments, **_options):
        raise subprocess.CalledProcessError(1, "ensurepip")

    monkeypatch.setattr(dev.venv, "create", without_ensurepip)
    with pytest.raises(SystemExit, match="python3-venv"):
        dev.set_up(["demo"])
    monkeypatch.setattr(dev.venv, "create", create)
    dev.set_up(["demo"])
    assert installed(ran) == ["create", [dev.PIP], ["--group=demo"]]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("test", ["shared out"]),
        ("test tests/inventory -k gguf", ["tests/inventory", "-k", "gguf"]),
        ("test --quick", ["quick", "shared out"]),
        ("test --quick -x", ["quick", "-x"]),
    ],
)
def test_all_tests_are_shared_out_to_processes_and_chosen_ones_are_not(dev, ran, given, expected):
    assert dev.main(given.split()) == 0
    more = {"quick": dev.QUICK, "shared out": dev.SHARED_OUT}
    assert ran[-1] == ["-m", "pytest", *(word for one in expected for word in more.get(one, [one]))]


@pytest.mark.parametrize("given", [[], ["nonsense"], ["--quick", "test"]])
def test_what_is_no_command_is_answered_with_all_commands(dev, ran, capsys, given):
    assert dev.main(given) == 2
    assert "python3 dev.py test --quick" in capsys.readouterr().out
    assert ran == []


def test_the_groups_of_the_commands_are_all_that_the_group_for_developers_holds(dev):
    needed = {group for command in dev.COMMANDS.values() for group in command.groups}
    assert needed == {one["include-group"] for one in GROUPS["dev"]} == set(GROUPS) - {"dev"}


def run_python(*arguments):
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "standalone"), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_the_demo_starts_without_what_tests_and_checks_need():
    done = run_python(
        "-c",
        "import sys\n"
        "for name in ('hypothesis', 'playwright', 'pyright', 'pytest', 'xdist'): sys.modules[name] = None\n"
        "import demo, stage, model_tracker.plugin",
    )
    assert done.returncode == 0, done.stderr


def test_what_needs_no_group_runs_without_any_package(dev):
    for name, command in dev.COMMANDS.items():
        if not command.groups:
            ((_, module),) = command.programs
            done = run_python("-S", "-c", f"import {module}")
            assert done.returncode == 0, (name, done.stderr)


@pytest.mark.slow
def test_the_quick_tests_are_found_without_what_the_browser_needs(dev):
    collect = ["--collect-only", "-qq", "-p", "no:cacheprovider", *dev.QUICK]
    done = run_python(
        "-c",
        "import sys, pytest\n"
        "for name in ('playwright', 'axe_playwright_python'): sys.modules[name] = None\n"
        f"sys.exit(pytest.main({collect!r}))",
    )
    assert done.returncode == 0, done.stdout
