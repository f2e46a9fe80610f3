"""What goes wrong when a server is asked, as a sentence with its remedy.

Errors are told by their classes, those of requests and huggingface_hub, which are imported only when one has come.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

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


def hub_error(error: BaseException, request: Request) -> HubError:
    """Return what an error from requests or huggingface_hub means for the user."""
    if isinstance(error, HubError):
        return error
    import requests  # noqa: PLC0415 - heavy, and at hand where it has raised something

    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, requests.HTTPError) and cause.response is not None:
            return _refusal(cause.response.status_code, cause.response.headers, request)
    return _no_connection(causes, request) or _no_answer(causes, request)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and all that it was made from: causes, contexts, and errors packed into errors."""
    waiting, seen = [error], set[int]()
    while waiting:
        cause = waiting.pop(0)
        if id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            inner = (cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args)
            waiting += [packed for packed in inner if isinstance(packed, BaseException)]


def _no_connection(  # noqa: PLR0911 - one for each cause
    causes: list[BaseException], request: Request
) -> HubError | None:
    """Return why nothing could be asked; None where it was."""
    import requests  # noqa: PLC0415 - as above
    from huggingface_hub.errors import HFValidationError, OfflineModeIsEnabled  # noqa: PLC0415 - as above
    from urllib3.exceptions import NewConnectionError  # noqa: PLC0415 - as above

    def has(*classes: type[BaseException]) -> bool:
        return any(isinstance(cause, classes) for cause in causes)

    server = request.server
    if has(OfflineModeIsEnabled):
        return HubError(
            "The offline mode of huggingface_hub is switched on.",
            "Unset HF_HUB_OFFLINE and TRANSFORMERS_OFFLINE.",
            is_fatal=True,
        )
    if has(HFValidationError):
        message = f"“{request.subject}” cannot be a repository's name."
        return HubError(message, "Correct the model's definition.")
    if has(ssl.SSLCertVerificationError):
        details = [
            cause.verify_message for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)
        ]
        detail = f" ({details[0]})" if details[0] else ""
        return HubError(
            f"The certificate of {server} is not accepted{detail}.",
            "Check this computer's clock; behind a proxy or virus scanner, name its certificate in REQUESTS_CA_BUNDLE.",
            is_fatal=True,
        )
    if has(requests.exceptions.SSLError, ssl.SSLError):
        return HubError(
            f"No safe connection to {server} could be made.",
            "A proxy, a virus scanner or a login page of the network may stand in between.",
            is_fatal=True,
        )
    if has(requests.exceptions.ProxyError):
        remedy = "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
        return HubError(f"The proxy does not lead to {server}.", remedy, is_fatal=True)
    if has(requests.ConnectTimeout, NewConnectionError):
        endpoint = " and the address in HF_ENDPOINT, if it is set" if request.is_hub else ""
        late = f": no connection within {request.timeout_s:g} seconds" if has(requests.ConnectTimeout) else ""
        remedy = f"Check the network connection{endpoint}, then try again."
        return HubError(f"{server} cannot be reached{late}.", remedy, is_fatal=True)
    if has(
        requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema
    ):
        return HubError(
            f"“{server}” cannot be asked: the address or that of a proxy is not one of http or https.",
            f"Correct {'HF_ENDPOINT' if request.is_hub else 'the model definition'} or HTTPS_PROXY.",
            is_fatal=True,
        )
    if has(requests.exceptions.InvalidHeader, UnicodeEncodeError):
        message = f"The access token for {server} holds characters that cannot be sent."
        return HubError(message, "Correct HF_TOKEN, or log in again.", is_fatal=True)
    return None


def _no_answer(causes: list[BaseException], request: Request) -> HubError:
    """Return what was wrong with the answer."""
    import requests  # noqa: PLC0415 - as above
    from urllib3.exceptions import ReadTimeoutError  # noqa: PLC0415 - as above

    def has(*classes: type[BaseException]) -> bool:
        return any(isinstance(cause, classes) for cause in causes)

    server, subject = request.server, request.subject
    mirror = " or, if HF_ENDPOINT names a mirror, unset it" if request.is_hub else ""
    if has(requests.Timeout, ReadTimeoutError):
        return HubError(
            f"{server} timed out: nothing came for {request.timeout_s:g} seconds when asked about {subject}.",
            "Try again later.",
        )
    if has(requests.TooManyRedirects):
        return HubError(f"{server} sends the question about {subject} in a circle.", "Try again later.")
    if has(requests.exceptions.ChunkedEncodingError, ConnectionError, requests.ConnectionError):
        return HubError(f"The connection to {server} was cut before all was told of {subject}.", "Try again.")
    if has(requests.JSONDecodeError):
        return HubError(
            f"{server} answered about {subject} with something that is not JSON.",
            f"A login page of the network or a proxy may stand in between: open the address in a browser{mirror}.",
        )
    if has(LookupError, TypeError, ValueError, AttributeError):
        return HubError(
            f"{server} answered about {subject} in an unexpected form.",
            f"Try again later{mirror}, or look for an update of this plugin.",
        )
    message = " ".join(str(causes[0]).split())[:200]
    return HubError(f"{server} could not be asked ({type(causes[0]).__name__}: {message}).", "Try again.")


def _refusal(status: int, headers: Mapping[str, str], request: Request) -> HubError:
    """Return what an HTTP status of 400 and more means.

    Args:
        status: The status.
        headers: The headers, whatever the case of their names.
        request: What was asked.
    """
    server, subject = request.server, request.subject
    retry_at = _retry_at(headers, request.asked_at)
    if status == 429:
        when = _when(retry_at, request.asked_at) if retry_at else "in some minutes"
        token = "; with a token in HF_TOKEN the Hub allows more" if request.is_hub else ""
        return HubError(
            f"{server} was asked too often: the rest was left out.",
            f"Ask again {when}{token}.",
            is_fatal=True,
            retry_at=retry_at,
        )
    if status == 404:
        message = f"{subject} does not exist on {server}: gone or renamed."
        return HubError(message, "Update Wan2GP, or correct the model's definition.")
    if status in {401, 403}:
        return _closed(status, headers, request)
    if status >= 500:
        when = _when(retry_at, request.asked_at) if retry_at else "later"
        return HubError(f"{server}: server error ({status}).", f"Try again {when}.", retry_at=retry_at)
    return HubError(f"{server} refuses to tell about {subject} (HTTP {status}).", "Try again later.")


def _closed(status: int, headers: Mapping[str, str], request: Request) -> HubError:
    server, subject = request.server, request.subject
    code, reason = headers.get("x-error-code", ""), headers.get("x-error-message", "")
    if not request.is_hub:
        message = f"{server} does not show {subject} without a login (HTTP {status})."
        return HubError(message, "Download the file with a browser, logged in.")
    if reason.startswith(_REFUSED_LOGIN):
        return HubError(
            f"{server} does not accept your access token.",
            "Make a new one on https://huggingface.co/settings/tokens and put it into HF_TOKEN, or log in again.",
            is_fatal=True,
        )
    if _DISABLED in reason:
        return HubError(f"{server} has closed {subject} to everyone.", "Choose another model.")
    if status == 401 and code != "GatedRepo":
        return HubError(
            f"{server} shows {subject} only after a login, if it exists at all (HTTP 401).",
            "If you have access to it, set HF_TOKEN or run “hf auth login”; else it may be gone or renamed.",
        )
    return HubError(
        f"{server} does not show {subject} to you: its owner asks for consent first (HTTP {status}).",
        f"Accept the conditions on https://huggingface.co/{subject}, then set HF_TOKEN or run “hf auth login”.",
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
