"""What is known of the Wan2GP at hand: its version, how it works where versions differ, and what is not sure.

A pure function of the snapshot. The version is shown and compared with those that were verified; what is done
follows from what the host offers alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from ..phrases import counted
from .capabilities import ChoiceRule, NewFiles, PipeSuffix, SharedFiles, TextEncoder
from .names import HOST_NAMES, HostName

if TYPE_CHECKING:
    from .capabilities import Capabilities
    from .snapshot import HostSnapshot

VERIFIED = ("9.9", "10.56", "11.13", "12.23", "12.34", "12.60")
"""Versions against whose real downloads the rules were checked."""


_SHARED_FILES = {
    SharedFiles.ASKED: "Wan2GP's own functions name them",
    SharedFiles.TABLE: "they are fixed in this version; this plugin has a table of them",
    SharedFiles.ON_USE: "each is downloaded when it is first used, none with every model",
    SharedFiles.UNKNOWN: "not sure which files are downloaded with every model",
}
_TEXT_ENCODER = {
    TextEncoder.LAST: "downloaded last, into its own folder",
    TextEncoder.WITH_TRANSFORMER: "named by the model's handler; a definition's own is downloaded too",
}
_NEW_FILES = {
    NewFiles.FIRST_WITH_FOLDER: "the first that has the sub-folder already",
    NewFiles.FIRST: "always the first",
}
_PIPE_SUFFIX = {
    PipeSuffix.FOLDER: "understood",
    PipeSuffix.KEPT: "not understood: the bar stays in the file's name",
}
_CHOICE = {
    ChoiceRule.FALLBACKS: "int8 and fp8 stand in for each other",
    ChoiceRule.EXACT: "int8 and fp8 do not stand in for each other",
}


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
        host_capabilities: What `capabilities` says, as enumerations, for programs; None: not known.
    """

    version: str | None
    is_verified: bool
    capabilities: tuple[Capability, ...]
    uncertainties: tuple[str, ...]
    host_capabilities: Capabilities | None = None

    @property
    def verdict(self) -> str:
        """The whole in a few words: "12.60, verified", "12.99, not verified: 2 things are not sure"."""
        form = "{version}, verified" if self.is_verified else "{version}, not verified"
        verdict = form.format(version=self.version or "version not known")
        return (
            counted(
                len(self.uncertainties),
                ("{verdict}: {number} thing is not sure", "{verdict}: {number} things are not sure"),
                verdict=verdict,
            )
            if self.uncertainties
            else verdict
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """The whole as sentences."""
        name = f"Wan2GP {self.version}" if self.version else "A Wan2GP of unknown version"
        form = (
            "{name}: verified."
            if self.is_verified
            else "{name}: not verified: what it offers decides how it is read."
        )
        words = [f"{capability.name}: {capability.words}." for capability in self.capabilities]
        return (form.format(name=name), *words, *self.uncertainties)


def compatibility(host: HostSnapshot) -> Compatibility:
    """Return what is known of the Wan2GP of a snapshot."""
    missing = {name.name for name in host.missing}
    return Compatibility(
        version=host.version,
        is_verified=host.version in VERIFIED,
        capabilities=capabilities_of(host.capabilities, missing),
        uncertainties=tuple(str(problem) for problem in host.uncertainties),
        host_capabilities=host.capabilities,
    )


def described(host_capabilities: Capabilities, missing: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return abilities by name, in words; see `capabilities_of`."""
    return tuple(
        (capability.name, capability.words) for capability in capabilities_of(host_capabilities, missing)
    )


def capabilities_of(host_capabilities: Capabilities, missing: Collection[str]) -> tuple[Capability, ...]:
    """Return how a Wan2GP does what versions do in different ways.

    Args:
        host_capabilities: How this Wan2GP works.
        missing: Names that are not there.
    """
    changed = (
        "changed by handlers before use" if host_capabilities.runtime_definitions else "used as they are"
    )
    return (
        _shared_files(host_capabilities),
        Capability("Text encoder", _TEXT_ENCODER[host_capabilities.text_encoder]),
        Capability("Checkpoint folder for new files", _NEW_FILES[host_capabilities.new_files]),
        _pipe_suffix("“|folder” behind an address", host_capabilities.pipe_suffix),
        _pipe_suffix("“|folder” behind the address of a LoRA", host_capabilities.lora_pipe_suffix),
        Capability("Definitions", changed),
        _choice(host_capabilities, asked="get_model_filename" not in missing),
        _configs(host_capabilities),
        _use(missing),
    )


def shared_files_words(host_capabilities: Capabilities) -> str:
    """Return where the files that every model needs are named."""
    if host_capabilities.shared is SharedFiles.TABLE and host_capabilities.table:
        return f"they are fixed in this version; this plugin has a table of them (that of {host_capabilities.table.source})"
    return _SHARED_FILES[host_capabilities.shared]


def _shared_files(host_capabilities: Capabilities) -> Capability:
    words = shared_files_words(host_capabilities)
    finding, cost = {
        SharedFiles.ASKED: (Finding.FOUND, ""),
        SharedFiles.TABLE: (Finding.MISSING, "A list that differs from the table would not be noticed."),
        SharedFiles.ON_USE: (Finding.FOUND, "They are in no figure of what Generate would download."),
        SharedFiles.UNKNOWN: (Finding.DOUBTED, "Generate may download more than is shown."),
    }[host_capabilities.shared]
    return Capability("Files downloaded with every model", words, finding, cost)


def _pipe_suffix(name: str, pipe_suffix: PipeSuffix) -> Capability:
    if pipe_suffix is PipeSuffix.FOLDER:
        return Capability(name, _PIPE_SUFFIX[pipe_suffix])
    return Capability(
        name,
        _PIPE_SUFFIX[pipe_suffix],
        Finding.MISSING,
        "A definition for newer versions puts such a file under another name.",
    )


def _choice(host_capabilities: Capabilities, *, asked: bool) -> Capability:
    if asked:
        return Capability(
            "Choice among alternatives",
            f"Wan2GP's own function is asked; {_CHOICE[host_capabilities.choice]}",
        )
    words = f"by the known rule; {_CHOICE[host_capabilities.choice]}"
    return Capability(
        "Choice among alternatives",
        words,
        Finding.MISSING,
        "Another choice than that of the rule would not be noticed.",
    )


def _configs(host_capabilities: Capabilities) -> Capability:
    if host_capabilities.configs:
        return Capability("Config choices in the form", "offered")
    return Capability(
        "Config choices in the form",
        "this Wan2GP has none",
        Finding.MISSING,
        "The details show no config choices.",
    )


def _use(missing: Collection[str]) -> Capability:
    if "switch_to_model" not in missing:
        return Capability("“Use this model”", "by Wan2GP's own function")
    return Capability(
        "“Use this model”",
        "written into the selector itself",
        Finding.MISSING,
        "It is offered only where the selector takes it.",
    )


def missing_names(names: Mapping[str, Any], host_capabilities: Capabilities) -> tuple[HostName, ...]:
    """Return the names that are not there, each with what this means for this Wan2GP."""
    impacts = {"query_core_shared_model_files": shared_files_words(host_capabilities)}
    if not host_capabilities.configs:
        impacts["get_model_config_groups"] = "the form has no config choices"
    return tuple(
        replace(entry, impact=impacts.get(entry.name, entry.impact))
        for entry in HOST_NAMES
        if names.get(entry.name) is None
    )
