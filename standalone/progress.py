"""A line for each file of tests that is done, where pytest-xdist would show dots without a name.

    812 of 3946  tests/inventory/test_disk.py: 43 passed, 1 skipped

pytest -p progress -n logical --dist loadfile -o console_output_style=classic
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence


def pytest_sessionstart(session: pytest.Session) -> None:
    """Show the lines where this process gives tests to others."""
    plugins = session.config.pluginmanager
    if plugins.has_plugin("dsession"):
        plugins.register(_Progress(plugins.get_plugin("terminalreporter")))


class _Progress:
    """Counts the tests of each file until none is left."""

    def __init__(self, terminal: Any) -> None:  # noqa: ANN401 - pytest's own reporter
        self._terminal = terminal
        self._left: Counter[str] = Counter()
        self._told: dict[str, Counter[str]] = {}
        self._all = self._done = 0

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Take what there is to do; each worker collects the same."""
        if not self._all:
            self._all = len(ids)
            self._left = Counter(map(_file, ids))
            self._terminal.write_line(f"{self._all} tests in {len(self._left)} files")

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self) -> Generator[None, tuple[str, str, Any], tuple[str, str, Any]]:
        """Leave out the dots."""
        category, _letter, word = yield
        return category, "", word

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Say at once what fails; count a test, and tell of its file where it was the last one there."""
        file = _file(report.nodeid)
        told = self._told.setdefault(file, Counter())
        if report.failed:
            self._terminal.write_line(f"FAILED {report.nodeid} ({report.when})", red=True)
        if report.when == "call" or not report.passed:
            told["xfailed" if hasattr(report, "wasxfail") else report.outcome] += 1
        if report.when == "teardown":
            self._done += 1
            self._left[file] -= 1
            if not self._left[file]:
                counts = ", ".join(f"{count} {outcome}" for outcome, count in told.items())
                self._terminal.write_line(f"{self._done:5} of {self._all}  {file}: {counts}")


def _file(test: str) -> str:
    return test.partition("::")[0]
