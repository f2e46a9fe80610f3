"""The files of one model as tables: all that it needs, and the formats to choose from. Escaped HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from ...catalog import labels, sentences
from ...inventory.models import FileState
from ...inventory.what_if import setting_of
from ...phrases import counted, shortened
from ...wan2gp.required_files import Role

if TYPE_CHECKING:
    from ...inventory.models import Inventory, TrackedFile, TrackedModel
    from ...inventory.what_if import Variant, WhatIf

STATE_CLASSES = {
    FileState.PRESENT: "mt-ready",
    FileState.DAMAGED: "mt-partial",
    FileState.UNFINISHED: "mt-partial",
    FileState.UNANSWERED: "mt-stale",
    FileState.MISSING: "mt-missing",
}
_ORDER = (
    Role.TRANSFORMER,
    Role.TRANSFORMER_2,
    Role.MODULE,
    Role.TEXT_ENCODER,
    Role.VAE,
    Role.LORA,
    Role.SYSTEM_LORA,
    Role.CHOSEN_LORA,
    Role.EXTRA,
    Role.PRELOAD,
    Role.MODEL_DATA,
)
"""The roles of a model's own files, the weightiest first."""
_FOLDED = {Role.MODEL_DATA: "Other parts of the model", Role.SHARED: "Helpers shared by all models"}
_LONGEST_PATH = 4_000
"""Characters of a path or an address that are shown or carried; systems take no longer ones."""
_FEW = 4  # so many small files stay in sight
MOST_ROWS = 200
"""Files of one role, and formats of one part, that are shown; of more there is a count."""

COPY = (
    "const button=this,data=button.dataset,name=data.name||=button.ariaLabel,word=data.word||=button.textContent,"
    "say=text=>{button.textContent=button.ariaLabel=text;"
    "setTimeout(()=>{button.textContent=word;button.ariaLabel=name},1500)},"
    "pick=()=>{getSelection().selectAllChildren(button.parentNode.querySelector('code'));"
    "say(document.execCommand('copy')?data.copied:data.selected)};"
    "navigator.clipboard?navigator.clipboard.writeText(data.copy).then(()=>say(data.copied),pick):pick()"
)
"""Copies what a button carries; a page that is not served as secure has no clipboard, so the path is selected there."""

_ADDRESS = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:)]")


def file_tables(model: TrackedModel, inventory: Inventory) -> str:
    """Return the model's own files by role, then folded where they are whole: its small ones, and those of every model."""
    by_role = {role: [file for file in model.files if file.required.role is role] for role in Role}
    folded = [Role.MODEL_DATA] if len(by_role[Role.MODEL_DATA]) > _FEW else []
    groups = {
        role: _group(role, by_role[role], model, inventory)
        for role in (*_ORDER, Role.SHARED)
        if by_role[role]
    }
    own = "".join(html for role, html in groups.items() if role not in {*folded, Role.SHARED})
    html = _table(f"Files of {model.name}", own) if own else ""
    return html + "".join(
        _folded(_FOLDED[role], by_role[role], groups[role])
        for role in (*folded, Role.SHARED)
        if by_role[role]
    )


def _folded(title: str, files: Sequence[TrackedFile], group: str) -> str:
    """Return a table that is folded where all of its files are on disk."""
    present = sum(file.state is FileState.PRESENT for file in files)
    summary = f"{title}: {present} of {counted(len(files), ('{number} file', '{number} files'))} on disk"
    unfolded = "" if present == len(files) else " open"
    return f"<details{unfolded}><summary>{escape(summary)}</summary>{_table(title, group)}</details>"


def _table(label: str, groups: str) -> str:
    return (
        f'<table aria-label="{escape(label)}"><thead><tr><th scope="col">File</th>'
        f'<th scope="col" class="mt-number">Size</th><th scope="col">State</th></tr></thead>{groups}</table>'
    )


def _group(role: Role, files: Sequence[TrackedFile], model: TrackedModel, inventory: Inventory) -> str:
    """Return the files of one role below their heading; what is true of all of them is said once, there."""
    left_out = _more(len(files) - MOST_ROWS, 3)
    files = files[:MOST_ROWS]
    reasons = [sentences.reason(file) for file in files]
    users = [sentences.sharing(file, model, inventory) for file in files]
    common = [notes[0] for notes in (reasons, users) if len(files) > 1 and len(set(notes)) == 1]
    own = [" ".join(note for note in pair if note not in common) for pair in zip(reasons, users, strict=True)]
    heading = escape(labels.group_words(role, files)) + _small(escape(" ".join(common)))
    rows = "".join(_rows(file, note) for file, note in zip(files, own, strict=True))
    return f'<tbody><tr><th scope="rowgroup" colspan="3">{heading}</th></tr>{rows}{left_out}</tbody>'


def _more(number: int, columns: int) -> str:
    """Return the row that stands for those that are left out; "" for none."""
    words = counted(number, ("and {number:,} more", "and {number:,} more"))
    return f'<tr class="mt-more"><td colspan="{columns}">{words}</td></tr>' if number > 0 else ""


def _small(html: str) -> str:
    return f"<small>{html}</small>" if html.strip() else ""


def _rows(file: TrackedFile, note: str) -> str:
    """Return a file's row, and one below it with the reason and the path across all columns."""
    needed = file.required
    goes = "goes to " if file.state is FileState.MISSING else ""
    name = shortened(needed.name)
    path = f"{copy_button(file.path, name)} {goes}<code>{escape(shortened(file.path, _LONGEST_PATH))}</code>"
    return (
        f"<tr><td>{link(needed.url, name)}</td>"
        f'<td class="mt-number">{escape(labels.size(file.size))}</td>{state_cell(file)}</tr>'
        f'<tr class="mt-more"><td colspan="3">{_small(escape(note))}{_small(path)}</td></tr>'
    )


def state_cell(file: TrackedFile) -> str:
    """Return mark and word of a file's state, as a cell."""
    return f'<td class="mt-state {STATE_CLASSES[file.state]}">{escape(labels.state_words(file))}</td>'


def copy_button(path: str, name: str) -> str:
    """Return a button that copies the path of a file.

    Args:
        path: What it copies; it also selects the `code` element next to it.
        name: Whose path it is, for screen readers.
    """
    return (
        f'<button type="button" class="mt-copy" data-copy="{escape(shortened(path, _LONGEST_PATH))}" '
        'data-copied="Copied" data-selected="Selected" '
        f'aria-label="{escape(f"Copy path of {name}")}" onclick="{escape(COPY)}">Copy</button>'
    )


def format_table(what_if: WhatIf) -> str:
    """Return the formats of each part of the model that there are several of; "" where nothing can be chosen."""
    roles = dict.fromkeys(variant.role for variant in what_if.variants if not variant.is_chosen)
    if not roles:
        return ""
    groups = "".join(
        _formats(role, [variant for variant in what_if.variants if variant.role is role]) for role in roles
    )
    heads = (("Format", ""), ("Size", "mt-number"), ("On disk", ""), ("Used with", ""))
    columns = "".join(f'<th scope="col" class="{css_class}">{head}</th>' for head, css_class in heads)
    return f'<table aria-label="Formats"><thead><tr>{columns}</tr></thead>{groups}</table>'


def _formats(role: Role, variants: Sequence[Variant]) -> str:
    heading = (
        f"{labels.ROLES[role]}<small>chosen by the setting “{labels.SETTINGS[setting_of(role)]}”</small>"
    )
    in_order = sorted(variants, key=lambda variant: not variant.is_chosen and not variant.chosen_by)
    # those that a setting chooses come first only where not all have room
    shown = in_order[:MOST_ROWS] if len(in_order) > MOST_ROWS else variants
    rows = "".join(map(_format_rows, shown)) + _more(len(in_order) - MOST_ROWS, 4)
    return f'<tbody><tr><th scope="rowgroup" colspan="4">{heading}</th></tr>{rows}</tbody>'


def _format_rows(variant: Variant) -> str:
    needed = variant.file.required
    in_use = ' <span class="mt-tag">in use</span>' if variant.is_chosen else ""
    return (
        f'<tr><td class="mt-state"><b>{escape(variant.form)}</b>{in_use}</td>'
        f'<td class="mt-number">{escape(labels.size(variant.file.size))}</td>'
        f"{state_cell(variant.file)}<td>{escape(labels.taken_with(variant))}</td></tr>"
        f'<tr class="mt-more"><td colspan="4"><small>{link(needed.url, shortened(needed.name))}</small></td></tr>'
    )


def link(url: str | None, text: str) -> str:
    """Return a link that opens in a new tab, or the text alone where the address is not http(s)."""
    if not url or len(url) > _LONGEST_PATH or not url.startswith(("https://", "http://")):
        return escape(text)
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(text)}</a>'


def with_links(text: str) -> str:
    """Return a sentence with the web addresses in it as links."""
    parts: list[str] = []
    end = 0
    for address in _ADDRESS.finditer(text):
        parts += [escape(text[end : address.start()]), link(address[0], address[0])]
        end = address.end()
    return "".join([*parts, escape(text[end:])])
