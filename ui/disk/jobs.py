"""The long work on files: looking for lost ones, asking for sizes, checking, putting in place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from html import escape
from typing import TYPE_CHECKING

from ...cleanup import leftovers, superseded
from ...files import verify
from ...files.verify import FileToCheck, FullCheck, Verdict
from ...inventory.models import FileState
from ...phrases import counted
from ...relocation.link_options import PlacementOption, link_options, look_at_disk
from ...relocation.misplaced import Candidate, SearchResult, find_in_folder, find_misplaced
from ...relocation.plan import Progress, RelocationPlan, placement_request, plan_relocation
from ...units import amount

if TYPE_CHECKING:
    from ...files.file_ops import PlacementMethod
    from ...inventory.integrity import Integrity
    from ...inventory.models import TrackedModel
    from ...model_analyzer import ModelAnalyzer
    from ...relocation.missing import MissingFiles
    from ...wan2gp.problems import Problem
    from ..work import Cancelled, Job, Report

_VERDICTS = {
    "whole": "{number} whole",
    "different": "{number} different",
    "unreadable": "{number} unreadable",
    "unknown": "{number} could not be compared",
    "cancelled": "{number} cancelled",
}


_POLL_S = 0.3


@dataclass(frozen=True, slots=True)
class Offer:
    """A found file that could be put in place.

    Attributes:
        found: The file.
        methods: The ways that the disk allows.
    """

    found: Candidate
    methods: frozenset[PlacementMethod]

    @property
    def key(self) -> str:
        """Names the offer, whatever else was found: from where to where."""
        return f"{self.found.file.path} → {self.found.target}"


class DiskJobs:
    """Makes the jobs, and keeps what was found until the next search."""

    def __init__(self, analyzer: ModelAnalyzer) -> None:
        self._analyzer = analyzer
        self.offers: tuple[Offer, ...] = ()
        self._wants: MissingFiles | None = None

    def lost(self) -> Job:
        """Look in the checkpoint folders for misplaced files, leftovers and superseded checkpoints."""

        def job(report: Report, cancelled: Cancelled) -> str:
            report("Looking through the checkpoint folders …")
            missing_files = self._analyzer.missing_files()
            finds = find_misplaced(missing_files, self._integrity, cancelled=cancelled)
            self._offer(finds, missing_files)
            report("Looking for leftovers of downloads …")
            folders = (*missing_files.roots, *([missing_files.lora_root] if missing_files.lora_root else []))
            left = leftovers.find_leftovers(
                folders,
                datetime.now(timezone.utc),
                home=missing_files.home,
                names=self._analyzer.needed_names(),
                cancelled=cancelled,
            )
            old = self._analyzer.superseded()
            return (
                _section("Lost files", finds.summary(), _sentences(finds), finds.problems)
                + _section(
                    "Leftovers", left.summary(), [item.sentence() for item in left.items], left.problems
                )
                + _section("Superseded checkpoints", superseded.summary(old), [one.sentence() for one in old])
            )

        return job

    def in_folder(self, folder: str) -> Job:
        """Look for missing files in a folder that the user names."""

        def job(report: Report, cancelled: Cancelled) -> str:
            report(f"Looking through {folder} …")
            missing_files = self._analyzer.missing_files()
            finds = find_in_folder(folder, missing_files, self._integrity, cancelled=cancelled)
            self._offer(finds, missing_files)
            return _section("Found there", finds.summary(), _sentences(finds), finds.problems)

        return job

    def plan(self, chosen: Sequence[str], method: PlacementMethod) -> RelocationPlan | None:
        """Return the plan to put the chosen offers in place; None where nothing was looked for.

        Args:
            chosen: Keys of offers; those of an earlier search are passed over.
            method: The way.
        """
        if self._wants is None:
            return None
        requests = [placement_request(offer.found, method) for offer in self.offers if offer.key in chosen]
        return plan_relocation(requests, self._wants.folders)

    def place(self, plan: RelocationPlan) -> Job:
        """Carry out a plan, then look at the disk again."""

        def job(report: Report, cancelled: Cancelled) -> str:
            def tell(progress: Progress) -> None:
                report(
                    f"{progress.step} of {progress.steps}: {progress.name} ({amount(progress.done_bytes)} of {amount(progress.total_bytes)})"
                )

            outcomes = plan.execute(tell, cancelled)
            self.offers = ()
            self._analyzer.refresh()
            return _section("Done", "", [outcome.sentence() for outcome in outcomes])

        return job

    def sizes(self) -> Job:
        """Ask the Hub for the sizes of all files that models need, then reckon anew."""

        def job(report: Report, cancelled: Cancelled) -> str:
            def tell(done: int, of_all: int) -> None:
                report(f"{done} of {of_all} repositories asked …")

            report("Asking the Hugging Face Hub …")
            answer = self._analyzer.hub.ask(self._analyzer.addresses(), tell, cancelled)
            self._analyzer.refresh()
            told = counted(
                answer.addresses,
                (
                    "The sizes of {known} of {number} file are known now.",
                    "The sizes of {known} of {number} files are known now.",
                ),
                known=answer.known,
            )
            return _section("Sizes from the Hub", told, [], answer.problems)

        return job

    def check(self, model: TrackedModel) -> Job:
        """Compare every byte of a model's files with what the Hub has."""

        def job(report: Report, cancelled: Cancelled) -> str:
            checking = FullCheck()
            here = [file for file in model.files if file.state is not FileState.MISSING]
            checking.start([FileToCheck(file.path, self._etag(file.required.url)) for file in here])
            while (state := checking.wait(_POLL_S)).running:
                done, of_all = amount(state.bytes_done), amount(state.bytes_total)
                report(f"{done} of {of_all} read: {state.current or ''}")
                if cancelled():
                    checking.cancel()
            broken = [f"{file.path}: {file.damage}" for file in model.damaged]
            title = f"Check of the files of {model.name}"
            return _section(title, _verdicts(state.results), [*broken, *_told(state.results)])

        return job

    @property
    def _integrity(self) -> Integrity:
        return self._analyzer.integrity

    def _etag(self, url: str | None) -> str | None:
        fact = self._analyzer.hub.fact(url) if url else None
        return fact.sha256 if fact else None

    def _offer(self, finds: SearchResult, missing_files: MissingFiles) -> None:
        self._wants = missing_files
        self.offers = tuple(
            Offer(found, frozenset(way.method for way in _possible_ways(found))) for found in finds.usable
        )


def _possible_ways(found: Candidate) -> Iterable[PlacementOption]:
    facts = look_at_disk(found.file.path, found.target)
    return [way for way in link_options(found, facts) if way.rejection is None]


def _sentences(finds: SearchResult) -> list[str]:
    return [found.sentence() for found in finds.files]


def _verdicts(results: Sequence[verify.CheckResult]) -> str:
    numbers = Counter(result.verdict for result in results)
    told = [_VERDICTS[one.value].format(number=numbers[one]) for one in Verdict if numbers[one]]
    return ", ".join(told) or "No file is here."


def _told(results: Sequence[verify.CheckResult]) -> list[str]:
    told: list[str] = []
    for result in results:
        if result.verdict in {Verdict.MISMATCH, Verdict.UNREADABLE}:
            remedy = verify.remedy(result)
            form = "{path}: {verdict}; {remedy}. {reason}" if remedy else "{path}: {verdict}. {reason}"
            verdict = result.verdict.value
            told.append(form.format(path=result.path, verdict=verdict, remedy=remedy, reason=result.reason))
    if any(result.verdict is Verdict.UNKNOWN for result in results):
        told.append(
            "Nothing to compare with was kept. Press “Get sizes from Hugging Face” under Disk, then verify again."
        )
    return told


def _section(title: str, summary: str, sentences: Iterable[str], problems: Iterable[Problem] = ()) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in [*sentences, *map(str, problems)])
    if not summary and not items:
        return ""
    return f"<h3>{escape(title)}</h3><p>{escape(summary)}</p>{f'<ul>{items}</ul>' if items else ''}"
