# Run it with: powershell -ExecutionPolicy Bypass -File this-file.ps1
# Needs curl, which Windows 10 and 11 have.
# For files behind a login set $env:HF_TOKEN = 'hf_...'; it is sent to huggingface.co alone.

$ErrorActionPreference = 'Stop'
$failed = 0
$curl = Get-Command -Name @('curl.exe', 'curl') -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
if (-not $curl) { throw 'This needs the command curl.' }

function Get-Part([string] $Url, [string] $Part) {
  $ErrorActionPreference = 'Continue'  # curl writes its progress to stderr
  $options = @('--globoff', '--fail', '--location', '--continue-at', '-', '--write-out', '%{http_code}', '--output', $Part)
  if ($env:HF_TOKEN -and $Url.StartsWith('https://huggingface.co/')) {
    $options += @('--header', "Authorization: Bearer $env:HF_TOKEN")
  }
  & $curl @options $Url
}

function Get-ModelFile([string] $Url, [string] $Target) {
  if (Test-Path -LiteralPath $Target) { Write-Host "there already: $Target"; return }
  Write-Host "downloading: $Target"
  $part = "$Target.part"
  try {
    [void] [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($Target))
    $answer = Get-Part $Url $part
    if ("$answer" -eq '416' -or $LASTEXITCODE -eq 33) {  # the server cannot go on from this part: start again
      Remove-Item -LiteralPath $part
      $answer = Get-Part $Url $part
    }
    if ($LASTEXITCODE -ne 0) { throw "curl ended with $LASTEXITCODE" }
    [IO.File]::Move($part, $Target)
  } catch {
    $script:failed += 1
    Write-Warning "NOT downloaded: $Target ($_)"
  }
}
