"""Which of several alternative files Wan2GP takes, and why.

`URLs`, `URLs2`, `text_encoder_URLs` and each module list name alternatives of one thing: the same weights
in several formats. One of them is used.
"""

from __future__ import annotations

import os.path
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

QuantTokens = dict[str, tuple[str, ...]]
DEFAULT_TOKENS: QuantTokens = {"int8": ("int8",), "fp8": ("fp8",)}
"""What mmgp's quant router answers from 3.7.2 on: quantization → tokens looked for in file names."""

_FALLBACK = {"int8": "fp8", "fp8": "int8"}


class ChoiceKind(Enum):
    """Why this entry of the list was taken."""

    ONLY = "only"  # the list has one entry
    FIRST = "first"  # no quantization was asked for: the first entry
    ASKED = "asked"  # its name holds the quantization that was asked for
    FALLBACK = "stands-in"  # none of the asked quantization; its sister's (int8 for fp8, fp8 for int8)
    DTYPE_WON = "dtype-won"  # the asked quantization exists, but only the sister's file has the right dtype
    NO_MATCH = "fallback"  # nothing matches: the first entry, silently
    UNQUANTIZED = (
        "unquantized"  # the first whose name lacks "quanto" (hosts up to 9.91, which ask for bf16 so)
    )
    SAVING = "saving"  # --save-quantized: taken as if no quantization were set
    HOST = "host"  # the host's own function took another one than the known rule


@dataclass(frozen=True, slots=True)
class Choice:
    """The entry that the host takes from a list of alternatives.

    Attributes:
        entry: The list's entry as it is written: a URL (perhaps with `|folder`) or a local name.
        kind: Why this one.
        asked: The quantization in force: "int8", "fp8", "bf16" or "".
        dtype: The dtype preferred among matches: "bf16" or "fp16".
        among: How many entries the list has.
    """

    entry: str
    kind: ChoiceKind
    asked: str
    dtype: str
    among: int


def choose(
    entries: Sequence[str], quantization: str, dtype: str, tokens: QuantTokens = DEFAULT_TOKENS
) -> Choice | None:
    """Return the entry that Wan2GP (10.56 and later) takes, or None for an empty list.

    Names are compared in lower case for the quantization, and as they are for the dtype ("bf16" or "BF16").
    Matches of the asked quantization and of its stand-in form one list, so that a stand-in of the right
    dtype beats a match of the wrong one.
    """

    def choice(entry: str, kind: ChoiceKind) -> Choice:
        return Choice(entry, kind, quantization, dtype, len(entries))

    if not entries:
        return None
    if len(entries) == 1:
        return choice(entries[0], ChoiceKind.ONLY)
    counterpart = _FALLBACK.get(quantization)
    if counterpart is None:
        kind = ChoiceKind.FIRST if quantization in ("", "bf16") else ChoiceKind.NO_MATCH
        return choice(entries[0], kind)

    def having(tokens_sought: Sequence[str]) -> list[str]:
        return [
            entry for word in tokens_sought for entry in entries if word in os.path.basename(entry).lower()
        ]

    exact, fallbacks = having(tokens.get(quantization, ())), having(tokens.get(counterpart, ()))
    matches = exact + fallbacks
    if not matches:
        return choice(entries[0], ChoiceKind.NO_MATCH)
    entry_taken = next((entry for entry in matches if dtype_in_name(entry, dtype)), matches[0])
    if entry_taken in exact:
        return choice(entry_taken, ChoiceKind.ASKED)
    return choice(entry_taken, ChoiceKind.DTYPE_WON if exact else ChoiceKind.FALLBACK)


def choose_exact(entries: Sequence[str], quantization: str, dtype: str) -> Choice | None:
    """Return the entry that Wan2GP up to 9.91 takes, or None for an empty list.

    "int8" and "fp8" are looked for as they are, in lower or in upper case, and do not stand in for each other;
    anything else takes what is not called "quanto". Among matches the right dtype is preferred.
    """
    if not entries:
        return None
    names = {entry: os.path.basename(entry) for entry in entries}
    token = quantization if quantization in _FALLBACK else ""
    matches = [
        entry
        for entry, name in names.items()
        if (token in name or token.upper() in name if token else "quanto" not in name)
    ]
    entry_taken = next((entry for entry in matches if dtype_in_name(entry, dtype)), (matches or entries)[0])
    if len(entries) == 1:
        entry_taken, kind = entries[0], ChoiceKind.ONLY
    elif not matches:
        kind = ChoiceKind.NO_MATCH
    else:
        kind = ChoiceKind.ASKED if token else ChoiceKind.UNQUANTIZED
    return Choice(entry_taken, kind, quantization, dtype, len(entries))


def dtype_in_name(entry: str, dtype: str) -> bool:
    """Return whether the file's name holds "bf16" or "BF16" (the same for fp16), as the host looks for it."""
    name = os.path.basename(entry)
    return dtype in name or dtype.upper() in name


Rule = Callable[[Sequence[str], str, str], "Choice | None"]
"""Takes entries, the quantization asked for and the dtype: `choose` or `choose_exact`."""


def choose_as_host(
    entries: Sequence[str],
    quantization: str,
    dtype: str,
    host_function: Callable[[], str],
    rule: Rule = choose,
) -> Choice | None:
    """Return what the host's own function takes, explained by the known rule where the two agree."""
    expected = rule(entries, quantization, dtype)
    entry_taken = host_function()
    if expected is None or not entry_taken:
        return (
            None
            if not entry_taken
            else Choice(entry_taken, ChoiceKind.HOST, quantization, dtype, len(entries))
        )
    if entry_taken == expected.entry:
        return expected
    return Choice(entry_taken, ChoiceKind.HOST, quantization, dtype, len(entries))


def module_dtype(policy_dtype: str, main: Choice | None) -> str:
    """Return the dtype with which modules are chosen: a quanto main file's own dtype overrides the policy."""
    if main is None or "quanto" not in main.entry:
        return policy_dtype
    if "fp16" in main.entry or "FP16" in main.entry:
        return "fp16"
    return "bf16" if "bf16" in main.entry or "BF16" in main.entry else policy_dtype
