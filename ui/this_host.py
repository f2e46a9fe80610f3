"""This Wan2GP: how the plugin reads it, what it lacks and what that costs, and what is not sure."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from ..catalog import labels
from ..phrases import counted, listed
from ..wan2gp.compatibility import VERIFIED, Capability, Compatibility, Finding

if TYPE_CHECKING:
    from ..inventory.models import Inventory

_SETTINGS = "Settings in force"
_ROOTS = "Checkpoint folders, searched in this order"
_DIFFERENT_WAYS = "What versions do in different ways"
_NOT_SURE = "⚠ What is not sure"
_DOUBT_MEANS = "While anything here is not sure, no model is called downloaded: one whose files are all on disk is shown as partial, and “To fetch” says “not sure”."
_NOTHING_YET = "Not looked at yet."
_PROBLEMS = "Problems with folders"
_ALL_NAMES_FOUND = "Every name of Wan2GP's that this plugin uses was found."
_NO_COST = "nothing"
_NAME = "Name"
_WITHOUT_IT = "Without it"


_FINDINGS = {Finding.FOUND: "found", Finding.MISSING: "missing", Finding.DOUBTED: "not sure"}
_MARKS = {
    Finding.FOUND: ("✓", "mt-ready"),
    Finding.MISSING: ("✗", "mt-partial"),
    Finding.DOUBTED: ("⚠", "mt-missing"),
}


def headline(inventory: Inventory) -> str:
    """Return the section's label: "This Wan2GP: 12.60, verified"."""
    known = inventory.compatibility
    return "This Wan2GP: {verdict}".format(verdict=known.verdict if known else "not looked at yet")


def compatibility_html(inventory: Inventory) -> str:
    """Return what is known of the Wan2GP that a scan belongs to, as escaped HTML."""
    known = inventory.compatibility
    if known is None:
        return f"<p>{_NOTHING_YET}</p>"
    return (
        f"<p>{escape(_verified(known))}</p>"
        f"{_doubts(known)}"
        f"<h3>{_SETTINGS}</h3>{_settings(inventory)}"
        f"<h3>{_ROOTS}</h3>{_list('ol', inventory.roots)}"
        f"{_section(_PROBLEMS, map(str, inventory.problems))}"
        f"<h3>{_DIFFERENT_WAYS}</h3>{_abilities(known.capabilities)}"
        f"{_missing_names(inventory)}"
    )


def _settings(inventory: Inventory) -> str:
    facts = labels.settings(inventory.settings)
    return f"<dl>{''.join(f'<dt>{escape(name)}</dt><dd>{escape(value)}</dd>' for name, value in facts)}</dl>"


def _verified(known: Compatibility) -> str:
    if known.is_verified:
        return f"Wan2GP {known.version} is verified: this plugin's rules were compared with what it really downloads."
    told = [
        f"Wan2GP {known.version} is not verified: nobody has compared this plugin's rules with what it really downloads."
        if known.version
        else "This Wan2GP does not tell its version. It is not verified: nobody has compared this plugin's rules with what it really downloads.",
        f"Verified are {listed(VERIFIED)}. How it is read follows from what it offers, not from its number.",
    ]
    return " ".join(told if known.uncertainties else [*told, "All that decides downloads was found."])


def _doubts(known: Compatibility) -> str:
    """Return what is not sure, and what that means; nothing where all is sure."""
    if not known.uncertainties:
        return ""
    items = "".join(f"<li><b>{escape(uncertainty)}</b></li>" for uncertainty in known.uncertainties)
    return f'<h3 class="mt-missing">{_NOT_SURE}</h3><ul>{items}</ul><p>{_DOUBT_MEANS}</p>'


def _abilities(capabilities: Iterable[Capability]) -> str:
    rows = "".join(map(_ability, capabilities))
    return _table(("What", "Here", "How", "What that costs"), rows)


def _ability(capability: Capability) -> str:
    mark, css_class = _MARKS[capability.finding]
    return (
        f'<tr><th scope="row">{escape(capability.name)}</th>'
        f'<td class="{css_class}">{mark} {_FINDINGS[capability.finding]}</td>'
        f"<td>{escape(capability.words)}</td><td>{escape(capability.cost or _NO_COST)}</td></tr>"
    )


def _missing_names(inventory: Inventory) -> str:
    if not inventory.missing_names:
        return f"<p>{_ALL_NAMES_FOUND}</p>"
    rows = "".join(
        f'<tr><th scope="row"><code>{escape(name.name)}</code></th><td>{escape(name.impact)}</td></tr>'
        for name in inventory.missing_names
    )
    heading = counted(
        len(inventory.missing_names),
        ("{number} name not found in this Wan2GP", "{number} names not found in this Wan2GP"),
    )
    return f"<h3>{heading}</h3>{_table((_NAME, _WITHOUT_IT), rows)}"


def _table(headings: Iterable[str], rows: str) -> str:
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _section(heading: str, lines: Iterable[str]) -> str:
    items = _list("ul", lines)
    return f"<h3>{heading}</h3>{items}" if items else ""


def _list(tag: str, lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<{tag}>{items}</{tag}>" if items else ""
