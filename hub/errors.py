"""What goes wrong when a server is asked, as a sentence with its remedy.

Errors are recognised by the names of their classes anywhere in the chain of causes: neither requests nor
huggingface_hub is imported to look for them, and httpx, which huggingface_hub uses from 1.0 on, is understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_CERTIFICATE = (
    "The certificate of {server} is not accepted.",
    "Check this computer's clock; behind a proxy or virus scanner, name its certificate in REQUESTS_CA_BUNDLE.",
)


_REFUSED_LOGIN = "Invalid credentials"
_DISABLED = "is disabled"
"""How the Hub says so."""
_LONGEST_WAIT_S = 7 * 24 * 3600
_LEFT_SECONDS = re.compile(r"(?:^|;)\s*t=(\d{1,7})\b")
"""In the Hub's own header, such as `RateLimit: "api";r=0;t=55`."""


class HubError(Exception):
    """A server did not tell what it was asked.

    Attributes:
        remedy: What to do about it, one sentence; may be empty.
        is_fatal: Whether asking the same server for more is of no use now.
        retry_at: When it will answer again (UTC), where it told.
    """

    def __init__(
        self, message: str, remedy: str = "", *, is_fatal: bool = False, retry_at: datetime | None = None
    ) -> None:
        super().__init__(message)
        self.remedy = remedy
        self.is_fatal = is_fatal
        self.retry_at = retry_at

    @classmethod
    def of(cls, text: tuple[str, str], **places: object) -> HubError:
        """Fill in a text of two parts: what is wrong, and the remedy."""
        return cls(*(part.format(**places) for part in text))


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked.

    Attributes:
        server: Host name, perhaps with a port.
        subject: The repository, or the address without anything secret.
        is_hub: Whether it is the Hugging Face Hub or a mirror of it.
        timeout_s: How long the server could be silent, in seconds.
        asked_at: When, in UTC.
    """

    server: str
    subject: str
    is_hub: bool
    timeout_s: float
    asked_at: datetime


_Text = tuple[str, ...]
"""What is wrong, what to do, and perhaps what to do instead where the server is the Hub."""
_ROWS: tuple[tuple[str, _Text, bool], ...] = (
    # names, text, whether asking for more is of no use; the first row that fits holds: libraries derive some of these
    # classes from others further down
    (
        "OfflineModeIsEnabled",
        (
            "The offline mode of huggingface_hub is switched on.",
            "Unset HF_HUB_OFFLINE and TRANSFORMERS_OFFLINE.",
        ),
        True,
    ),
    (
        "HFValidationError",
        ("“{subject}” cannot be a repository's name.", "Correct the model's definition."),
        False,
    ),
    ("SSLCertVerificationError", _CERTIFICATE, True),
    (
        "SSLError",
        (
            "No safe connection to {server} could be made.",
            "A proxy, a virus scanner or a login page of the network may stand in between.",
        ),
        True,
    ),
    (
        "ProxyError",
        ("The proxy does not lead to {server}.", "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY."),
        True,
    ),
    (
        "ReadTimeout ReadTimeoutError",
        (
            "{server} fell silent: nothing came for {timeout_s:g} seconds when asked about {subject}.",
            "Try again later.",
        ),
        False,
    ),
    (
        "NewConnectionError ConnectError",
        (
            "{server} cannot be reached.",
            "Check the network connection, then try again.",
            "Check the network connection and the address in HF_ENDPOINT, if it is set, then try again.",
        ),
        True,
    ),
    (
        "ConnectTimeout ConnectTimeoutError",
        (
            "{server} cannot be reached: no connection within {timeout_s:g} seconds.",
            "Check the network connection, then try again.",
            "Check the network connection and the address in HF_ENDPOINT, if it is set, then try again.",
        ),
        True,
    ),
    (
        "InvalidURL MissingSchema InvalidSchema LocationParseError UnsupportedProtocol",
        (
            "“{server}” cannot be asked: the address or that of a proxy is not one of http or https.",
            "Correct the model definition or HTTPS_PROXY.",
            "Correct HF_ENDPOINT or HTTPS_PROXY.",
        ),
        True,
    ),
    (
        "InvalidHeader UnicodeEncodeError LocalProtocolError",
        (
            "The access token for {server} holds characters that cannot be sent.",
            "Correct HF_TOKEN, or log in again.",
        ),
        True,
    ),
    ("TooManyRedirects", ("{server} sends the question about {subject} in a circle.", "Try later."), False),
    (
        "ChunkedEncodingError ProtocolError IncompleteRead RemoteProtocolError ReadError ConnectionError",
        ("The connection to {server} was cut before all was told of {subject}.", "Try again."),
        False,
    ),
    (
        "JSONDecodeError",
        (
            "{server} answered about {subject} with something that is not JSON.",
            "A login page of the network or a proxy may stand in between: open the address in a browser.",
            (
                "A login page of the network or a proxy may stand in between: open the address in a browser or, if HF_ENDPOINT "
                "names a mirror, unset it."
            ),
        ),
        False,
    ),
    (
        "KeyError TypeError ValueError AttributeError",
        (
            "{server} answered about {subject} in an unexpected form.",
            "Try again later, or look for an update of this plugin.",
            "Try again later or, if HF_ENDPOINT names a mirror, unset it, or look for an update of this plugin.",
        ),
        False,
    ),
)


def hub_error(error: BaseException, request: Request) -> HubError:
    """Return what an error from requests or huggingface_hub means for the user."""
    linked = list(_linked(error))
    for one in linked:
        if isinstance(one, HubError):
            return one
        response: object = getattr(one, "response", None)
        status: object = getattr(response, "status_code", None)
        headers: object = getattr(response, "headers", None)
        if isinstance(status, int) and status >= 400 and isinstance(headers, Mapping):
            headers = {str(name).lower(): str(value) for name, value in headers.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            return _refusal(status, headers, request)
    names = {base.__name__ for one in linked for base in type(one).__mro__}
    detail = next((text for one in linked if (text := getattr(one, "verify_message", ""))), "")
    for known, text, is_fatal in _ROWS:
        if names.intersection(known.split()):
            is_told_why = bool(detail) and text is _CERTIFICATE
            return _fault(
                request,
                (
                    "The certificate of {server} is not accepted ({detail}).",
                    "Check this computer's clock; behind a proxy or virus scanner, name its certificate in REQUESTS_CA_BUNDLE.",
                )
                if is_told_why
                else text,
                is_fatal=is_fatal,
                detail=detail,
            )
    headers = " ".join(str(error).split())[:200]
    return _fault(
        request,
        ("{server} could not be asked ({error}).", "Try again."),
        error=f"{type(error).__name__}: {headers}",
    )


def _fault(
    request: Request,
    text: _Text,
    *,
    is_fatal: bool = False,
    retry_at: datetime | None = None,
    **places: object,
) -> HubError:
    """Return what went wrong, in words that fit the server."""
    message, remedy = text[0], text[-1] if request.is_hub else text[1]
    filled = {
        "server": request.server,
        "subject": request.subject,
        "timeout_s": request.timeout_s,
        **places,
    }
    return HubError(message.format(**filled), remedy.format(**filled), is_fatal=is_fatal, retry_at=retry_at)


def _linked(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and all that it was made from: causes, contexts, and errors packed into errors."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop(0)
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            inner = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
            waiting += [each for each in inner if isinstance(each, BaseException)]


def _refusal(status: int, headers: Mapping[str, str], request: Request) -> HubError:
    """Return what an HTTP status of 400 and more means.

    Args:
        status: The status.
        headers: The headers, names in lower case.
        request: What was asked.
    """
    if status == 429:
        retry_at = _retry_at(headers, request.asked_at)
        when = _when(retry_at, request.asked_at) if retry_at else "in some minutes"
        return _fault(
            request,
            (
                "{server} was asked too often: the rest was left out.",
                "Ask again {when}.",
                "Ask again {when}; with a token in HF_TOKEN the Hub allows more.",
            ),
            is_fatal=True,
            retry_at=retry_at,
            when=when,
        )
    if status == 404:
        return _fault(
            request,
            (
                "{subject} does not exist on {server}: gone or renamed.",
                "Update Wan2GP, or correct the model's definition.",
            ),
        )
    if status in {401, 403}:
        return _closed(status, headers, request)
    if status >= 500:
        retry_at = _retry_at(headers, request.asked_at)
        when = _when(retry_at, request.asked_at) if retry_at else "later"
        return _fault(
            request,
            ("{server} has trouble of its own (HTTP {status}).", "Try again {when}."),
            retry_at=retry_at,
            status=status,
            when=when,
        )
    return _fault(
        request,
        ("{server} refuses to tell about {subject} (HTTP {status}).", "Try again later."),
        status=status,
    )


def _closed(status: int, headers: Mapping[str, str], request: Request) -> HubError:
    code, words = headers.get("x-error-code", ""), headers.get("x-error-message", "")
    if not request.is_hub:
        return _fault(
            request,
            (
                "{server} does not show {subject} without a login (HTTP {status}).",
                "Fetch the file with a browser, logged in.",
            ),
            status=status,
        )
    if words.startswith(_REFUSED_LOGIN):
        return _fault(
            request,
            (
                "{server} does not accept your access token.",
                "Make a new one on https://huggingface.co/settings/tokens and put it into HF_TOKEN, or log in again.",
            ),
            is_fatal=True,
        )
    if _DISABLED in words:
        return _fault(request, ("{server} has closed {subject} to everyone.", "Choose another model."))
    if status == 401 and code != "GatedRepo":
        return _fault(
            request,
            (
                "{server} shows {subject} only after a login, if it exists at all (HTTP 401).",
                "If you have access to it, set HF_TOKEN or run “hf auth login”; else it may be gone or renamed.",
            ),
        )
    return _fault(
        request,
        (
            "{server} does not show {subject} to you: its owner asks for consent first (HTTP {status}).",
            "Accept the conditions on https://huggingface.co/{subject}, then set HF_TOKEN or run “hf auth login”.",
        ),
        status=status,
    )


def _retry_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Return when to ask again (UTC), from Retry-After (seconds or a date) or the Hub's RateLimit header."""
    after = headers.get("retry-after", "").strip()
    left = _LEFT_SECONDS.search(headers.get("ratelimit", ""))
    if after.isascii() and after.isdigit():
        seconds = float(after[:12])
    elif after:
        try:
            date = parsedate_to_datetime(after)
        except (TypeError, ValueError):
            return None
        seconds = (date.replace(tzinfo=date.tzinfo or timezone.utc) - now).total_seconds()
    elif left:
        seconds = float(left[1])
    else:
        return None
    return now + timedelta(seconds=min(max(seconds, 0), _LONGEST_WAIT_S))


def _when(moment: datetime, now: datetime) -> str:
    """Return a moment as the user's clock will show it."""
    seconds = (moment - now).total_seconds()
    local, today = moment.astimezone(), now.astimezone().date()
    clock = f"{local:%H:%M:%S}" if local.date() == today else f"{local:%Y-%m-%d %H:%M}"
    if seconds < 120:
        return f"at {clock} (in {seconds:.0f} s)"
    return f"at {clock} (in {seconds / 60:.0f} min)"
