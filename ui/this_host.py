"""What is known of the Wan2GP at hand: its version, what it offers, what was not found, and what that costs."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ..inventory import wording
from ..inventory.compatibility import VERIFIED
from . import texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..inventory.inventory import Inventory


def headline(inventory: Inventory) -> str:
    """Return the section's label: version, verified or not, how many things are not found or not sure."""
    known = inventory.compatibility
    if known is None:
        return texts.HOST
    told = f"{texts.HOST}: {known.version or texts.NO_VERSION}, {texts.VERIFIED if known.is_verified else texts.NOT_VERIFIED}"
    doubts = f"; {wording.count(len(known.doubts), texts.DOUBT)}" if known.doubts else ""
    missing = f"; {len(inventory.missing_names)} {texts.NOT_FOUND}" if inventory.missing_names else ""
    return told + doubts + missing


def compatibility_html(inventory: Inventory) -> str:
    """Return the section as escaped HTML."""
    known = inventory.compatibility
    if known is None:
        return f"<p>{escape(texts.NOTHING_YET)}</p>"
    verified = texts.VERIFIED_WITH if known.is_verified else texts.VERIFIED_OTHERS
    doubts = "".join(f'<p class="mt-partial"><b>{escape(doubt)}</b></p>' for doubt in known.doubts)
    if doubts:
        doubts += f"<p>{escape(texts.DOUBT_MEANS)}</p>"
    problems = "".join(f'<p class="mt-note">{escape(str(problem))}</p>' for problem in inventory.problems)
    return (
        f"<p>{escape(verified.format(versions=', '.join(VERIFIED)))}</p>{doubts}{problems}"
        + _table(
            texts.HOST_MISSING,
            (texts.NAME, texts.COST),
            [(f"✗ {one.name}", one.lost) for one in inventory.missing_names],
        )
        + _table(texts.HOST_WAYS, (texts.ABOUT, texts.HOW_IT_IS), known.abilities)
        + _table(
            texts.HOST_SETTINGS,
            (texts.SETTING, texts.VALUE),
            [
                *wording.settings(inventory.settings),
                *((texts.ROOT.format(number=number), root) for number, root in enumerate(inventory.roots, 1)),
                (texts.LOOKED_AT, f"{inventory.taken_at.astimezone():%Y-%m-%d %H:%M:%S}"),
            ],
        )
    )


def _table(caption: str, heads: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(words)}</td></tr>' for name, words in rows
    )
    if not body:
        return ""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
