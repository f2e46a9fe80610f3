"""Addresses of files: which are on the Hugging Face Hub, and whom a request goes to."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ..wan2gp.entry_paths import HUB

if TYPE_CHECKING:
    from .facts import FileKey

_MODEL_FILE = re.compile(r"/(?!datasets/|spaces/)([^/]+(?:/[^/]+)?)/resolve/main/(.+)")


@lru_cache(maxsize=8192)
def key_of(address: str) -> FileKey:
    """Return repository and path of a file on the Hub's main branch; "" and the address for any other."""
    if address.startswith((HUB + "/", HUB.replace("https", "http") + "/")):
        match = _MODEL_FILE.fullmatch(unquote(urlsplit(address).path))
        if match:
            return match[1], match[2]
    return "", address


def server_of(address: str) -> str:
    """Return whom a request goes to, without user name and password."""
    return (address.partition("//")[2].partition("/")[0] or address).rpartition("@")[2]


def without_secrets(address: str) -> str:
    """Return an address as it may be shown: a key or a password may be in it."""
    return re.sub(r"[?#].*|(?<=//)[^/@]*@", "", address)
