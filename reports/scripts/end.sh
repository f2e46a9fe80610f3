[ -z "$left_out" ] || printf '%s\n' "$left_out" >&2
if [ "$failed" -gt 0 ]; then printf '%s not downloaded. Run this again.\n' "$failed" >&2; exit 1; fi
