"""How fast a refresh is, against the plain way.

The plain way asks, for each model and each file it needs, `os.path.isfile` in one root after the other, as Wan2GP's
own look-up does. It knows beforehand which files these are, and learns neither sizes nor damage.
"""

from __future__ import annotations

import builtins
import os
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from model_tracker.host import Host
from model_tracker.model_analyzer import ModelAnalyzer
from model_tracker.wan2gp.required_files import FilePool, Requirements
from model_tracker.wan2gp.requirements import requirements
from namespace import namespace_of
from sparse import write_stand_in

from .measuring import Measurement, Scene, compared, figure, timed, turn_about

PRESENT = 800
"""Files on the disk that models need."""
UNRELATED = 100_000
TIMES_MORE = 10
SLOW_S = 0.002
ROUNDS = 15

Names = dict[str, Any]


def measure(scene: Scene) -> Iterator[Measurement]:
    """Measure refreshes of an ordinary installation, of a crowded one, of a large one and on a slow drive."""
    catalogue = scene.catalogue()
    names = namespace_of(catalogue, scene.workdir / "ordinary")
    needs = _needs(names)
    _lay_out(names, needs)
    yield from _against_plain_way(names, needs)
    yield _on_slow_drive(names, needs)
    crowded = namespace_of(catalogue, scene.workdir / "crowded")
    _lay_out(crowded, needs)
    for number in range(UNRELATED):
        (_first_root(crowded) / f"unrelated-{number}.txt").touch()
    yield _against_ordinary(f"first refresh, {UNRELATED:,} unrelated files", crowded, names, bound=1.3)
    larger = scene.catalogue(more=(TIMES_MORE - 1) * len(catalogue.definitions))
    large = namespace_of(larger, scene.workdir / "ordinary")
    name = f"first refresh, {len(larger.definitions)} models"
    yield _against_ordinary(name, large, names, bound=11)
    yield Measurement(name=f"{name}: peak memory", figure=_peak(lambda: _first(large)) / 1e6, unit="MB")


def _against_plain_way(names: Names, needs: Sequence[Requirements]) -> Iterator[Measurement]:
    taken = turn_about(
        {
            "plain": timed(lambda: _plain_way(names, needs)),
            "first": timed(lambda: _first(names)),
            "repeated": timed(_first(names).refresh),
        },
        ROUNDS,
    )
    plain, files = taken["plain"], sum(len(need.files) for need in needs)
    yield figure(f"plain way, {len(needs)} models, {files} files", plain)
    yield compared("first refresh", taken["first"], plain, against="plain way", bound=2.5)
    yield compared("repeated refresh", taken["repeated"], plain, against="plain way", bound=0.75)


def _on_slow_drive(names: Names, needs: Sequence[Requirements]) -> Measurement:
    """Measure once: nearly all of it is spent asleep, and the plain way takes many seconds."""
    takers = {"plain": timed(lambda: _plain_way(names, needs)), "first": timed(lambda: _first(names))}
    with _slow_drive():
        taken = turn_about(takers, rounds=1)
    name = f"first refresh, {SLOW_S * 1e3:.0f} ms more for each disk call"
    return compared(name, taken["first"], taken["plain"], against="plain way there", bound=0.1)


def _against_ordinary(name: str, other: Names, ordinary: Names, bound: float) -> Measurement:
    takers = {"ordinary": timed(lambda: _first(ordinary)), "other": timed(lambda: _first(other))}
    taken = turn_about(takers, ROUNDS)
    return compared(name, taken["other"], taken["ordinary"], against="first refresh", bound=bound)


def _first(names: Names) -> ModelAnalyzer:
    analyzer = ModelAnalyzer.from_host(Host.from_namespace(names))
    analyzer.refresh()
    return analyzer


def _needs(names: Names) -> list[Requirements]:
    snapshot, pool = Host.from_namespace(names).snapshot(), FilePool()
    return [requirements(snapshot, model_type, pool=pool) for model_type in snapshot.definitions]


def _lay_out(names: Names, needs: Sequence[Requirements]) -> None:
    chosen = dict.fromkeys(file.target for need in needs for file in need.files)
    others = dict.fromkeys(file.target for need in needs for slot in need.slots for file in slot.alternatives)
    for put in list({**chosen, **others})[:PRESENT]:
        write_stand_in(_first_root(names) / put, 4096)


def _first_root(names: Names) -> Path:
    return Path(_roots(names)[0])


def _roots(names: Names) -> list[str]:
    return names["fl"]._checkpoints_paths  # noqa: SLF001 - the host's name


def _plain_way(names: Names, needs: Sequence[Requirements]) -> int:
    roots = _roots(names)
    join, isfile = os.path.join, os.path.isfile
    present = 0
    for need in needs:
        for file in need.files:
            present += any(isfile(join(root, name)) for name in file.lookup_paths for root in roots)
    return present


def _peak(action: Callable[[], object]) -> int:
    """Return the most bytes that Python held for this at one time."""
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
                    name=entry.name,
                    path=entry.path,
                    is_dir=entry.is_dir,
                    is_symlink=entry.is_symlink,
                    stat=slowed(entry.stat),
                )
                for entry in entries
            )

    os.scandir, os.stat, builtins.open = scandir, slowed(kept[1]), slowed(kept[2])  # type: ignore[assignment]
    try:
        yield
    finally:
        os.scandir, os.stat, builtins.open = kept
