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

_FINDINGS = {Finding.FOUND: "found", Finding.MISSING: "missing", Finding.DOUBTED: "not sure"}
_MARKS = {
    Finding.FOUND: ("✓", "mt-ready"),
    Finding.MISSING: ("✗", "mt-partial"),
    Finding.DOUBTED: ("⚠", "mt-missing"),
}


def headline(inventory: Inventory) -> str:
    """Return the section's label: "This Wan2GP: 12.60, verified"."""
    compatibility = inventory.compatibility
    return f"This Wan2GP: {compatibility.verdict if compatibility else 'not looked at yet'}"


def compatibility_html(inventory: Inventory) -> str:
    """Return what is known of the Wan2GP that a scan belongs to, as escaped HTML."""
    compatibility = inventory.compatibility
    if compatibility is None:
        return "<p>Not looked at yet.</p>"
    return (
        f"<p>{escape(_verified(compatibility))}</p>"
        f"{_uncertainties(compatibility)}"
        f"<h3>Settings in force</h3>{_settings(inventory)}"
        f"<h3>Checkpoint folders, searched in this order</h3>{_list('ol', _folders(inventory))}"
        f"{_section('Problems with folders', map(str, inventory.problems))}"
        f"<h3>What differs between versions</h3>{_capabilities(compatibility.capabilities)}"
        f"{_missing_names(inventory)}"
    )


def _folders(inventory: Inventory) -> list[str]:
    lost = {root.path for root in inventory.lost_roots}
    return [f"{root} (does not answer)" if root in lost else root for root in inventory.roots]


def _settings(inventory: Inventory) -> str:
    facts = labels.settings(inventory.settings)
    return f"<dl>{''.join(f'<dt>{escape(name)}</dt><dd>{escape(value)}</dd>' for name, value in facts)}</dl>"


def _verified(compatibility: Compatibility) -> str:
    if compatibility.is_verified:
        return (
            f"Wan2GP {compatibility.version} is verified: "
            "this plugin's rules were compared with what it really downloads."
        )
    not_verified = "not verified: nobody has compared this plugin's rules with what it really downloads."
    sentences = [
        f"Wan2GP {compatibility.version} is {not_verified}"
        if compatibility.version
        else f"This Wan2GP does not say its version. It is {not_verified}",
        f"Verified are {listed(VERIFIED)}. How it is read follows from what it offers, not from its number.",
    ]
    if not compatibility.uncertainties:
        sentences.append("All that decides downloads was found.")
    return " ".join(sentences)


def _uncertainties(compatibility: Compatibility) -> str:
    """Return what is not sure, and what that means; nothing where all is sure."""
    if not compatibility.uncertainties:
        return ""
    items = "".join(f"<li><b>{escape(uncertainty)}</b></li>" for uncertainty in compatibility.uncertainties)
    return (
        f'<h3 class="mt-missing">⚠ What is not sure</h3><ul>{items}</ul>'
        "<p>While anything here is not sure, no model is called downloaded: one whose files are all on disk is shown "
        "as partial, and “To download” says “not sure”.</p>"
    )


def _capabilities(capabilities: Iterable[Capability]) -> str:
    rows = "".join(map(_capability, capabilities))
    return _table(("What", "Here", "How", "What that costs"), rows)


def _capability(capability: Capability) -> str:
    mark, css_class = _MARKS[capability.finding]
    return (
        f'<tr><th scope="row">{escape(capability.name)}</th>'
        f'<td class="{css_class}">{mark} {_FINDINGS[capability.finding]}</td>'
        f"<td>{escape(capability.words)}</td><td>{escape(capability.cost or 'nothing')}</td></tr>"
    )


def _missing_names(inventory: Inventory) -> str:
    if not inventory.missing_names:
        return "<p>Every name of Wan2GP's that this plugin uses was found.</p>"
    rows = "".join(
        f'<tr><th scope="row"><code>{escape(name.name)}</code></th><td>{escape(name.impact)}</td></tr>'
        for name in inventory.missing_names
    )
    heading = counted(
        len(inventory.missing_names),
        ("{number} name not found in this Wan2GP", "{number} names not found in this Wan2GP"),
    )
    return f"<h3>{heading}</h3>{_table(('Name', 'Without it'), rows)}"


def _table(headings: Iterable[str], rows: str) -> str:
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _section(heading: str, lines: Iterable[str]) -> str:
    items = _list("ul", lines)
    return f"<h3>{heading}</h3>{items}" if items else ""


def _list(tag: str, lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<{tag}>{items}</{tag}>" if items else ""
