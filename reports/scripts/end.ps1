if ($leftOut) { Write-Warning $leftOut }
if ($failed -gt 0) { throw "$failed not downloaded. Run this again." }
