"""What is known of the Wan2GP at hand: its version, how it works where versions differ, and what is not sure.

A pure function of the snapshot. The version is shown and compared with those that were verified; what is done
follows from what the host offers alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from .abilities import Bar, SharedFiles

if TYPE_CHECKING:
    from ..host import HostSnapshot
    from .abilities import Abilities

VERIFIED = ("9.9", "10.56", "12.23", "12.60")
"""Versions against whose real downloads the rules were checked."""


class Finding(Enum):
    """Whether this Wan2GP has something; the value is shown to users."""

    FOUND = "found"
    MISSING = "missing"  # another way is taken instead, or the plugin does without
    DOUBTED = "not sure"  # and so is every model's status


@dataclass(frozen=True, slots=True)
class Ability:
    """One thing that versions of Wan2GP do in different ways.

    Attributes:
        name: What it is about.
        words: How this Wan2GP does it.
        finding: Whether it has it.
        cost: What that costs, a sentence; empty where nothing is lost.
    """

    name: str
    words: str
    finding: Finding = Finding.FOUND
    cost: str = ""


@dataclass(frozen=True, slots=True)
class Compatibility:
    """What is known of one Wan2GP.

    Attributes:
        version: As it calls itself; None: it does not.
        is_verified: Whether the rules were checked against this version's downloads.
        abilities: How this Wan2GP does what versions do in different ways.
        doubts: What is not sure; while there is any, no model is called downloaded.
    """

    version: str | None
    is_verified: bool
    abilities: tuple[Ability, ...]
    doubts: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """The whole in a few words: "12.60, verified", "12.99, not verified: 2 things are not sure"."""
        known = "verified" if self.is_verified else "not verified"
        number = len(self.doubts)
        unsure = f": {number} {'thing is' if number == 1 else 'things are'} not sure" if number else ""
        return f"{self.version or 'version not known'}, {known}{unsure}"

    @property
    def lines(self) -> tuple[str, ...]:
        """The whole as sentences."""
        name = f"Wan2GP {self.version}" if self.version else "A Wan2GP of unknown version"
        known = "verified" if self.is_verified else "not verified: what it offers decides how it is read"
        told = [f"{ability.name}: {ability.words}." for ability in self.abilities]
        return (f"{name}: {known}.", *told, *self.doubts)


def compatibility(host: HostSnapshot) -> Compatibility:
    """Return what is known of the Wan2GP of a snapshot."""
    gone = {name.name for name in host.missing}
    return Compatibility(
        version=host.version,
        is_verified=host.version in VERIFIED,
        abilities=abilities_of(host.abilities, gone),
        doubts=tuple(str(problem) for problem in host.doubts),
    )


def described(how: Abilities, gone: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return abilities by name, in words; see `abilities_of`."""
    return tuple((ability.name, ability.words) for ability in abilities_of(how, gone))


def abilities_of(how: Abilities, gone: Collection[str]) -> tuple[Ability, ...]:
    """Return how a Wan2GP does what versions do in different ways.

    Args:
        how: The abilities.
        gone: Names that are not there.
    """
    changed = "changed by handlers before use" if how.runtime_definitions else "used as they are"
    return (
        _shared_files(how),
        Ability("Text encoder", how.text_encoder.value),
        Ability("Checkpoint folder for new files", how.new_files.value),
        _bar("“|folder” behind an address", how.bar),
        _bar("“|folder” behind the address of a LoRA", how.lora_bar),
        Ability("Definitions", changed),
        _choice(how, asked="get_model_filename" not in gone),
        _configs(how),
        _use(gone),
    )


def _shared_files(how: Abilities) -> Ability:
    source = f" (that of {how.table.source})" if how.shared is SharedFiles.TABLE and how.table else ""
    finding, cost = {
        SharedFiles.ASKED: (Finding.FOUND, ""),
        SharedFiles.TABLE: (Finding.MISSING, "A list that differs from the table would not be noticed."),
        SharedFiles.ON_USE: (Finding.FOUND, "They are in no figure of what Generate would fetch."),
        SharedFiles.UNKNOWN: (Finding.DOUBTED, "Generate may fetch more than is shown."),
    }[how.shared]
    return Ability("Files fetched with every model", how.shared.value + source, finding, cost)


def _bar(name: str, bar: Bar) -> Ability:
    if bar is Bar.FOLDER:
        return Ability(name, bar.value)
    cost = "A definition for newer versions puts such a file under another name."
    return Ability(name, bar.value, Finding.MISSING, cost)


def _choice(how: Abilities, *, asked: bool) -> Ability:
    name = "Choice among alternatives"
    if asked:
        return Ability(name, f"Wan2GP's own function is asked; {how.choice.value}")
    cost = "Another choice than that of the rule would not be noticed."
    return Ability(name, f"by the known rule; {how.choice.value}", Finding.MISSING, cost)


def _configs(how: Abilities) -> Ability:
    name = "Config choices in the form"
    if how.configs:
        return Ability(name, "offered")
    return Ability(name, "this Wan2GP has none", Finding.MISSING, "The details show no config choices.")


def _use(gone: Collection[str]) -> Ability:
    name = "“Use this model”"
    if "switch_to_model" not in gone:
        return Ability(name, "by Wan2GP's own function")
    cost = "It is offered only where the selector takes it."
    return Ability(name, "written into the selector itself", Finding.MISSING, cost)
