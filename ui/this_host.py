"""This Wan2GP: how the plugin reads it, what it lacks and what that costs, and what is not sure."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from ..catalog import labels
from ..texts import counted, listed
from ..texts import this_host as texts
from ..wan2gp.compatibility import VERIFIED, Capability, Compatibility, Finding

if TYPE_CHECKING:
    from ..inventory.models import Inventory

_FINDINGS = {Finding.FOUND: "found", Finding.MISSING: "missing", Finding.DOUBTED: "not sure"}
_MARKS = {
    Finding.FOUND: ("✓", "mt-ready"),
    Finding.MISSING: ("✗", "mt-partial"),
    Finding.DOUBTED: ("⚠", "mt-missing"),
}


def headline(inventory: Inventory) -> str:
    """Return the section's label: "This Wan2GP: 12.60, verified"."""
    known = inventory.compatibility
    return texts.HEADLINE.format(verdict=known.verdict if known else texts.NOT_LOOKED)


def compatibility_html(inventory: Inventory) -> str:
    """Return what is known of the Wan2GP that a scan belongs to, as escaped HTML."""
    known = inventory.compatibility
    if known is None:
        return f"<p>{texts.NOTHING_YET}</p>"
    return (
        f"<p>{escape(_verified(known))}</p>"
        f"{_doubts(known)}"
        f"<h3>{texts.SETTINGS}</h3>{_settings(inventory)}"
        f"<h3>{texts.ROOTS}</h3>{_list('ol', inventory.roots)}"
        f"{_section(texts.PROBLEMS, map(str, inventory.problems))}"
        f"<h3>{texts.DIFFERENT_WAYS}</h3>{_abilities(known.capabilities)}"
        f"{_missing_names(inventory)}"
    )


def _settings(inventory: Inventory) -> str:
    facts = labels.settings(inventory.settings)
    return f"<dl>{''.join(f'<dt>{escape(name)}</dt><dd>{escape(value)}</dd>' for name, value in facts)}</dl>"


def _verified(known: Compatibility) -> str:
    if known.is_verified:
        return texts.IS_VERIFIED.format(version=known.version)
    told = [
        texts.NOT_VERIFIED.format(version=known.version) if known.version else texts.NO_VERSION,
        texts.VERIFIED_ARE.format(versions=listed(VERIFIED)),
    ]
    return " ".join(told if known.uncertainties else [*told, texts.ALL_FOUND])


def _doubts(known: Compatibility) -> str:
    """Return what is not sure, and what that means; nothing where all is sure."""
    if not known.uncertainties:
        return ""
    items = "".join(f"<li><b>{escape(uncertainty)}</b></li>" for uncertainty in known.uncertainties)
    return f'<h3 class="mt-missing">{texts.NOT_SURE}</h3><ul>{items}</ul><p>{texts.DOUBT_MEANS}</p>'


def _abilities(capabilities: Iterable[Capability]) -> str:
    rows = "".join(map(_ability, capabilities))
    return _table((texts.WHAT, texts.HERE, texts.HOW, texts.COST), rows)


def _ability(capability: Capability) -> str:
    mark, css_class = _MARKS[capability.finding]
    return (
        f'<tr><th scope="row">{escape(capability.name)}</th>'
        f'<td class="{css_class}">{mark} {_FINDINGS[capability.finding]}</td>'
        f"<td>{escape(capability.words)}</td><td>{escape(capability.cost or texts.NO_COST)}</td></tr>"
    )


def _missing_names(inventory: Inventory) -> str:
    if not inventory.missing_names:
        return f"<p>{texts.ALL_NAMES_FOUND}</p>"
    rows = "".join(
        f'<tr><th scope="row"><code>{escape(name.name)}</code></th><td>{escape(name.impact)}</td></tr>'
        for name in inventory.missing_names
    )
    heading = counted(len(inventory.missing_names), texts.NAMES_NOT_FOUND)
    return f"<h3>{heading}</h3>{_table((texts.NAME, texts.WITHOUT_IT), rows)}"


def _table(headings: Iterable[str], rows: str) -> str:
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _section(heading: str, lines: Iterable[str]) -> str:
    items = _list("ul", lines)
    return f"<h3>{heading}</h3>{items}" if items else ""


def _list(tag: str, lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<{tag}>{items}</{tag}>" if items else ""
