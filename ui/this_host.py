"""This Wan2GP: how the plugin reads it, what it lacks and what that costs, and what is not sure."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from ..inventory import wording
from ..inventory.compatibility import VERIFIED, Ability, Compatibility, Finding

if TYPE_CHECKING:
    from ..inventory.inventory import Inventory

_MARKS = {
    Finding.FOUND: ("✓", "mt-ready"),
    Finding.MISSING: ("✗", "mt-partial"),
    Finding.DOUBTED: ("⚠", "mt-missing"),
}
_NOT_LOOKED = "not looked at yet"


def headline(inventory: Inventory) -> str:
    """Return the section's label: "This Wan2GP: 12.60, verified"."""
    known = inventory.compatibility
    return f"This Wan2GP: {known.verdict if known else _NOT_LOOKED}"


def compatibility_html(inventory: Inventory) -> str:
    """Return what is known of the Wan2GP that a scan belongs to, as escaped HTML."""
    known = inventory.compatibility
    if known is None:
        return f"<p>{_NOT_LOOKED.capitalize()}.</p>"
    return (
        f"<p>{escape(_verified(known))}</p>"
        f"{_doubts(known)}"
        f"<h3>Settings in force</h3>{_settings(inventory)}"
        f"<h3>Checkpoint folders, searched in this order</h3>{_list('ol', inventory.roots)}"
        f"{_section('Problems with folders', map(str, inventory.problems))}"
        f"<h3>What versions do in different ways</h3>{_abilities(known.abilities)}"
        f"{_missing_names(inventory)}"
    )


def _settings(inventory: Inventory) -> str:
    facts = wording.settings(inventory.settings)
    return f"<dl>{''.join(f'<dt>{escape(name)}</dt><dd>{escape(value)}</dd>' for name, value in facts)}</dl>"


def _verified(known: Compatibility) -> str:
    name = f"Wan2GP {known.version}" if known.version else "This Wan2GP does not tell its version. It"
    if known.is_verified:
        return f"{name} is verified: this plugin's rules were compared with what it really downloads."
    *first, last = VERIFIED
    verified = f"{', '.join(first)} and {last}"
    sure = "" if known.doubts else " All that decides downloads was found."
    return (
        f"{name} is not verified: nobody has compared this plugin's rules with what it really downloads. "
        f"Verified are {verified}. How it is read follows from what it offers, not from its number.{sure}"
    )


def _doubts(known: Compatibility) -> str:
    """Return what is not sure, and what that means; nothing where all is sure."""
    if not known.doubts:
        return ""
    items = "".join(f"<li><b>{escape(doubt)}</b></li>" for doubt in known.doubts)
    return (
        f'<h3 class="mt-missing">⚠ What is not sure</h3><ul>{items}</ul>'
        "<p>While anything here is not sure, no model is called downloaded: one whose files are all on disk "
        "is shown as partial, and “To fetch” says “not sure”.</p>"
    )


def _abilities(abilities: Iterable[Ability]) -> str:
    rows = "".join(map(_ability, abilities))
    return _table(("What", "Here", "How", "What that costs"), rows)


def _ability(ability: Ability) -> str:
    mark, css_class = _MARKS[ability.finding]
    return (
        f'<tr><th scope="row">{escape(ability.name)}</th>'
        f'<td class="{css_class}">{mark} {escape(ability.finding.value)}</td>'
        f"<td>{escape(ability.words)}</td><td>{escape(ability.cost or 'nothing')}</td></tr>"
    )


def _missing_names(inventory: Inventory) -> str:
    if not inventory.missing_names:
        return "<p>Every name of Wan2GP's that this plugin uses was found.</p>"
    rows = "".join(
        f'<tr><th scope="row"><code>{escape(name.name)}</code></th><td>{escape(name.lost)}</td></tr>'
        for name in inventory.missing_names
    )
    number = wording.count(len(inventory.missing_names), "name")
    return f"<h3>{number} not found in this Wan2GP</h3>{_table(('Name', 'Without it'), rows)}"


def _table(headings: Iterable[str], rows: str) -> str:
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _section(heading: str, lines: Iterable[str]) -> str:
    items = _list("ul", lines)
    return f"<h3>{heading}</h3>{items}" if items else ""


def _list(tag: str, lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<{tag}>{items}</{tag}>" if items else ""
