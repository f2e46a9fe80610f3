"""How large files are: on disk exactly, else what the Hub has told, else about, else not known.

"About" follows from the format in the file's name (bytes per parameter) and either the size of the same weights in
another format, or the architecture's parameter count. On the 161 transformer files of known size whose architecture
stores its weights in one file, the estimate from parameters is within 21 % for all and within 6 % for 19 of 20.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..performance.catalogue import load_catalogue
from ..performance.errors import UnknownNameError
from ..performance.quantization import quantization

if TYPE_CHECKING:
    from ..wan2gp.required_files import RequiredFile


class SizeOrigin(Enum):
    """Where a size comes from."""

    DISK = "disk"  # exact
    LAST_SEEN = "last_seen"  # on disk, in a folder that does not answer now
    KNOWN = "known"  # what the Hub has told
    ESTIMATED = "estimated"  # estimated
    SMALL = "small"  # not known, but a text of some MB at most; not counted
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Size:
    """A file's size.

    Attributes:
        bytes: None where it is not known.
        origin: Where it comes from.
    """

    bytes: int | None
    origin: SizeOrigin


UNKNOWN_SIZE = Size(None, SizeOrigin.UNKNOWN)
SMALL_SIZE = Size(None, SizeOrigin.SMALL)
_SMALL = (".json", ".txt", ".model", ".yaml", ".yml", ".jinja")


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of sizes.

    Attributes:
        bytes: Of the files whose size is known or estimated.
        unknown: How many files of weights are not counted, since their size is not known.
        is_estimated: Whether any of it is estimated.
    """

    bytes: int
    unknown: int
    is_estimated: bool


def total(sizes: Iterable[Size]) -> Total:
    """Return the sum of sizes."""
    listed = list(sizes)
    return Total(
        sum(size.bytes or 0 for size in listed),
        sum(size.origin is SizeOrigin.UNKNOWN for size in listed),
        any(size.origin is SizeOrigin.ESTIMATED for size in listed),
    )


def known_size(file: RequiredFile) -> Size:
    """Return what the table `known_sizes.json` says of a file that is not here."""
    size = None if file.url is None else _table().get(file.url)
    if size is not None:
        return Size(size, SizeOrigin.KNOWN)
    return SMALL_SIZE if file.name.lower().endswith(_SMALL) else UNKNOWN_SIZE


def estimated_size(
    file: RequiredFile, params_b: float | None, sibling: RequiredFile | None, sibling_size: Size | None
) -> Size:
    """Return about how large a file of weights is.

    Args:
        file: The file, of unknown size.
        params_b: Parameters in it, 10⁹, where they are known.
        sibling: The same weights in another format, of known size; None without any.
        sibling_size: Its size.
    """
    own = _bytes_per_parameter(file)
    if sibling is not None and sibling_size is not None and sibling_size.bytes is not None:
        return Size(round(sibling_size.bytes * own / _bytes_per_parameter(sibling)), SizeOrigin.ESTIMATED)
    return UNKNOWN_SIZE if params_b is None else Size(round(params_b * 1e9 * own), SizeOrigin.ESTIMATED)


def transformer_parameters_b(architecture: str) -> float | None:
    """Return the parameters, 10⁹, in one transformer file of an architecture; None where not known."""
    known = load_catalogue().architectures.get(architecture)
    return known.params_b if known else None


def text_encoder_parameters_b(architecture: str) -> float | None:
    """Return the parameters, 10⁹, in the text encoder of an architecture; None where not known."""
    known = load_catalogue().architectures.get(architecture)
    return known.text_encoder.params_b if known and known.text_encoder else None


def _bytes_per_parameter(file: RequiredFile) -> float:
    """Return bytes per parameter by the format in the name; a name without one stands for 16 bits."""
    try:
        return quantization(file.name).bytes_per_param
    except UnknownNameError:
        return 2.0


@cache
def _table() -> dict[str, int]:
    """Return address → bytes, from the repositories' listings in the table."""
    path = Path(__file__).with_name("known_sizes.json")
    document = json.loads(path.read_text(encoding="utf-8"))
    return {
        document["address"].format(repository=repository, file=name): size
        for repository, files in document["repositories"].items()
        for name, size in files.items()
    }
