"""The long work on files: looking for lost ones, asking for sizes, verifying, putting in place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from html import escape
from typing import TYPE_CHECKING

from ...cleanup import superseded
from ...cleanup.leftovers import find_leftovers
from ...files.plan import Progress
from ...files.verify import CheckResult, FileToCheck, Verdict, check_files
from ...jobs import JobContext
from ...phrases import counted
from ...relocation.link_options import PlacementOption, link_options, look_at_disk
from ...relocation.misplaced import Candidate, SearchResult, find_in_folder, find_misplaced

if TYPE_CHECKING:
    from ...files.plan import Plan
    from ...inventory.models import TrackedModel
    from ...model_analyzer import ModelAnalyzer
    from ...wan2gp.problems import Problem

_VERDICTS = {
    Verdict.MATCH: "verified",
    Verdict.MISMATCH: "different",
    Verdict.UNREADABLE: "unreadable",
    Verdict.UNKNOWN: "could not be compared",
    Verdict.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A found file that could be put in place.

    Attributes:
        candidate: The file.
        options: The methods, each with what speaks against it.
    """

    candidate: Candidate
    options: tuple[PlacementOption, ...]

    @property
    def key(self) -> str:
        """Names the offer, whatever else was found: from where to where."""
        return f"{self.candidate.file.path} → {self.candidate.target}"


@dataclass(frozen=True, slots=True)
class DiskResult:
    """What a piece of work has brought.

    Attributes:
        html: What to show of it.
        offers: Files that could be put in place.
        folders: Absolute: the folders that they may be put into.
    """

    html: str
    offers: tuple[Offer, ...] = ()
    folders: tuple[str, ...] = ()


DiskWork = Callable[[JobContext[Progress]], DiskResult]


class DiskJobs:
    """Makes the work for the background."""

    def __init__(self, analyzer: ModelAnalyzer) -> None:
        self._analyzer = analyzer

    def lost(self) -> DiskWork:
        """Look in the checkpoint folders for misplaced files, leftovers and superseded checkpoints."""

        def work(context: JobContext[Progress]) -> DiskResult:
            context.report(Progress("looking through the checkpoint folders"))
            missing_files = self._analyzer.missing_files()
            search = find_misplaced(missing_files, self._analyzer.integrity, cancelled=context.is_cancelled)
            context.report(Progress("looking for leftovers of downloads"))
            leftovers = find_leftovers(
                missing_files.folders,
                datetime.now(timezone.utc),
                home=missing_files.home,
                names=self._analyzer.needed_names(),
                cancelled=context.is_cancelled,
            )
            to_be_deleted = self._analyzer.superseded()
            html = (
                _section("Lost files", search.summary(), _sentences(search), search.problems)
                + _section(
                    "Leftovers",
                    leftovers.summary(),
                    [leftover.sentence() for leftover in leftovers.items],
                    leftovers.problems,
                )
                + _section(
                    "Superseded checkpoints",
                    superseded.summary(to_be_deleted),
                    [file.sentence() for file in to_be_deleted],
                )
            )
            return DiskResult(html, _offers(search), missing_files.folders)

        return work

    def in_folder(self, folder: str) -> DiskWork:
        """Look for missing files in a folder that the user names."""

        def work(context: JobContext[Progress]) -> DiskResult:
            context.report(Progress(folder))
            missing_files = self._analyzer.missing_files()
            search = find_in_folder(
                folder, missing_files, self._analyzer.integrity, cancelled=context.is_cancelled
            )
            html = _section("Found there", search.summary(), _sentences(search), search.problems)
            return DiskResult(html, _offers(search), missing_files.folders)

        return work

    def execute(self, plan: Plan) -> DiskWork:
        """Carry out a plan, then look at the disk again."""

        def work(context: JobContext[Progress]) -> DiskResult:
            outcomes = plan.execute(context.report, context.is_cancelled)
            self._analyzer.refresh()
            return DiskResult(_section("Done", "", [outcome.sentence() for outcome in outcomes]))

        return work

    def sizes(self) -> DiskWork:
        """Ask the Hub for the sizes of all files that models need, then take the inventory again."""

        def work(context: JobContext[Progress]) -> DiskResult:
            subject = "asking the Hugging Face Hub"
            context.report(Progress(subject))
            answer = self._analyzer.hub.ask(
                self._analyzer.addresses(),
                lambda done, total: context.report(Progress(subject, done, total)),
                context.is_cancelled,
            )
            self._analyzer.refresh()
            summary = counted(
                answer.addresses,
                (
                    "The sizes of {known} of {number} file are known now.",
                    "The sizes of {known} of {number} files are known now.",
                ),
                known=answer.known,
            )
            return DiskResult(_section("Sizes from the Hub", summary, [], answer.problems))

        return work

    def check(self, model: TrackedModel) -> DiskWork:
        """Compare every byte of a model's files with what the Hub has."""

        def work(context: JobContext[Progress]) -> DiskResult:
            results = check_files(
                [
                    FileToCheck(file.path, self._etag(file.required.url))
                    for file in model.files
                    if file.is_on_disk
                ],
                context.report,
                context.is_cancelled,
            )
            sentences = [f"{file.path}: {file.damage}" for file in model.damaged]
            sentences += filter(None, (result.sentence() for result in results))
            if any(result.verdict is Verdict.UNKNOWN for result in results):
                sentences.append(
                    "Nothing to compare with was kept. Press “Get sizes from Hugging Face” under Disk, then verify again."
                )
            return DiskResult(_section(f"Check of the files of {model.name}", _verdicts(results), sentences))

        return work

    def _etag(self, url: str | None) -> str | None:
        fact = self._analyzer.hub.fact(url) if url else None
        return fact.sha256 if fact else None


def _offers(search: SearchResult) -> tuple[Offer, ...]:
    return tuple(
        Offer(candidate, link_options(candidate, look_at_disk(candidate.file.path, candidate.target)))
        for candidate in search.usable
    )


def _sentences(search: SearchResult) -> list[str]:
    return [candidate.sentence() for candidate in search.files]


def _verdicts(results: Sequence[CheckResult]) -> str:
    numbers = Counter(result.verdict for result in results)
    counts = [f"{numbers[verdict]} {_VERDICTS[verdict]}" for verdict in Verdict if numbers[verdict]]
    return ", ".join(counts) or "None of its files is on disk."


def _section(title: str, summary: str, sentences: Iterable[str], problems: Iterable[Problem] = ()) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in [*sentences, *map(str, problems)])
    if not (summary or items):
        return ""
    return f"<h3>{escape(title)}</h3><p>{escape(summary)}</p>{f'<ul>{items}</ul>' if items else ''}"
