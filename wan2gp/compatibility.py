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
from .capabilities import ChoiceRule, NewFiles, PipeSuffix, SharedFiles, TextEncoder

if TYPE_CHECKING:
    from .capabilities import Capabilities
    from .snapshot import HostSnapshot

VERIFIED = ("9.9", "10.56", "11.13", "12.23", "12.34", "12.60")
"""Versions against whose real downloads the rules were checked."""


_SHARED_FILES = {
    SharedFiles.ASKED: texts.SHARED_ASKED,
    SharedFiles.TABLE: texts.SHARED_TABLE,
    SharedFiles.ON_USE: texts.SHARED_ON_USE,
    SharedFiles.UNKNOWN: texts.SHARED_UNKNOWN,
}
_TEXT_ENCODER = {
    TextEncoder.LAST: texts.ENCODER_LAST,
    TextEncoder.WITH_TRANSFORMER: texts.ENCODER_WITH_TRANSFORMER,
}
_NEW_FILES = {
    NewFiles.FIRST_WITH_FOLDER: texts.FIRST_WITH_FOLDER,
    NewFiles.FIRST: texts.ALWAYS_FIRST,
}
_PIPE_SUFFIX = {PipeSuffix.FOLDER: texts.BAR_FOLDER, PipeSuffix.KEPT: texts.BAR_KEPT}
_CHOICE = {ChoiceRule.FALLBACKS: texts.STAND_INS, ChoiceRule.EXACT: texts.NO_STAND_INS}


class Finding(Enum):
    """Whether this Wan2GP has something."""

    FOUND = "found"
    MISSING = "missing"  # another way is taken instead, or the plugin does without
    DOUBTED = "doubted"  # and so is every model's status


@dataclass(frozen=True, slots=True)
class Capability:
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
        capabilities: How this Wan2GP does what versions do in different ways.
        uncertainties: What is not sure; while there is any, no model is called downloaded.
    """

    version: str | None
    is_verified: bool
    capabilities: tuple[Capability, ...]
    uncertainties: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """The whole in a few words: "12.60, verified", "12.99, not verified: 2 things are not sure"."""
        form = texts.VERIFIED if self.is_verified else texts.NOT_VERIFIED
        verdict = form.format(version=self.version or texts.VERSION_NOT_KNOWN)
        return (
            counted(len(self.uncertainties), texts.UNSURE, verdict=verdict) if self.uncertainties else verdict
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """The whole as sentences."""
        name = texts.NAMED.format(version=self.version) if self.version else texts.UNNAMED
        form = texts.LINE_VERIFIED if self.is_verified else texts.LINE_NOT_VERIFIED
        told = [
            texts.ABILITY.format(name=capability.name, words=capability.words)
            for capability in self.capabilities
        ]
        return (form.format(name=name), *told, *self.uncertainties)


def compatibility(host: HostSnapshot) -> Compatibility:
    """Return what is known of the Wan2GP of a snapshot."""
    gone = {name.name for name in host.missing}
    return Compatibility(
        version=host.version,
        is_verified=host.version in VERIFIED,
        capabilities=capabilities_of(host.capabilities, gone),
        uncertainties=tuple(str(problem) for problem in host.uncertainties),
    )


def described(how: Capabilities, gone: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return abilities by name, in words; see `capabilities_of`."""
    return tuple((capability.name, capability.words) for capability in capabilities_of(how, gone))


def capabilities_of(how: Capabilities, gone: Collection[str]) -> tuple[Capability, ...]:
    """Return how a Wan2GP does what versions do in different ways.

    Args:
        how: The abilities.
        gone: Names that are not there.
    """
    changed = texts.CHANGED_BY_HANDLERS if how.runtime_definitions else texts.USED_AS_THEY_ARE
    return (
        _shared_files(how),
        Capability(texts.TEXT_ENCODER, _TEXT_ENCODER[how.text_encoder]),
        Capability(texts.NEW_FILES, _NEW_FILES[how.new_files]),
        _pipe_suffix(texts.BAR, how.pipe_suffix),
        _pipe_suffix(texts.LORA_BAR, how.lora_pipe_suffix),
        Capability(texts.DEFINITIONS, changed),
        _choice(how, asked="get_model_filename" not in gone),
        _configs(how),
        _use(gone),
    )


def shared_files_words(how: Capabilities) -> str:
    """Return where the files that every model needs are named."""
    if how.shared is SharedFiles.TABLE and how.table:
        return texts.SHARED_TABLE_OF.format(source=how.table.source)
    return _SHARED_FILES[how.shared]


def _shared_files(how: Capabilities) -> Capability:
    told = shared_files_words(how)
    finding, cost = {
        SharedFiles.ASKED: (Finding.FOUND, ""),
        SharedFiles.TABLE: (Finding.MISSING, texts.SHARED_TABLE_COSTS),
        SharedFiles.ON_USE: (Finding.FOUND, texts.SHARED_ON_USE_COSTS),
        SharedFiles.UNKNOWN: (Finding.DOUBTED, texts.SHARED_UNKNOWN_COSTS),
    }[how.shared]
    return Capability(texts.SHARED_FILES, told, finding, cost)


def _pipe_suffix(name: str, pipe_suffix: PipeSuffix) -> Capability:
    if pipe_suffix is PipeSuffix.FOLDER:
        return Capability(name, _PIPE_SUFFIX[pipe_suffix])
    return Capability(name, _PIPE_SUFFIX[pipe_suffix], Finding.MISSING, texts.BAR_COSTS)


def _choice(how: Capabilities, *, asked: bool) -> Capability:
    if asked:
        return Capability(texts.CHOICE, texts.CHOICE_ASKED.format(rule=_CHOICE[how.choice]))
    told = texts.CHOICE_BY_RULE.format(rule=_CHOICE[how.choice])
    return Capability(texts.CHOICE, told, Finding.MISSING, texts.CHOICE_COSTS)


def _configs(how: Capabilities) -> Capability:
    if how.configs:
        return Capability(texts.CONFIGS, texts.CONFIGS_OFFERED)
    return Capability(texts.CONFIGS, texts.CONFIGS_NONE, Finding.MISSING, texts.CONFIGS_COST)


def _use(gone: Collection[str]) -> Capability:
    if "switch_to_model" not in gone:
        return Capability(texts.USE, texts.USE_BY_FUNCTION)
    return Capability(texts.USE, texts.USE_BY_SELECTOR, Finding.MISSING, texts.USE_COSTS)
