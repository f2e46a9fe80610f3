"""A script that downloads what Generate would download for a model, each file to where Wan2GP looks for it.

What is there already is left alone. A file arrives beside its place under another name and is renamed when it is whole,
so that Wan2GP never takes half a file for a whole one; a second run goes on where the first was stopped:

    x.safetensors.part         curl, wget and PowerShell
    x.safetensors.download/    hf, which makes the repository's folders in it
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from ..catalog import labels, sentences
from ..inventory.sizes import total
from ..phrases import counted
from ..wan2gp.entry_paths import stays_below
from .plain import is_plain, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..inventory.models import TrackedFile, TrackedModel


class ScriptForm(Enum):
    """What runs the script."""

    HF = "hf"
    CURL = "curl"
    WGET = "wget"
    POWERSHELL = "powershell"

    @property
    def suffix(self) -> str:
        """How the file's name ends."""
        return ".ps1" if self is ScriptForm.POWERSHELL else ".sh"


SCRIPT_FORMS = {
    ScriptForm.HF: "hf download",
    ScriptForm.CURL: "curl",
    ScriptForm.WGET: "wget",
    ScriptForm.POWERSHELL: "PowerShell",
}
"""As users know them."""
_HUB = "huggingface.co"
_ON_HUB = re.compile(r"/(?P<repo>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)")
_KEPT = ":/?#[]@!$&'()*+,;=%~"
"""Marks that stay as they are in an address; `quote` encodes the rest."""
_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\")
_BOM = "\ufeff"
"""Without it PowerShell 5.1 reads UTF-8 as ANSI, in which parts of letters are quotation marks."""


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """Why a file is not downloaded by the script."""

    reason: str


_PROGRAMS = {
    ScriptForm.HF: ("hf.sh", "begin.sh"),
    ScriptForm.CURL: ("curl.sh", "begin.sh"),
    ScriptForm.WGET: ("wget.sh", "begin.sh"),
    ScriptForm.POWERSHELL: ("begin.ps1",),
}
"""What a script begins with: files in `scripts/`."""


def download_script(model: TrackedModel, form: ScriptForm) -> str:
    """Return the script's text; what it does not download is named in comments and when it ends."""
    calls = [(file, _call(file, form)) for file in model.to_fetch]
    left_out = [file.required.name for file, call in calls if isinstance(call, _LeftOut)]
    left_out += [model.stopped_by.required.name] if model.stopped_by else []
    downloaded = [file for file, call in calls if not isinstance(call, _LeftOut)]
    lines = [*(_comment(line) for line in _about(model, downloaded)), *_setup(downloaded, form)]
    for file, call in calls:
        lines += [
            "",
            _comment(f"{labels.ROLES[file.required.role]}: {file.required.name}, {labels.size(file.size)}"),
        ]
        lines.append(_not_downloaded(call.reason) if isinstance(call, _LeftOut) else call)
    if model.stopped_by:
        lines += [
            "",
            _not_downloaded(
                f"{model.stopped_by.required.name}. {_why_stopped(model.stopped_by)} What comes after it is in no script until then."
            ),
        ]
    lines += [_comment(f"Broken: {file.path}. {sentences.remedy(file)}") for file in model.damaged]
    doubtful = [*model.unfinished, *model.unanswered]
    lines += [
        _comment(f"Not sure: {file.path}: {file.damage}. {sentences.remedy(file)}") for file in doubtful
    ]
    warning = one_line(f"Not downloaded by this script: {', '.join(left_out)}.") if left_out else ""
    if form is ScriptForm.POWERSHELL:
        return _BOM + "\n".join([*lines, "", f"$leftOut = {_for_powershell(warning)}", _program("end.ps1")])
    return "\n".join(["#!/bin/sh", *lines, "", f"left_out={shlex.quote(warning)}", _program("end.sh")])


def _why_stopped(file: TrackedFile) -> str:
    fault = file.required.fault
    return f"{fault.message} {fault.remedy}" if fault else "It has no download URL: put it there by hand."


@cache
def _program(name: str) -> str:
    return (Path(__file__).parent / "scripts" / name).read_text(encoding="utf-8")


def _about(model: TrackedModel, files: Sequence[TrackedFile]) -> list[str]:
    model_words = f"{model.name} ({model.model_type})"
    if not files:
        return [f"Downloads nothing for {model_words}."]
    size = labels.total(total(file.size for file in files))
    return [
        f"Downloads {counted(len(files), ('{number} file', '{number} files'))}, {size}, for {model_words}.",
        "Each file goes to where Wan2GP looks for it. What is there already is left alone.",
        "Run it again to go on after a break, or to try again what failed.",
    ]


def _setup(files: Sequence[TrackedFile], form: ScriptForm) -> list[str]:
    on_windows = any(_WINDOWS.match(file.path) for file in files)
    checked = ["windows_paths.sh"] if on_windows and form is not ScriptForm.POWERSHELL else []
    return [_program(name) for name in (*checked, *_PROGRAMS[form])]


def _call(file: TrackedFile, form: ScriptForm) -> str | _LeftOut:
    """Return the line that downloads a file, or why there is none."""
    url, objection = _url(file)
    if objection:
        return _LeftOut(objection)
    parts = urlsplit(url)
    on_hub = _ON_HUB.fullmatch(parts.path) if parts.hostname == _HUB else None
    if form is ScriptForm.HF:
        return _with_hf(on_hub, file.path, url)
    address = quote(url, safe=_KEPT)
    if form is ScriptForm.POWERSHELL:
        return f"Get-ModelFile {_for_powershell(address)} {_for_powershell(file.path)}"
    return _shell_call(address, _for_shell(file.path))


def _url(file: TrackedFile) -> tuple[str, str]:
    """Return from where a file is downloaded, or why it is not."""
    url = file.required.url
    if file.required.is_folder:
        return "", "it is a whole folder of a repository. Let Wan2GP download it."
    if url is None or not url.startswith(("https://", "http://")):
        return "", "it has no download URL."
    fault = file.required.fault
    if (
        fault is not None
    ):  # Wan2GP would get something else from it, and a script that knows better would differ
        return "", f"{fault.message} {fault.remedy}"
    if not (is_plain(url) and is_plain(file.path)):
        return "", "its path or URL has control characters. Let Wan2GP download it."
    try:
        urlsplit(url)
    except ValueError:
        return "", "its URL is malformed."
    return url, ""


def _with_hf(on_hub: re.Match[str] | None, path: str, url: str) -> str | _LeftOut:
    if on_hub is None:
        return _LeftOut(
            f"it is not in a model repository of {_HUB}. Use another form of this script for {url}"
        )
    repo, revision, name = (unquote(on_hub[part]) for part in ("repo", "revision", "path"))
    if not (is_plain(repo + revision + name) and stays_below(name)):
        return _LeftOut("its URL is no plain path. Let Wan2GP download it.")
    return _shell_call(repo, revision, name, _for_shell(path))


def _shell_call(*values: str) -> str:
    return f"fetch {' '.join(map(shlex.quote, values))}"


def _for_shell(path: str) -> str:
    """Return a path as a shell takes it, on Windows too."""
    return path.replace("\\", "/") if _WINDOWS.match(path) else path


def _for_powershell(text: str) -> str:
    """Return a literal string of PowerShell, which takes typographic quotes for quotes too."""
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", text) + "'"


def _not_downloaded(reason: str) -> str:
    return _comment(f"Not downloaded here: {reason}")


def _comment(text: str) -> str:
    """Return one line of comment, whatever is in the text."""
    return f"# {one_line(text)}"
