"""What servers tell of files that are not here: asked when the user asks, kept, answered offline from then on.

ask(addresses)   one request per repository of the Hugging Face Hub and per address of another server,
                 four at a time → kept in the store with the date
fact(address)    from what is kept; never the network
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, cast

from ..store.database import StoreError
from ..wan2gp.entry_paths import is_address
from ..wan2gp.problems import Problem
from .addresses import key_of, server_of, without_secrets
from .errors import HubError, Request, hub_error
from .facts import FileFacts, HubFact

if TYPE_CHECKING:
    from ..store.database import Store

_THREADS = 4
_LOOK_UP_S = 0.05
"""How often a wait looks whether it was cancelled."""
_SHA256 = re.compile("[0-9a-f]{64}")
_LARGEST = 1 << 63

Listing = dict[str, tuple[int, str | None]]
"""Path in a repository (or a whole address) → bytes, sha256."""


@dataclass(frozen=True, slots=True)
class HubAnswer:
    """What asking has brought.

    Attributes:
        addresses: How many different addresses the question held.
        known: Of them, those whose size is known now, from this answer or an earlier one.
        problems: What went wrong, per repository, address or server.
        not_asked: Addresses left out: the server asked to wait, could not be reached, or it was cancelled.
        retry_at: When a server will answer again (UTC), where one told.
        was_cancelled: Whether the user stopped it.
    """

    addresses: int
    known: int
    problems: tuple[Problem, ...] = ()
    not_asked: tuple[str, ...] = ()
    retry_at: datetime | None = None
    was_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class _Question:
    """One request: about a repository, or ("") about one address of another server."""

    server: str
    subject: str
    repository: str
    addresses: tuple[str, ...]


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _never() -> bool:
    return False


class HubFacts:
    """Sizes and check sums by address. Any thread may use it."""

    def __init__(
        self,
        store: Store,
        *,
        timeout_s: float = 10.0,
        longest_s: float = 60.0,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """Touch nothing yet.

        Args:
            store: Where answers are kept.
            timeout_s: How long a server may be silent, in seconds.
            longest_s: How long one whole answer may take, in seconds.
            clock: Tells the time in UTC.
        """
        self._facts = FileFacts(store)
        self._timeout_s = timeout_s
        self._longest_s = longest_s
        self._clock = clock

    @property
    def problem(self) -> Problem | None:
        """Why earlier answers could not be read, or None."""
        error = self._facts.problem
        return None if error is None else _store_problem(error)

    def fact(self, url: str) -> HubFact | None:
        """Return what is kept about the file at an address, or None. Never asks a server."""
        return self._facts.all().get(key_of(url))

    def ask(
        self,
        urls: Iterable[str],
        progress: Callable[[int, int], object] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> HubAnswer:
        """Ask the servers about these files, keep what they tell, and say what went wrong.

        Earlier answers stay where a server does not answer. Whatever fails is in the answer, never raised.

        Args:
            urls: Addresses; local names among them are passed over.
            progress: Called in this thread with requests answered and requests in all.
            cancelled: Asked every 50 ms. Requests under way are then left to end by themselves.
        """
        wanted = tuple({key_of(url): url for url in urls if is_address(url)}.values())
        questions = _questions(wanted)
        if questions and _is_offline():
            offline = Problem(
                "Hugging Face Hub",
                "The offline mode of huggingface_hub is switched on: nothing was asked.",
                "Unset HF_HUB_OFFLINE and TRANSFORMERS_OFFLINE.",
            )
            return HubAnswer(len(wanted), self._count(wanted), (offline,), wanted)
        asking = _Round(questions, self._timeout_s, self._longest_s, self._clock)
        problems: list[Problem] = []
        retry_at: datetime | None = None
        for done, (question, found) in enumerate(asking.answers(cancelled or _never), 1):
            if not isinstance(found, HubError):
                problems += self._keep(question, found)
            else:
                retry_at = max(filter(None, (retry_at, found.retry_at)), default=None)
                subject = question.server if found.is_fatal else question.subject
                problems.append(Problem(subject, str(found), found.remedy))
            if progress:
                progress(done, len(questions))
        return HubAnswer(
            len(wanted),
            self._count(wanted),
            tuple(dict.fromkeys(problems)),
            tuple(address for question in asking.left_out for address in question.addresses),
            retry_at,
            asking.was_cancelled,
        )

    def _count(self, wanted: tuple[str, ...]) -> int:
        known = self._facts.all()
        return sum(key_of(address) in known for address in wanted)

    def _keep(self, question: _Question, found: Listing) -> list[Problem]:
        """Take in an answer; return what could not be kept and which files there are no longer."""
        now, problems = self._clock().replace(microsecond=0), list[Problem]()
        try:
            facts = {path: HubFact(size, sha256, now) for path, (size, sha256) in found.items()}
            self._facts.keep(question.repository, facts)
        except StoreError as error:
            problems.append(_store_problem(error))
        gone = [path for _, path in map(key_of, question.addresses) if path not in found]
        if gone:
            problems.append(
                Problem(
                    question.repository,
                    f"{question.server} has no {', '.join(f'“{path}”' for path in gone)} in {question.repository}, or does not tell its size.",
                    "If it is gone or renamed, update Wan2GP or correct the model's definition.",
                )
            )
        return problems


class _Round:
    """Puts the questions, a few at a time, and hands out the answers in the asking thread."""

    def __init__(
        self, questions: list[_Question], timeout_s: float, longest_s: float, clock: Callable[[], datetime]
    ) -> None:
        self.left_out: list[_Question] = []
        self.was_cancelled = False
        self._waiting = questions
        self._timeout_s = timeout_s
        self._longest_s = longest_s
        self._clock = clock
        self._stopped: set[str] = set()
        self._arrived: SimpleQueue[tuple[_Question, Listing | HubError]] = SimpleQueue()

    def answers(self, cancelled: Callable[[], bool]) -> Iterator[tuple[_Question, Listing | HubError]]:
        """Yield each question with its answer, as they come; the rest is in `left_out` afterwards."""
        waiting, under_way = list(reversed(self._waiting)), dict[_Question, float]()
        while waiting or under_way:
            if cancelled():
                self.was_cancelled = True
                self.left_out += [*under_way, *reversed(waiting)]
                return
            while waiting and len(under_way) < _THREADS:
                question = waiting.pop()
                under_way[question] = time.monotonic() + self._longest_s
                Thread(target=self._put, args=(question,), name="hub-question", daemon=True).start()
            for question, found in self._arrivals(under_way):
                del under_way[question]
                if isinstance(found, HubError) and found.is_fatal:
                    if question.server in self._stopped:
                        self.left_out.append(question)  # said already
                        continue
                    self._stopped.add(question.server)
                yield question, found
            self.left_out += [one for one in reversed(waiting) if one.server in self._stopped]
            waiting = [one for one in waiting if one.server not in self._stopped]

    def _arrivals(self, under_way: dict[_Question, float]) -> list[tuple[_Question, Listing | HubError]]:
        """Return the next answer if it comes soon, and faults for questions that take too long altogether."""
        arrivals: list[tuple[_Question, Listing | HubError]] = []
        try:
            question, found = self._arrived.get(timeout=_LOOK_UP_S)
            if question in under_way:  # else it came too late
                arrivals.append((question, found))
        except Empty:
            pass
        for question, end in under_way.items():
            if time.monotonic() > end and all(question is not one for one, _ in arrivals):
                late = HubError(
                    f"{question.server} did not finish its answer within {self._longest_s:g} seconds.",
                    "Try again later.",
                )
                arrivals.append((question, late))
        return arrivals

    def _put(self, question: _Question) -> None:
        try:
            ask = _of_repository if question.repository else _of_address
            found = ask(question, self._timeout_s)
        except Exception as error:  # noqa: BLE001 - becomes a message
            is_hub = bool(question.repository)
            asked = Request(question.server, question.subject, is_hub, self._timeout_s, self._clock())
            found = hub_error(error, asked).with_traceback(None)  # which would keep the connection open
        self._arrived.put((question, found))


def _of_repository(question: _Question, timeout_s: float) -> Listing:
    """Return path → bytes and sha256 of a repository's files.

    Raises:
        Exception: What huggingface_hub raises.
        HubError: The answer is not of the form expected.
    """
    import requests  # noqa: PLC0415 - heavy, and only wanted when the user asks
    from huggingface_hub import HfApi, get_session  # noqa: PLC0415 - the same

    try:
        information = HfApi(endpoint=_endpoint()).model_info(
            question.repository, files_metadata=True, timeout=timeout_s
        )
    finally:
        session = cast("object", get_session())
        if isinstance(session, requests.Session):  # this thread's own; from 1.0 on it is everyone's
            session.close()
    files = information.siblings
    if files is None:
        raise TypeError("no list of files")
    listing: Listing = {}
    for file in files:
        size: object = file.size
        if size is None:
            continue
        sha256: object = file.lfs.sha256 if file.lfs else None
        if type(file.rfilename) is not str or type(size) is not int or not 0 <= size < _LARGEST:
            raise TypeError("a file without a name or size")
        whole = isinstance(sha256, str) and _SHA256.fullmatch(sha256.lower())
        listing[file.rfilename] = size, whole.group() if whole else None
    if files and not listing:
        raise HubError(
            f"{question.server} lists the files of {question.repository} without their sizes.",
            "If HF_ENDPOINT names a mirror, unset it and ask again.",
        )
    return listing


def _of_address(question: _Question, timeout_s: float) -> Listing:
    """Return the bytes of the file at an address, from the headers alone.

    Raises:
        Exception: What requests raises.
        HubError: The server does not tell, or shows a page in place of the file.
    """
    import requests  # noqa: PLC0415 - heavy, and only wanted when the user asks

    (address,) = question.addresses
    whole = {"Accept-Encoding": "identity"}  # compressed, it would tell another length
    reply = requests.head(address, allow_redirects=True, timeout=timeout_s, headers=whole)
    reply.raise_for_status()
    if reply.headers.get("Content-Type", "").startswith("text/html"):
        raise HubError(
            f"{question.server} shows a page in place of the file {question.subject}.",
            "Open the address in a browser: it may ask for a login.",
        )
    length = reply.headers.get("Content-Length", "")
    if not (length.isascii() and length.isdigit() and int(length) < _LARGEST):
        raise HubError(f"{question.server} does not tell the size of {question.subject}.", "")
    return {address: (int(length), None)}


def _questions(addresses: tuple[str, ...]) -> list[_Question]:
    repositories: dict[str, list[str]] = {}
    others: list[_Question] = []
    for address in addresses:
        repository, _ = key_of(address)
        if repository:
            repositories.setdefault(repository, []).append(address)
        else:
            shown = without_secrets(address)
            others.append(_Question(server_of(address), shown, "", (address,)))
    hub = server_of(_endpoint())
    return [_Question(hub, name, name, tuple(wanted)) for name, wanted in repositories.items()] + others


def _endpoint() -> str:
    """Return the Hub's address as huggingface_hub found it at the start: the user's HF_ENDPOINT, or its own.

    The variable itself is not asked: some of Wan2GP's models set it later to a mirror that the user did not choose,
    which would get the user's token.
    """
    from huggingface_hub import constants  # noqa: PLC0415 - heavy, and only wanted when the user asks

    return constants.ENDPOINT.rstrip("/")


def _is_offline() -> bool:
    from huggingface_hub import constants  # noqa: PLC0415 - heavy, and only wanted when the user asks

    asked = os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE") or ""
    return constants.HF_HUB_OFFLINE or asked.upper() in constants.ENV_VARS_TRUE_VALUES


def _store_problem(error: StoreError) -> Problem:
    return Problem("What servers told", str(error).removesuffix(error.remedy).strip(), error.remedy)
