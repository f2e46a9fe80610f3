"""What is known of the Wan2GP at hand: its version, how it works where versions differ, and what is not sure.

A pure function of the snapshot. The version is shown and compared with those that were verified; what is done
follows from what the host offers alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ..texts import counted
from ..texts import host as texts
from .abilities import Bar, SharedFiles

if TYPE_CHECKING:
    from .abilities import Abilities
    from .snapshot import HostSnapshot

VERIFIED = ("9.9", "10.56", "11.13", "12.23", "12.34", "12.60")
"""Versions against whose real downloads the rules were checked."""


class Finding(Enum):
    """Whether this Wan2GP has something; the value is shown to users."""

    FOUND = texts.FOUND
    MISSING = texts.MISSING  # another way is taken instead, or the plugin does without
    DOUBTED = texts.DOUBTED  # and so is every model's status


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
        form = texts.VERIFIED if self.is_verified else texts.NOT_VERIFIED
        verdict = form.format(version=self.version or texts.VERSION_NOT_KNOWN)
        return counted(len(self.doubts), texts.UNSURE, verdict=verdict) if self.doubts else verdict

    @property
    def lines(self) -> tuple[str, ...]:
        """The whole as sentences."""
        name = texts.NAMED.format(version=self.version) if self.version else texts.UNNAMED
        form = texts.LINE_VERIFIED if self.is_verified else texts.LINE_NOT_VERIFIED
        told = [texts.ABILITY.format(name=ability.name, words=ability.words) for ability in self.abilities]
        return (form.format(name=name), *told, *self.doubts)


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
    changed = texts.CHANGED_BY_HANDLERS if how.runtime_definitions else texts.USED_AS_THEY_ARE
    return (
        _shared_files(how),
        Ability(texts.TEXT_ENCODER, how.text_encoder.value),
        Ability(texts.NEW_FILES, how.new_files.value),
        _bar(texts.BAR, how.bar),
        _bar(texts.LORA_BAR, how.lora_bar),
        Ability(texts.DEFINITIONS, changed),
        _choice(how, asked="get_model_filename" not in gone),
        _configs(how),
        _use(gone),
    )


def _shared_files(how: Abilities) -> Ability:
    told = how.shared.value
    if how.shared is SharedFiles.TABLE and how.table:
        told = texts.SHARED_TABLE_OF.format(source=how.table.source)
    finding, cost = {
        SharedFiles.ASKED: (Finding.FOUND, ""),
        SharedFiles.TABLE: (Finding.MISSING, texts.SHARED_TABLE_COSTS),
        SharedFiles.ON_USE: (Finding.FOUND, texts.SHARED_ON_USE_COSTS),
        SharedFiles.UNKNOWN: (Finding.DOUBTED, texts.SHARED_UNKNOWN_COSTS),
    }[how.shared]
    return Ability(texts.SHARED_FILES, told, finding, cost)


def _bar(name: str, bar: Bar) -> Ability:
    if bar is Bar.FOLDER:
        return Ability(name, bar.value)
    return Ability(name, bar.value, Finding.MISSING, texts.BAR_COSTS)


def _choice(how: Abilities, *, asked: bool) -> Ability:
    if asked:
        return Ability(texts.CHOICE, texts.CHOICE_ASKED.format(rule=how.choice.value))
    told = texts.CHOICE_BY_RULE.format(rule=how.choice.value)
    return Ability(texts.CHOICE, told, Finding.MISSING, texts.CHOICE_COSTS)


def _configs(how: Abilities) -> Ability:
    if how.configs:
        return Ability(texts.CONFIGS, texts.CONFIGS_OFFERED)
    return Ability(texts.CONFIGS, texts.CONFIGS_NONE, Finding.MISSING, texts.CONFIGS_COST)


def _use(gone: Collection[str]) -> Ability:
    if "switch_to_model" not in gone:
        return Ability(texts.USE, texts.USE_BY_FUNCTION)
    return Ability(texts.USE, texts.USE_BY_SELECTOR, Finding.MISSING, texts.USE_COSTS)
