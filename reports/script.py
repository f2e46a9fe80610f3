"""A script that fetches what Generate would fetch for a model, each file to where Wan2GP looks for it.

What is there already is left alone. A file arrives under another name (`….part`) and is renamed when it is whole, so
that Wan2GP never takes half a file for a whole one; a second run goes on where the first was stopped.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ..inventory import wording

if TYPE_CHECKING:
    from ..inventory.inventory import TrackedFile, TrackedModel


class ScriptForm(Enum):
    """What runs the script; the value is shown to users."""

    HF = "hf download"
    CURL = "curl"
    WGET = "wget"
    POWERSHELL = "PowerShell"

    @property
    def suffix(self) -> str:
        """How the file's name ends."""
        return ".ps1" if self is ScriptForm.POWERSHELL else ".sh"


_HUB = "huggingface.co"
_ON_HUB = re.compile(r"/(?P<repo>[^/]+/[^/]+)/(?:resolve|blob)/(?P<revision>[^/]+)/(?P<path>.+)")
_LOGIN = f"""\
# for files behind a login: HF_TOKEN=hf_... in the environment; it is sent to {_HUB} alone
"""


def download_script(model: TrackedModel, form: ScriptForm) -> str:
    """Return the script's text; files that nothing tells where to fetch are named in comments."""
    count = wording.count(len(model.to_fetch), "file")
    head = [
        f"Fetches {count}, {wording.total(model.fetch)}, for {model.name} ({model.model_type}).",
        "What is there already is left alone; run it again to go on after a break.",
    ]
    lines = [*_START[form], *(_comment(line) for line in head), *_SETUP[form]]
    for file in model.to_fetch:
        lines += ["", _comment(f"{file.required.name}, {wording.size(file.size)}"), *_fetch(file, form)]
    if model.stopped_by is not None:
        lines += ["", _comment(f"{model.stopped_by.required.name}: nothing tells where to fetch it.")]
    return "\n".join(lines) + "\n"


def _fetch(file: TrackedFile, form: ScriptForm) -> list[str]:
    """Return the lines for one file."""
    url = file.required.url or ""
    if file.required.is_folder or not url.startswith(("https://", "http://")):
        return [
            _comment("Not fetched by this script: it has no address of a single file. Let Wan2GP fetch it.")
        ]
    if form is ScriptForm.HF:
        return _with_hf(url, file.path)
    return [_CALLS[form](url, file.path)]


def _with_hf(url: str, path: str) -> list[str]:
    """Fetch into a folder beside the target, on the same drive, then move the file to its place."""
    parts = urlsplit(url)
    found = _ON_HUB.fullmatch(parts.path) if parts.hostname == _HUB else None
    if found is None:
        return [_comment(f"Not on the Hugging Face Hub; fetch it by another form of this script: {url}")]
    values = (unquote(found["repo"]), unquote(found["revision"]), unquote(found["path"]), path)
    return [f"fetch {' '.join(shlex.quote(value) for value in values)}"]


def _with_shell(url: str, path: str) -> str:
    return f"fetch {shlex.quote(url)} {shlex.quote(path)}"


def _with_powershell(url: str, path: str) -> str:
    return f"Get-ModelFile {_powershell(url)} {_powershell(path)}"


def _powershell(text: str) -> str:
    """Return a literal string of PowerShell, which takes typographic quotes for quotes too."""
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", text) + "'"


def _comment(text: str) -> str:
    """Return one line of comment, whatever is in the text."""
    return f"# {' '.join(text.split())}"


_CALLS: dict[ScriptForm, Callable[[str, str], str]] = {
    ScriptForm.CURL: _with_shell,
    ScriptForm.WGET: _with_shell,
    ScriptForm.POWERSHELL: _with_powershell,
}
_START = {
    ScriptForm.HF: ["#!/bin/sh"],
    ScriptForm.CURL: ["#!/bin/sh"],
    ScriptForm.WGET: ["#!/bin/sh"],
    ScriptForm.POWERSHELL: [],
}
_SHELL = """
set -eu
{login}fetch() {{
  url=$1 target=$2
  if [ -e "$target" ]; then echo "there already: $target"; return; fi
  mkdir -p -- "$(dirname -- "$target")"
  echo "fetching $target"
  case $url in
    https://{hub}/*) if [ -n "${{HF_TOKEN:-}}" ]; then set -- {header}; else set --; fi ;;
    *) set -- ;;
  esac
  {command}
  mv -- "$target.part" "$target"
}}"""
_SETUP = {
    ScriptForm.HF: """
# needs the command "hf" (pip install huggingface_hub); "hf auth login" for files behind a login
set -eu
fetch() {
  repo=$1 revision=$2 file=$3 target=$4
  if [ -e "$target" ]; then echo "there already: $target"; return; fi
  folder=$(dirname -- "$target")
  mkdir -p -- "$folder"
  echo "fetching $target"
  hf download --revision="$revision" --local-dir="$folder/.model-tracker-download" -- "$repo" "$file"
  mv -- "$folder/.model-tracker-download/$file" "$target"
  rm -rf -- "$folder/.model-tracker-download"
}""".splitlines(),
    ScriptForm.CURL: _SHELL.format(
        login=_LOGIN,
        hub=_HUB,
        header='--header "Authorization: Bearer $HF_TOKEN"',
        command='curl "$@" --fail --location --continue-at - --output "$target.part" -- "$url"',
    ).splitlines(),
    # without login: wget would pass a token on to whatever server the Hub redirects to
    ScriptForm.WGET: _SHELL.format(
        login="",
        hub=_HUB,
        header="",
        command='wget "$@" --continue --output-document="$target.part" -- "$url"',
    ).splitlines(),
    ScriptForm.POWERSHELL: f"""
# in PowerShell: powershell -ExecutionPolicy Bypass -File this-file.ps1
{_LOGIN}$ErrorActionPreference = 'Stop'
function Get-ModelFile([string] $Url, [string] $Target) {{
  if (Test-Path -LiteralPath $Target) {{ Write-Output "there already: $Target"; return }}
  [void] [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($Target))
  Write-Output "fetching $Target"
  $more = @()
  if ($env:HF_TOKEN -and $Url.StartsWith('https://{_HUB}/')) {{ $more = @('--header', "Authorization: Bearer $env:HF_TOKEN") }}
  & curl.exe @more --fail --location --continue-at - --output "$Target.part" $Url
  if ($LASTEXITCODE) {{ throw "curl failed with $LASTEXITCODE for $Url" }}
  [IO.File]::Move("$Target.part", $Target)
}}""".splitlines(),
}
