"""`dev.py bench` measures groups, forgives what is missed once, and fails what is missed twice."""

import json
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import bench
import pytest
from benches import measuring, refresh, verify
from benches.measuring import Group, Measurement, NotMeasured, Scene, compared, timed, turn_about


class Fake:
    """A group whose rows have these ratios in the first run, the second run and so on; all bounds are 2."""

    def __init__(self, *runs: dict[str, float]):
        self.runs = iter(runs)
        self.scenes: list[Scene] = []

    def measure(self, scene: Scene) -> Iterable[Measurement]:
        assert list(scene.workdir.iterdir()) == []
        (scene.workdir / "left").touch()
        self.scenes.append(scene)
        for name, ratio in next(self.runs).items():
            yield Measurement(name=name, figure=ratio * 10, ratio=ratio, against="plain way", bound=2)

    def group(self) -> Group:
        return Group("made up", self.measure)


def lines(capsys):
    return capsys.readouterr().out.splitlines()


def test_what_keeps_its_bound_is_measured_once(capsys):
    fake = Fake({"search": 2.0})
    assert bench.main([], {"fake": fake.group()}) == 0
    assert len(fake.scenes) == 1
    title, row = lines(capsys)
    assert title.startswith("fake")
    assert " ".join(row.split()) == "search 20.0 ms 2.00 × plain way (at most 2)"


def test_a_bound_missed_once_is_forgiven(capsys):
    fake = Fake({"search": 2.1, "status": 1}, {"search": 1.9, "status": 1})
    assert bench.main([], {"fake": fake.group()}) == 0
    missed = [line.split()[0] for line in lines(capsys) if line.endswith("MISSED")]
    assert missed == ["search"]


def test_a_bound_missed_twice_fails_and_is_named(capsys):
    fake = Fake({"search": 2.1, "status": 1}, {"search": 2.2, "status": 1})
    assert bench.main([], {"fake": fake.group()}) == 1
    assert len(fake.scenes) == 2
    assert lines(capsys)[-1] == "missed twice: fake: search"


def test_two_rows_that_miss_in_different_runs_are_both_forgiven():
    fake = Fake({"search": 2.1, "status": 1}, {"search": 1, "status": 2.1})
    assert bench.main([], {"fake": fake.group()}) == 0


def test_a_miss_stands_where_the_second_run_measures_nothing():
    def measure(_scene):
        if first_run:
            yield first_run.pop()
        raise NotMeasured("the browser is gone")

    first_run = [Measurement(name="search", figure=1, ratio=3, bound=2)]
    assert bench.main([], {"fake": Group("made up", measure)}) == 1


def test_one_group_missing_its_bound_does_not_repeat_the_others():
    slow, quick = Fake({"search": 3}, {"search": 3}), Fake({"search": 1})
    assert bench.main([], {"slow": slow.group(), "quick": quick.group()}) == 1
    assert (len(slow.scenes), len(quick.scenes)) == (2, 1)


def test_only_the_groups_that_are_named_are_measured():
    named, other = Fake({"search": 1}), Fake()
    assert bench.main(["named"], {"named": named.group(), "other": other.group()}) == 0
    assert (len(named.scenes), len(other.scenes)) == (1, 0)


def test_a_group_that_does_not_exist_is_answered_with_those_that_do(capsys):
    with pytest.raises(SystemExit) as stopped:
        bench.main(["first", "pgae"], {"first": Fake().group(), "page": Fake().group()})
    assert stopped.value.code == 2
    assert "no group pgae; there are first, page" in capsys.readouterr().err


def test_the_list_says_what_the_groups_are_and_measures_none(capsys):
    assert bench.main(["--list"], {"fake": Fake().group()}) == 0
    assert [line.split() for line in lines(capsys)] == [["fake", "made", "up"]]


def test_a_group_that_cannot_be_measured_here_says_why_and_fails_nothing(capsys):
    def measure(_scene):
        raise NotMeasured("there is no browser here")

    assert bench.main([], {"fake": Group("made up", measure)}) == 0
    assert lines(capsys)[-1].strip() == "not measured: there is no browser here"


def test_each_run_has_a_folder_of_its_own_that_is_gone_afterwards(tmp_path):
    fake = Fake({"search": 3}, {"search": 1})
    bench.main(["--catalogue", str(tmp_path)], {"fake": fake.group()})
    first, second = fake.scenes
    assert first.workdir != second.workdir
    assert not first.workdir.exists()
    assert not second.workdir.exists()
    assert first.dump == tmp_path


def test_a_row_that_is_not_judged_is_shown_without_a_verdict(capsys):
    def measure(_scene):
        yield Measurement(name="memory", figure=11.84, unit="MB")
        yield Measurement(name="search", figure=90, percentile_95=120.4, aim=80)

    assert bench.main([], {"fake": Group("made up", measure)}) == 0
    _, memory, search = lines(capsys)
    assert " ".join(memory.split()) == "memory 11.8 MB"
    assert " ".join(search.split()) == "search 90.0 ms, 95th percentile 120 ms, aim 80 ms"


def test_a_file_gets_the_rows_of_every_run(tmp_path):
    fake, file = Fake({"search": 2.5}, {"search": 3}), tmp_path / "rows.json"
    bench.main(["--json", str(file)], {"fake": fake.group()})
    written = json.loads(file.read_text(encoding="utf-8"))
    assert written["missed"] == ["fake: search"]
    assert [[row["ratio"] for row in run] for run in written["groups"]["fake"]] == [[2.5], [3]]


def test_actions_take_turns_and_every_other_round_goes_backwards():
    seen = []

    def taker(name):
        def take():
            seen.append(name)
            return float(len(seen))

        return take

    taken = turn_about({name: taker(name) for name in "abc"}, rounds=3)
    assert "".join(seen) == "abccbaabc"
    assert taken == {"a": [1, 6, 7], "b": [2, 5, 8], "c": [3, 4, 9]}


def test_a_machine_that_is_slow_for_a_while_does_not_change_the_ratio():
    """The medians alone would say 10 and 0.9: each side was slow in two of three rounds, but not in the same."""
    baseline = [10.0, 100.0, 10.0]
    row = compared("ours", [20.0, 200.0, 180.0], baseline, against="plain way", bound=2)
    assert row.ratio == 2
    assert row.figure == 180
    assert not row.missed


def test_what_an_action_takes_is_counted_in_milliseconds(monkeypatch):
    clock = iter([5.0, 5.25])
    monkeypatch.setattr(measuring, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    assert timed(lambda: None)() == 250


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A scene that takes seconds: few models, few files, one round."""
    monkeypatch.setattr(measuring, "MODELS", 45)
    for name, value in {"PRESENT": 20, "UNRELATED": 20, "TIMES_MORE": 2, "ROUNDS": 1}.items():
        monkeypatch.setattr(refresh, name, value)
    monkeypatch.setattr(refresh, "SLOW_S", 0.0)
    for name, value in {"CHUNKS": 1, "ROUNDS": 1}.items():
        monkeypatch.setattr(verify, name, value)
    return Scene(None, tmp_path)


@pytest.mark.parametrize("group", [refresh, verify])
def test_a_group_measures_and_judges_what_it_names(small, group):
    rows = list(group.measure(small))
    assert all(row.figure > 0 for row in rows)
    assert len({row.name for row in rows}) == len(rows)
    assert any(row.bound for row in rows)


def test_a_dump_is_taken_as_it_is_and_the_sample_is_filled_up(small, tmp_path):
    (tmp_path / "models_def.json").write_text('{"a": {}, "b": {}}', encoding="utf-8")
    (tmp_path / "model_files.json").write_text('{"models": {}, "families_infos": {}}', encoding="utf-8")
    assert len(small.catalogue().definitions) == 45
    assert len(small.catalogue(more=9).definitions) == 54
    assert list(Scene(tmp_path, Path()).catalogue().definitions) == ["a", "b"]
