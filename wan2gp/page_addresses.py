"""Addresses from which Wan2GP cannot get the file: pages copied from a browser, and names that no server has.

Wan2GP asks for an address as it is written, so what it gets follows from its form:

    https://huggingface.co/o/n/blob/main/x.safetensors                   the page about the file, saved as the file
    https://huggingface.co/o/n/resolve/main/x.safetensors?download=true  404: the end belongs to the name
    https://huggingface.co/o/n/resolve/main/My%20x.safetensors           404: "%" is encoded once more
    https://civitai.com/models/1                                         a page, saved as "1"
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from urllib.parse import quote, unquote

from .definitions import shown


class FaultKind(Enum):
    """What is wrong with an address."""

    PAGE = "page"  # Wan2GP would save a web page, or a pointer, under the file's name
    NOT_FOUND = "not_found"  # the server answers 404, at which Generate stops
    NAME = "name"  # the file would come, under a name that is not its own


@dataclass(frozen=True, slots=True)
class AddressFault:
    """Why an address does not bring the file.

    Attributes:
        kind: What is wrong.
        message: The same in a sentence.
        remedy: What to write in its place.
    """

    kind: FaultKind
    message: str
    remedy: str

    @property
    def stops(self) -> bool:
        """Whether Generate stops with an error when it asks for this address."""
        return self.kind is FaultKind.NOT_FOUND


_WWW = "www."
_HUB_HOSTS = frozenset({"huggingface.co", "hf.co"})
_HUB_FILE = re.compile(r"(/(?:datasets/|spaces/)?[^/]+/[^/]+)/(resolve|blob|raw)/(.+)")
_HUB_PAGE = re.compile(
    r"/(?:(?:datasets/|spaces/)?[^/]+/[^/]+(?:/(?:tree|discussions|commits?)(?:/.*)?)?|[^/]+)?/?"
)
_ASKED_BY_THE_HUB_CLIENT = re.compile(r"https://huggingface\.co/[^?#]*?/resolve/main/", re.DOTALL)
"""What Wan2GP hands to the Hub's client: repository and file name, which the client encodes."""
_PAGES_ALONE = frozenset({"drive.google.com", "docs.google.com", "mega.nz"})
_CIVITAI = frozenset({"civitai.com", "civitai.red", "civitai.green"})
_PAGE_HOSTS = {
    "github.com": re.compile(r"/[^/]+/[^/]+(?:/(?:blob|tree)/.*|/releases(?:/tag/.*)?)?/?", re.DOTALL),
    "modelscope.cn": re.compile(r"/models/[^/]+/[^/]+(?:/(?:files|summary|file/view/.*))?/?", re.DOTALL),
}
"""Servers → paths that are pages there."""
_COPY_THE_DOWNLOAD = "Use the address of the download itself, which ends in the file's name."
_BY_HAND = (
    "Download it in a browser, put it into a checkpoint folder, and write its name instead of the address."
)
_LONGEST = 2_000
"""Characters of an address that are looked at: servers take no longer ones."""


@lru_cache(maxsize=8192)
def address_fault(address: str) -> AddressFault | None:
    """Return why Wan2GP would not get the file from an address; None where nothing tells so.

    Args:
        address: As Wan2GP asks for it, without `|folder`.
    """
    scheme, mark, rest = address[:_LONGEST].partition("://")
    if not mark or scheme.lower() not in {"http", "https"}:
        return None
    server, _, below = rest.partition("/")
    server = server.rpartition("@")[2].partition(":")[0].lower().removeprefix(_WWW)
    path = "/" + re.split("[?#]", below, maxsplit=1)[0]
    if server in _HUB_HOSTS:
        return _on_the_hub(address, path)
    if server in _PAGES_ALONE or (server in _CIVITAI and not path.startswith("/api/download/")):
        return _page(address, _BY_HAND)
    if server in _CIVITAI:
        return _named(address)
    pages = _PAGE_HOSTS.get(server)
    if pages is not None and pages.fullmatch(path):
        return _page(address, _file_behind(server, path) or _COPY_THE_DOWNLOAD)
    return _by_its_name(address)


def _on_the_hub(address: str, path: str) -> AddressFault | None:
    file = _HUB_FILE.fullmatch(path)
    if file is None:
        return _page(address, _right_form("…/resolve/main/FILE")) if _HUB_PAGE.fullmatch(path) else None
    repository, form, name = file.groups()
    right = f"https://huggingface.co{repository}/resolve/{unquote(name)}"
    if form == "blob":
        return _page(address, _right_form(right))
    if form == "raw":
        message = f"This address gives a pointer to the file, not the file: {shown(address)}."
        return AddressFault(FaultKind.PAGE, message, _right_form(right))
    if not _ASKED_BY_THE_HUB_CLIENT.match(address):
        return _by_its_name(address)
    name_asked = _ASKED_BY_THE_HUB_CLIENT.sub("", address, count=1)
    if "?" not in name_asked and "#" not in name_asked and unquote(name_asked) == name_asked:
        return None
    part = "what follows the file's name" if unquote(name) == name else "“%” and what follows it"
    message = f"Hugging Face answers 404 to this address, as Wan2GP takes {part} for a part of the name: {shown(address)}."
    return AddressFault(FaultKind.NOT_FOUND, message, _right_form(right))


def _file_behind(server: str, path: str) -> str | None:
    """Return how to write the address of the file that a page is about, where that follows from the page's."""
    if server.endswith("github.com") and "/blob/" in path:
        return _right_form(f"https://github.com{path.replace('/blob/', '/raw/', 1)}")
    if server.endswith("modelscope.cn") and "/file/view/" in path:
        return _right_form(f"https://modelscope.cn{path.replace('/file/view/', '/resolve/', 1)}")
    return None


def _by_its_name(address: str) -> AddressFault | None:
    """Return that the file would be saved under a name that holds the query of its address."""
    return _named(address) if "?" in address.rpartition("/")[2] else None


def _named(address: str) -> AddressFault:
    name = address.rpartition("/")[2]
    message = f"Wan2GP would save this file as {shown(name)}, which is not its name: {shown(address)}."
    return AddressFault(FaultKind.NAME, message, _BY_HAND)


def _page(address: str, remedy: str) -> AddressFault:
    return AddressFault(FaultKind.PAGE, f"This address is a page, not a file: {shown(address)}.", remedy)


def _right_form(address: str) -> str:
    """Return the sentence that says what to write; quoted where it could be no address otherwise."""
    safe = address if address.isprintable() else quote(address, safe=":/…")
    return f"Write {safe if len(safe) <= 300 else safe[:299] + '…'} instead."
