"""How fast a refresh is, against the plain way, in one run: `python3 dev.py bench`.

The plain way asks, for each model and each file it needs, `os.path.isfile` in one root after the other, as Wan2GP's
own look-up does. It knows beforehand which files these are, and learns neither sizes nor damage.
"""

from __future__ import annotations

import argparse
import builtins
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import page_bench
from catalogue import Catalogue, generated_finetunes
from model_tracker.files.verify import FileToCheck, check_file
from model_tracker.host import Host
from model_tracker.model_analyzer import ModelAnalyzer
from model_tracker.wan2gp.required_files import FilePool, Requirements
from model_tracker.wan2gp.requirements import requirements
from namespace import namespace_of
from sparse import write_stand_in

DUMP = Path(__file__).resolve().parents[2] / "shared" / "host"
PRESENT = 800
RUNS = 9
SLOW_S = 0.002

Names = dict[str, Any]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--catalogue", type=Path, metavar="FOLDER", help="a dump with all models of a Wan2GP")
    options = parser.parse_args(argv)
    dump = options.catalogue or (DUMP if DUMP.is_dir() else None)
    catalogue = Catalogue.from_dump(dump) if dump else Catalogue.sample()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        _measure(catalogue, Path(folder))
    page_bench.measure(dump)
    return 0


def _measure(catalogue: Catalogue, workdir: Path) -> None:
    names = namespace_of(catalogue, workdir)
    needs = _needs(names)
    _lay_out(names, needs)
    models, files = len(names["models_def"]), sum(len(need.files) for need in needs)
    print(f"{models} models, {files} needed files, {PRESENT} files on disk; medians of {RUNS} runs")
    plain = _median(lambda: _plain_way(names, needs))
    print(f"{'plain way':44}{plain * 1e3:9.1f} ms")
    first = _median(lambda: _first(names))
    _row("first refresh", first, plain, "plain way", 2.5)
    analyzer = _first(names)
    _row("repeated refresh", _median(analyzer.refresh), plain, "plain way", 0.75)
    with _slow_drive():
        slow_plain = _median(lambda: _plain_way(names, needs), 1)
        slow_first = _median(lambda: _first(names), 3)
    _row("first refresh, 2 ms more for each disk call", slow_first, slow_plain, "plain way there", 0.1)
    many = namespace_of(catalogue.with_definitions(generated_finetunes(catalogue, 9 * models)), workdir)
    _row(
        f"first refresh, {len(many['models_def'])} models",
        _median(lambda: _first(many), 3),
        first,
        "of the first",
        11,
    )
    print(f"{'  peak memory':44}{_peak(lambda: _first(many)) / 1e6:9.1f} MB")
    _measure_full_check(workdir)
    for number in range(100_000):
        (workdir / "ckpts" / f"unrelated-{number}.txt").touch()
    _row("first refresh, 100,000 unrelated files", _median(lambda: _first(names)), first, "of the first", 1.3)


def _measure_full_check(workdir: Path) -> None:
    """Compare the full check with `sha256sum` on the same file of 1 GiB, read once before."""
    if shutil.which("sha256sum") is None:
        return
    path = workdir / "full-check.bin"
    with path.open("wb") as stream:
        for _ in range(256):
            stream.write(os.urandom(4 * 1024 * 1024))
    command = ["sha256sum", str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    file = FileToCheck(str(path), told.split()[0])
    plain = _median(lambda: subprocess.run(command, capture_output=True, check=True), 3)  # noqa: S603
    _row("full check of 1 GiB", _median(lambda: check_file(file), 3), plain, "sha256sum", 1.11)
    path.unlink()


def _first(names: Names) -> ModelAnalyzer:
    analyzer = ModelAnalyzer.from_host(Host.from_namespace(names))
    analyzer.refresh()
    return analyzer


def _needs(names: Names) -> list[Requirements]:
    snapshot, pool = Host.from_namespace(names).snapshot(), FilePool()
    return [requirements(snapshot, model_type, pool=pool) for model_type in snapshot.definitions]


def _lay_out(names: Names, needs: Sequence[Requirements]) -> None:
    root = Path(names["fl"]._checkpoints_paths[0])  # noqa: SLF001 - the host's name
    chosen = dict.fromkeys(file.target for need in needs for file in need.files)
    others = dict.fromkeys(file.target for need in needs for slot in need.slots for file in slot.alternatives)
    for target in list({**chosen, **others})[:PRESENT]:
        write_stand_in(root / target, 4096)


def _plain_way(names: Names, needs: Sequence[Requirements]) -> int:
    roots = names["fl"]._checkpoints_paths  # noqa: SLF001 - the host's name
    join, isfile = os.path.join, os.path.isfile
    found = 0
    for need in needs:
        for file in need.files:
            found += any(isfile(join(root, name)) for name in file.lookup_paths for root in roots)
    return found


def _median(action: Callable[[], object], runs: int = RUNS) -> float:
    seconds: list[float] = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def _row(name: str, seconds: float, against: float, what: str, bound: float) -> None:
    ratio = seconds / against
    verdict = "" if ratio <= bound else "  MISSED"
    print(f"{name:44}{seconds * 1e3:9.1f} ms{ratio:8.2f} × {what} (at most {bound}){verdict}")


def _peak(action: Callable[[], object]) -> int:
    tracemalloc.start()
    action()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


@contextmanager
def _slow_drive() -> Iterator[None]:
    """Add 2 ms to every call that reaches a disk, as a network drive does; a directory entry's own calls too."""
    kept = os.scandir, os.stat, builtins.open

    def slowed(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401
            time.sleep(SLOW_S)
            return function(*arguments, **options)

        return call

    @contextmanager
    def scandir(path: str) -> Iterator[Iterator[Any]]:
        time.sleep(SLOW_S)
        with kept[0](path) as entries:
            yield (
                SimpleNamespace(
                    name=entry.name, path=entry.path, is_dir=entry.is_dir, stat=slowed(entry.stat)
                )
                for entry in entries
            )

    os.scandir, os.stat, builtins.open = scandir, slowed(kept[1]), slowed(kept[2])  # type: ignore[assignment]
    try:
        yield
    finally:
        os.scandir, os.stat, builtins.open = kept


if __name__ == "__main__":
    sys.exit(main())
