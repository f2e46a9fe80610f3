"""The parts of the download scripts that are always the same."""

from __future__ import annotations

WINDOWS_PATHS = """\
# The paths are those of Windows: run it in Git Bash, or take the PowerShell form.
case $(uname -s) in
  MINGW* | MSYS* | CYGWIN*) ;;
  *) echo "These are paths of Windows. Run this in Git Bash, or take the PowerShell form." >&2; exit 1 ;;
esac"""

_BEGIN = """
set -u
failed=0
command -v {command} > /dev/null || {{ echo "This needs the command {command}{install}." >&2; exit 1; }}

is_there() {{
  if [ -e "$target" ]; then printf 'there already: %s\\n' "$target"; return 0; fi
  printf 'fetching: %s\\n' "$target"
  return 1
}}

not_fetched() {{
  failed=$((failed + 1))
  printf 'NOT fetched: %s\\n' "$target" >&2
}}
"""

HF = (
    """\
# Needs the command "hf"; run "hf auth login" for files behind a login.
"""
    + _BEGIN.format(command="hf", install=": pip install huggingface_hub")
    + """
fetch() {
  repo=$1 revision=$2 name=$3 target=$4 folder=$4.download
  is_there && return
  if mkdir -p -- "${target%/*}" &&
    hf download --revision="$revision" --local-dir="$folder" -- "$repo" "$name" > /dev/null &&
    mv -- "$folder/$name" "$target"
  then
    rm -rf -- "$folder"
  else
    not_fetched
  fi
}"""
)

CURL = (
    """\
# For files behind a login put HF_TOKEN=hf_... into the environment; it is sent to huggingface.co alone.
"""
    + _BEGIN.format(command="curl", install="")
    + """
curl_part() {
  curl "$@" --globoff --fail --location --continue-at - --write-out '%{http_code}' --output "$part" -- "$url"
}

get_part() {
  case ${HF_TOKEN:+$url} in
    https://huggingface.co/*) printf 'Authorization: Bearer %s\\n' "$HF_TOKEN" | curl_part --header @- ;;
    *) curl_part ;;
  esac
}

fetch() {
  url=$1 target=$2 part=$2.part
  is_there && return
  mkdir -p -- "${target%/*}"
  answer=$(get_part)
  status=$?
  if [ "$answer" = 416 ] || [ "$status" = 33 ]; then  # the server cannot go on from this part: start anew
    rm -f -- "$part"
    answer=$(get_part)
    status=$?
  fi
  if [ "$status" = 0 ] && mv -- "$part" "$target"; then return; fi
  not_fetched
}"""
)

WGET = (
    """\
# Fetches no files behind a login: wget would pass the token on to the server that the Hub names.
"""
    + _BEGIN.format(command="wget", install="")
    + """
get_part() {
  wget -c -O "$part" -- "$url"
}

part_size() {
  if [ -e "$part" ]; then wc -c < "$part"; else echo 0; fi
}

fetch() {
  url=$1 target=$2 part=$2.part
  is_there && return
  mkdir -p -- "${target%/*}"
  before=$(part_size)
  get_part
  status=$?
  if [ "$before" -gt 0 ] && [ "$status" = 0 ] && [ "$(part_size)" -eq "$before" ]; then
    rm -f -- "$part"  # nothing came: whole, or another file; wget does not tell which
    get_part
    status=$?
  fi
  if [ "$status" = 0 ] && mv -- "$part" "$target"; then return; fi
  [ -s "$part" ] || rm -f -- "$part"
  not_fetched
}"""
)

END = """
left_out={left_out}
[ -z "$left_out" ] || printf '%s\\n' "$left_out" >&2
if [ "$failed" -gt 0 ]; then printf '%s not fetched. Run this again.\\n' "$failed" >&2; exit 1; fi
"""

POWERSHELL = """\
# Run it so: powershell -ExecutionPolicy Bypass -File this-file.ps1
# Needs curl, which Windows 10 and 11 have.
# For files behind a login set $env:HF_TOKEN = 'hf_...'; it is sent to huggingface.co alone.

$ErrorActionPreference = 'Stop'
$failed = 0
$curl = Get-Command -Name @('curl.exe', 'curl') -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
if (-not $curl) { throw 'This needs the command curl.' }

function Get-Part([string] $Url, [string] $Part) {
  $ErrorActionPreference = 'Continue'  # curl tells its progress where errors go
  $options = @('--globoff', '--fail', '--location', '--continue-at', '-', '--write-out', '%{http_code}', '--output', $Part)
  if ($env:HF_TOKEN -and $Url.StartsWith('https://huggingface.co/')) {
    $options += @('--header', "Authorization: Bearer $env:HF_TOKEN")
  }
  & $curl @options $Url
}

function Get-ModelFile([string] $Url, [string] $Target) {
  if (Test-Path -LiteralPath $Target) { Write-Host "there already: $Target"; return }
  Write-Host "fetching: $Target"
  $part = "$Target.part"
  try {
    [void] [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($Target))
    $answer = Get-Part $Url $part
    if ("$answer" -eq '416' -or $LASTEXITCODE -eq 33) {  # the server cannot go on from this part: start anew
      Remove-Item -LiteralPath $part
      $answer = Get-Part $Url $part
    }
    if ($LASTEXITCODE -ne 0) { throw "curl ended with $LASTEXITCODE" }
    [IO.File]::Move($part, $Target)
  } catch {
    $script:failed += 1
    Write-Warning "NOT fetched: $Target ($_)"
  }
}"""

POWERSHELL_END = """
$leftOut = {left_out}
if ($leftOut) {{ Write-Warning $leftOut }}
if ($failed -gt 0) {{ throw "$failed not fetched. Run this again." }}
"""
