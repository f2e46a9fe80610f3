"""The background runner: every job ends in one state, one at a time, each with a cancel flag of its own."""

import ast
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_tracker import jobs
from model_tracker.jobs import JobError, JobState, JobStatus, Lane

LONG_S = 60
ENDED = {JobState.CANCELLED, JobState.FAILED, JobState.DONE}


class Gate:
    """Work that is under way until it is let go, whether or not it is cancelled."""

    def __init__(self, result=None):
        self.reached, self.open = threading.Event(), threading.Event()
        self.result = result
        self.was_told = []

    def __call__(self, context):
        context.report("at the gate")
        self.reached.set()
        assert self.open.wait(LONG_S)
        self.was_told.append(context.is_cancelled())
        context.report("behind the gate")
        return self.result

    def wait(self):
        assert self.reached.wait(LONG_S)


def until_cancelled(result):
    def work(context):
        while not context.is_cancelled():
            threading.Event().wait(0.01)
        return result

    return work


def ends(job):
    status = job.wait(LONG_S)
    assert status.is_over, status
    return status


@pytest.fixture
def lane():
    before = set(threading.enumerate())
    yield Lane("test")
    for thread in set(threading.enumerate()) - before:
        thread.join(LONG_S)
    assert set(threading.enumerate()) <= before, "a thread was left"


def test_work_reports_and_returns(lane):
    gate = Gate(result="the result")
    job = lane.submit(gate)
    gate.wait()
    status = job.status
    assert (status.state, status.progress, status.result) == (JobState.RUNNING, "at the gate", None)
    assert not status.is_over
    assert job.wait(0) == status
    gate.open.set()
    status = ends(job)
    assert (status.state, status.progress, status.result) == (JobState.DONE, "behind the gate", "the result")
    assert (status.error, status.cancelled_at, status.is_abandoned) == (None, None, False)
    assert gate.was_told == [False]


class TestWhatWorkRaises:
    class MuteError(Exception):
        def __str__(self):
            raise SystemExit

    class Nameless(BaseException):
        pass

    @pytest.mark.parametrize(
        ("error", "facts"),
        [
            (ValueError("no such file"), JobError("ValueError", "no such file")),
            (OSError(28, "No space left"), JobError("OSError", "[Errno 28] No space left")),
            (KeyboardInterrupt(), JobError("KeyboardInterrupt", "")),
            (SystemExit(3), JobError("SystemExit", "3")),
            (GeneratorExit(), JobError("GeneratorExit", "")),
            (MemoryError(), JobError("MemoryError", "")),
            (Nameless("x"), JobError("Nameless", "x")),
            (MuteError(), JobError("MuteError", "")),
        ],
        ids=lambda one: type(one).__name__,
    )
    def test_is_kept_as_facts_and_the_lane_goes_on(self, lane, error, facts):
        def work(_context):
            raise error

        status = ends(lane.submit(work))
        assert (status.state, status.error, status.result) == (JobState.FAILED, facts, None)
        assert ends(lane.submit(lambda _context: 7)).result == 7

    def test_is_said_in_one_line(self):
        assert str(JobError("ValueError", "no such file")) == "ValueError: no such file"
        assert str(JobError("KeyboardInterrupt", "")) == "KeyboardInterrupt"

    def test_counts_as_a_failure_even_after_it_was_cancelled(self, lane):
        def work(context):
            until_cancelled(None)(context)
            raise OSError("the part file cannot be deleted")

        job = lane.submit(work)
        job.cancel()
        assert ends(job).state is JobState.FAILED

    def test_no_thread_to_be_had_is_a_failure_too(self, lane, monkeypatch):
        def refuse(_thread):
            raise RuntimeError("can't start new thread")

        with monkeypatch.context() as system:
            system.setattr(threading.Thread, "start", refuse)
            several = [lane.submit(Gate()) for _ in range(3)]
            assert [ends(job).error for job in several] == [
                JobError("RuntimeError", "can't start new thread")
            ] * 3
        assert ends(lane.submit(lambda _context: 7)).result == 7


class TestCancelling:
    def test_before_the_start_ends_it_at_once_and_it_never_runs(self, lane):
        gate, ran = Gate(), []
        first = lane.submit(gate)
        second = lane.submit(ran.append)
        third = lane.submit(lambda _context: "third")
        assert second.status == JobStatus()
        second.cancel()
        assert second.wait(0).state is JobState.CANCELLED
        assert second.status.started_at is None
        assert first.status.state is JobState.RUNNING
        gate.open.set()
        assert ends(third).result == "third"
        assert ran == []

    def test_asks_the_work_to_end_and_keeps_what_it_brings(self, lane):
        job = lane.submit(until_cancelled("half of it"))
        assert not job.wait(0).is_over
        job.cancel()
        status = ends(job)
        assert (status.state, status.result) == (JobState.CANCELLED, "half of it")
        assert status.cancelled_at >= status.started_at

    def test_that_comes_after_the_work_last_asked_does_not_make_whole_work_cancelled(self, lane):
        goes_on, asked = threading.Event(), threading.Event()

        def work(context):
            assert not context.is_cancelled()
            asked.set()
            assert goes_on.wait(LONG_S)
            return "all of it"

        job = lane.submit(work)
        assert asked.wait(LONG_S)
        job.cancel()
        assert job.status.cancelled_at is not None
        goes_on.set()
        assert (ends(job).state, job.status.result) == (JobState.DONE, "all of it")

    def test_of_a_job_that_is_over_changes_nothing(self, lane):
        job = lane.submit(lambda _context: "done")
        before = ends(job)
        job.cancel()
        job.abandon()
        assert job.status == before

    def test_twice_is_once(self, lane):
        gate = Gate()
        job = lane.submit(gate)
        job.cancel()
        first = job.status.cancelled_at
        job.cancel()
        assert job.status.cancelled_at == first
        gate.open.set()
        ends(job)

    def test_one_job_leaves_every_later_one_alone(self, lane):
        first = lane.submit(until_cancelled("stopped"))
        waiting = Gate("second")
        second = lane.submit(waiting)
        first.cancel()
        assert ends(first).state is JobState.CANCELLED
        for job, gate in ((second, waiting), *((lane.submit(gate), gate) for gate in (Gate("x"), Gate("y")))):
            gate.wait()
            assert job.status.cancelled_at is None
            gate.open.set()
            assert (ends(job).state, gate.was_told) == (JobState.DONE, [False])

    def test_the_work_is_told_again_and_again(self, lane):
        told = []

        def work(context):
            until_cancelled(None)(context)
            told.extend(context.is_cancelled() for _ in range(3))

        job = lane.submit(work)
        job.cancel()
        ends(job)
        assert told == [True] * 3


class TestAbandoning:
    def test_frees_the_lane_and_ignores_what_the_work_still_says(self, lane):
        stuck = Gate("too late")
        job = lane.submit(stuck)
        stuck.wait()
        job.cancel()
        assert lane.try_start(lambda _context: 7) is None
        job.abandon()
        left = job.wait(0)
        assert (left.state, left.is_abandoned, left.result) == (JobState.CANCELLED, True, None)
        assert ends(lane.try_start(lambda _context: 7)).result == 7
        stuck.open.set()
        for thread in threading.enumerate():
            if thread.name == "model-tracker-test":
                thread.join(LONG_S)
        assert stuck.was_told == [True]
        assert job.status == left

    def test_ignores_an_error_that_comes_late(self, lane):
        goes_on, reached = threading.Event(), threading.Event()

        def work(_context):
            reached.set()
            assert goes_on.wait(LONG_S)
            raise SystemExit

        job = lane.submit(work)
        assert reached.wait(LONG_S)
        job.abandon()
        left = job.status
        goes_on.set()
        for thread in threading.enumerate():
            if thread.name == "model-tracker-test":
                thread.join(LONG_S)
        assert job.status == left
        assert left.error is None

    def test_the_work_that_ends_late_does_not_free_the_lane_of_another_job(self, lane):
        stuck, current = Gate(), Gate("current")
        job = lane.submit(stuck)
        stuck.wait()
        following = lane.submit(current)
        job.abandon()
        current.wait()
        stuck.open.set()
        waiting = lane.submit(lambda _context: "waiting")
        assert (following.status.state, waiting.status.state) == (JobState.RUNNING, JobState.QUEUED)
        current.open.set()
        assert ends(waiting).result == "waiting"

    def test_a_job_that_has_not_begun_is_only_cancelled(self, lane):
        gate = Gate()
        first = lane.submit(gate)
        second = lane.submit(Gate())
        second.abandon()
        assert (second.status.state, second.status.is_abandoned) == (JobState.CANCELLED, False)
        gate.open.set()
        ends(first)

    def test_its_thread_does_not_keep_the_program_from_ending(self, lane):
        daemons = []
        ends(lane.submit(lambda _context: daemons.append(threading.current_thread().daemon)))
        assert daemons == [True]


class TestLanes:
    def test_run_jobs_in_the_order_in_which_they_came_and_never_two_at_once(self, lane):
        order, at_once, most = [], [], []

        def work(number):
            def append(_context):
                at_once.append(number)
                most.append(len(at_once))
                order.append(number)
                at_once.remove(number)

            return append

        several = [lane.submit(work(number)) for number in range(50)]
        for job in several:
            assert ends(job).state is JobState.DONE
        assert order == list(range(50))
        assert set(most) == {1}

    def test_give_the_one_job_under_way_to_everyone_who_asks_for_it(self, lane):
        gate, start, got = Gate("shared"), threading.Barrier(20), []

        def ask():
            start.wait(LONG_S)
            got.append(lane.join(gate))

        threads = [threading.Thread(target=ask) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONG_S)
        gate.open.set()
        assert len(got) == 20
        assert len(set(got)) == 1
        assert ends(got[0]).result == "shared"
        assert gate.was_told == [False]
        assert lane.join(gate) is not got[0]

    def test_let_one_of_many_start(self, lane):
        gate, start, got = Gate(), threading.Barrier(20), []

        def ask():
            start.wait(LONG_S)
            got.append(lane.try_start(gate))

        threads = [threading.Thread(target=ask) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONG_S)
        assert got.count(None) == 19
        (job,) = {job for job in got if job}
        assert lane.latest is job
        gate.open.set()
        ends(job)

    def test_that_one_has_ended_is_known_to_whoever_starts_the_next(self, lane):
        for number in range(200):
            job = lane.try_start(lambda _context, number=number: number)
            assert job is not None
            assert ends(job).result == number

    def test_do_not_hold_each_other_up(self, lane):
        gate, other = Gate(), Lane("test-other")
        job = lane.submit(gate)
        gate.wait()
        assert ends(other.submit(lambda _context: "other")).result == "other"
        gate.open.set()
        ends(job)

    def test_have_nothing_to_show_before_the_first_job(self):
        assert Lane("test").latest is None

    def test_a_job_may_start_another_one(self, lane):
        inner = []
        ends(lane.submit(lambda _context: inner.append(lane.submit(lambda _context: "inner"))))
        assert ends(inner[0]).result == "inner"

    @given(st.lists(st.sampled_from(["submit", "try", "join", "cancel", "abandon", "fail"]), max_size=30))
    def test_whatever_is_asked_in_whatever_order_every_job_ends(self, actions):
        lane, all_jobs = Lane("test"), []
        for action in actions:
            if action == "submit":
                all_jobs.append(lane.submit(lambda context: context.is_cancelled()))
            elif action == "fail":
                all_jobs.append(lane.submit(lambda _context: sys.exit()))
            elif action == "try":
                all_jobs.append(lane.try_start(lambda _context: None))
            elif action == "join":
                all_jobs.append(lane.join(until_cancelled("joined")))
            elif all_jobs and all_jobs[-1]:
                getattr(all_jobs[-1], action)()
        while lane.latest and not lane.latest.status.is_over:
            lane.latest.cancel()
            lane.latest.wait(0.01)
        for job in filter(None, all_jobs):
            job.cancel()
            assert ends(job).state in ENDED


def test_the_runner_imports_the_standard_library_alone():
    tree = ast.parse(Path(jobs.__file__).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom | ast.Import)]
    names = {node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in imports}
    assert "threading" in names
    assert {name.partition(".")[0] for name in names} <= set(sys.stdlib_module_names)
