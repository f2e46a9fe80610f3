"""The files of one model as tables: all that it needs, and the formats to choose from. Escaped HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from ..inventory import wording
from ..inventory.inventory import FileState
from ..inventory.outcomes import Setting
from ..inventory.requirements import Role

if TYPE_CHECKING:
    from ..inventory.inventory import Inventory, TrackedFile, TrackedModel
    from ..inventory.outcomes import Options, Variant

STATE_CLASSES = {
    FileState.PRESENT: "mt-ready",
    FileState.DAMAGED: "mt-partial",
    FileState.MISSING: "mt-missing",
}
_ORDER = (
    Role.TRANSFORMER,
    Role.TRANSFORMER_2,
    Role.MODULE,
    Role.TEXT_ENCODER,
    Role.VAE,
    Role.LORA,
    Role.PRELOAD,
    Role.MODEL_DATA,
)
"""The roles of a model's own files, the weightiest first."""

COPY = (
    "const button=this,name=button.dataset.name||=button.ariaLabel,"
    "say=word=>{button.textContent=button.ariaLabel=word;"
    "setTimeout(()=>{button.textContent='Copy';button.ariaLabel=name},1500)},"
    "pick=()=>{getSelection().selectAllChildren(button.parentNode.querySelector('code'));"
    "say(document.execCommand('copy')?'Copied':'Selected')};"
    "navigator.clipboard?navigator.clipboard.writeText(button.dataset.copy).then(()=>say('Copied'),pick):pick()"
)
"""Copies what a button carries; a page that is not served as secure has no clipboard, so the path is selected there."""

_ADDRESS = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:)]")


def file_tables(model: TrackedModel, inventory: Inventory) -> str:
    """Return the model's own files by role, then those that every model shares, folded where none of them lacks."""
    by_role = {role: [file for file in model.files if file.required.role is role] for role in _ORDER}
    own = "".join(_group(role, files, model, inventory) for role, files in by_role.items() if files)
    html = _table(f"Files of {model.name}", own) if own else ""
    shared = [file for file in model.files if file.required.role is Role.SHARED]
    if not shared:
        return html
    here = [file for file in shared if file.state is FileState.PRESENT]
    words = f"Helpers shared by all models: {len(here)} of {wording.count(len(shared), 'file')} on disk"
    unfolded = "" if len(here) == len(shared) else " open"
    table = _table("Helpers shared by all models", _group(Role.SHARED, shared, model, inventory))
    return f"{html}<details{unfolded}><summary>{escape(words)}</summary>{table}</details>"


def _table(label: str, groups: str) -> str:
    return (
        f'<table aria-label="{escape(label)}"><thead><tr><th scope="col">File</th>'
        f'<th scope="col" class="mt-number">Size</th><th scope="col">State</th></tr></thead>{groups}</table>'
    )


def _group(role: Role, files: Sequence[TrackedFile], model: TrackedModel, inventory: Inventory) -> str:
    """Return the files of one role below their heading; what is true of all of them is said once, there."""
    notes = [f"{wording.reason(file)} {wording.sharing(file, model, inventory)}".strip() for file in files]
    common = notes[0] if len(files) > 1 and len(set(notes)) == 1 else ""
    heading = escape(wording.group_words(role, files)) + (
        f"<small>{escape(common)}</small>" if common else ""
    )
    rows = [_row(file, "" if common else note) for file, note in zip(files, notes, strict=True)]
    return f'<tbody><tr><th scope="rowgroup" colspan="3">{heading}</th></tr>{"".join(rows)}</tbody>'


def _row(file: TrackedFile, note: str) -> str:
    needed = file.required
    told = f"<small>{escape(note)}</small>" if note else ""
    goes = "goes to " if file.state is FileState.MISSING else ""
    return (
        f"<tr><td>{link(needed.url, needed.name)}{told}"
        f'<small class="mt-path">{goes}<code>{escape(file.path)}</code> {copy_button(file.path, needed.name)}</small></td>'
        f'<td class="mt-number">{escape(wording.size(file.size))}</td>{state_cell(file)}</tr>'
    )


def state_cell(file: TrackedFile) -> str:
    """Return mark and word of a file's state, as a cell."""
    return f'<td class="mt-state {STATE_CLASSES[file.state]}">{escape(wording.state_words(file))}</td>'


def copy_button(path: str, name: str) -> str:
    """Return a button that copies the path of a file.

    Args:
        path: What it copies; it also selects the `code` element beside it.
        name: Whose path it is, for screen readers.
    """
    return (
        f'<button type="button" class="mt-copy" data-copy="{escape(path)}" '
        f'aria-label="{escape(f"Copy path of {name}")}" onclick="{escape(COPY)}">Copy</button>'
    )


def format_table(options: Options) -> str:
    """Return the formats of each part of the model that there are several of; "" where nothing can be chosen."""
    roles = dict.fromkeys(variant.role for variant in options.variants if not variant.is_chosen)
    if not roles:
        return ""
    groups = "".join(
        _formats(role, [variant for variant in options.variants if variant.role is role]) for role in roles
    )
    heads = ('">Format', ' mt-number">Size', '">On disk', '">Taken with')
    columns = "".join(f'<th scope="col" class="{head}</th>' for head in heads)
    return f'<table aria-label="Formats"><thead><tr>{columns}</tr></thead>{groups}</table>'


def _formats(role: Role, variants: Iterable[Variant]) -> str:
    setting = Setting.TEXT_ENCODER if role is Role.TEXT_ENCODER else Setting.TRANSFORMER
    heading = f"{role.value}<small>chosen by the setting “{setting.value}”</small>"
    rows = "".join(_format_row(variant) for variant in variants)
    return f'<tbody><tr><th scope="rowgroup" colspan="4">{heading}</th></tr>{rows}</tbody>'


def _format_row(variant: Variant) -> str:
    needed, in_use = variant.file.required, ' <span class="mt-tag">in use</span>' if variant.is_chosen else ""
    return (
        f"<tr><td><b>{escape(variant.form)}</b>{in_use}<small>{link(needed.url, needed.name)}</small></td>"
        f'<td class="mt-number">{escape(wording.size(variant.file.size))}</td>'
        f"{state_cell(variant.file)}<td>{escape(wording.taken_with(variant))}</td></tr>"
    )


def link(url: str | None, text: str) -> str:
    """Return a link that opens in a new tab, or the text alone where the address is not http(s)."""
    if not url or not url.startswith(("https://", "http://")):
        return escape(text)
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(text)}</a>'


def with_links(text: str) -> str:
    """Return a sentence with the web addresses in it as links."""
    parts: list[str] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        parts += [escape(text[end : found.start()]), link(found[0], found[0])]
        end = found.end()
    return "".join([*parts, escape(text[end:])])
