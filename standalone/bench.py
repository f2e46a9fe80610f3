"""How fast things are, as ratios measured within one run: `python3 dev.py bench [GROUP …]`.

Where a bound is missed, the group is measured once more, and only what is missed again counts: exit code 1.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benches.measuring import Group, Measurement, NotMeasured, Scene
from model_tracker.store.database import HOME_VARIABLE

DUMP = Path(__file__).resolve().parents[2] / "shared" / "host"


def _group(name: str, purpose: str) -> Group:
    """Return a group of `benches/`, imported when it is measured: the page's brings Gradio and a browser."""

    def measure(scene: Scene) -> Iterable[Measurement]:
        return importlib.import_module(f"benches.{name}").measure(scene)

    return Group(purpose, measure)


GROUPS = {
    "refresh": _group("refresh", "a refresh, against asking for each file on its own"),
    "verify": _group("verify", "a full check, against hashlib and sha256sum"),
    "page": _group("page", "opening the tab and filtering in Chromium, against a bare table of Gradio's"),
}


def main(argv: Sequence[str] | None = None, groups: Mapping[str, Group] = GROUPS) -> int:
    """Measure and print; return 1 where a bound was missed twice, else 0.

    Raises:
        SystemExit: With 2, no such group.
    """
    options = _options(argv, groups)
    if options.list:
        for name, group in groups.items():
            print(f"{name:12}{group.purpose}")
        return 0
    dump = options.catalogue or (DUMP if DUMP.is_dir() else None)
    runs = {name: _runs(name, groups[name], dump) for name in options.groups or groups}
    missed = [f"{name}: {row}" for name, measured in runs.items() for row in _missed(measured)]
    if options.json:
        _write(options.json, runs, missed)
    for row in missed:
        print(f"missed twice: {row}")
    return 1 if missed else 0


def _options(argv: Sequence[str] | None, groups: Mapping[str, Group]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"{', '.join(groups)}; none: all")
    parser.add_argument("--list", action="store_true", help="say what the groups are")
    parser.add_argument("--catalogue", type=Path, metavar="FOLDER", help="a dump with all models of a Wan2GP")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to a file too")
    options = parser.parse_args(argv)
    unknown = [name for name in options.groups if name not in groups]
    if unknown:
        parser.error(f"no group {', '.join(unknown)}; there are {', '.join(groups)}")
    return options


def _runs(name: str, group: Group, dump: Path | None) -> list[list[Measurement]]:
    """Measure a group, and once more where a bound is missed; return the rows of each run."""
    runs = [_run(name, group, dump)]
    if _missed(runs):
        runs.append(_run(f"{name}, once more", group, dump))
    return runs


def _run(title: str, group: Group, dump: Path | None) -> list[Measurement]:
    print(f"{title}{_load()}", flush=True)
    rows: list[Measurement] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ[HOME_VARIABLE] = str(Path(folder) / "home")
        try:
            for row in group.measure(Scene(dump, Path(folder).resolve())):
                print(_line(row), flush=True)
                rows.append(row)
        except NotMeasured as reason:
            print(f"  not measured: {reason}")
    return rows


def _missed(runs: Sequence[Sequence[Measurement]]) -> list[str]:
    """Return the names of the rows that no run found within their bounds."""
    kept = {row.name for run in runs for row in run if not row.missed}
    return [row.name for row in runs[0] if row.name not in kept]


def _load() -> str:
    """Return how busy the machine is, where it says so: a busy one measures badly."""
    if not hasattr(os, "getloadavg"):
        return ""
    return f" (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)"


def _line(row: Measurement) -> str:
    line = f"  {row.name:48}{row.figure:9.1f} {row.unit}"
    if row.ratio is not None:
        line += f"{row.ratio:8.2f} × {row.against}"
    if row.bound is not None:
        line += f" (at most {row.bound})"
    if row.percentile_95 is not None:
        line += f", 95th percentile {row.percentile_95:.0f} {row.unit}"
    if row.aim is not None:
        line += f", aim {row.aim:.0f} {row.unit}"
    return line + ("  MISSED" if row.missed else "")


def _write(file: Path, runs: Mapping[str, Sequence[Sequence[Measurement]]], missed: Sequence[str]) -> None:
    groups = {
        name: [[dataclasses.asdict(row) for row in run] for run in measured]
        for name, measured in runs.items()
    }
    file.write_text(json.dumps({"missed": missed, "groups": groups}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
