set -u
failed=0
command -v "$needs" > /dev/null || { echo "This needs the command $needs$install." >&2; exit 1; }

is_there() {
  if [ -e "$target" ]; then printf 'there already: %s\n' "$target"; return 0; fi
  printf 'downloading: %s\n' "$target"
  return 1
}

not_fetched() {
  failed=$((failed + 1))
  printf 'NOT downloaded: %s\n' "$target" >&2
}
