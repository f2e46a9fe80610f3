"""What is known of the Wan2GP at hand: its version, how it works where versions differ, and what is not sure.

A pure function of the snapshot. The version is shown and compared with those that were verified; what is done
follows from what the host offers alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .abilities import SharedFiles

if TYPE_CHECKING:
    from ..host import HostSnapshot
    from .abilities import Abilities

VERIFIED = ("9.9", "10.56", "12.23", "12.60")
"""Versions against whose real downloads the rules were checked."""


@dataclass(frozen=True, slots=True)
class Compatibility:
    """What is known of one Wan2GP.

    Attributes:
        version: As it calls itself; None: it does not.
        is_verified: Whether the rules were checked against this version's downloads.
        abilities: Name → how this Wan2GP does it, in words.
        doubts: What is not sure; while there is any, no model is called downloaded.
    """

    version: str | None
    is_verified: bool
    abilities: tuple[tuple[str, str], ...]
    doubts: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The whole as sentences."""
        name = f"Wan2GP {self.version}" if self.version else "A Wan2GP of unknown version"
        known = "verified" if self.is_verified else "not verified: what it offers decides how it is read"
        told = [f"{ability}: {words}." for ability, words in self.abilities]
        return (f"{name}: {known}.", *told, *self.doubts)


def compatibility(host: HostSnapshot) -> Compatibility:
    """Return what is known of the Wan2GP of a snapshot."""
    gone = {name.name for name in host.missing}
    return Compatibility(
        version=host.version,
        is_verified=host.version in VERIFIED,
        abilities=described(host.abilities, gone),
        doubts=tuple(str(problem) for problem in host.doubts),
    )


def described(how: Abilities, gone: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return abilities by name, in words.

    Args:
        how: The abilities.
        gone: Names that are not there.
    """
    return (
        *_fetching(how),
        ("Choice among alternatives", _choice(how, asked="get_model_filename" not in gone)),
        ("Config choices in the form", "offered" if how.configs else "this Wan2GP has none"),
        ("“Use this model”", _use(gone)),
    )


def _fetching(how: Abilities) -> tuple[tuple[str, str], ...]:
    source = f" (that of {how.table.source})" if how.shared is SharedFiles.TABLE and how.table else ""
    changed = "changed by handlers before use" if how.runtime_definitions else "used as they are"
    return (
        ("Files fetched with every model", how.shared.value + source),
        ("Text encoder", how.text_encoder.value),
        ("Checkpoint folder for new files", how.new_files.value),
        ("“|folder” behind an address", how.bar.value),
        ("“|folder” behind the address of a LoRA", how.lora_bar.value),
        ("Definitions", changed),
    )


def _choice(how: Abilities, *, asked: bool) -> str:
    by = "Wan2GP's own function is asked" if asked else "by the known rule"
    return f"{by}; {how.choice.value}"


def _use(gone: Collection[str]) -> str:
    return "written into the selector itself" if "switch_to_model" in gone else "by Wan2GP's own function"
