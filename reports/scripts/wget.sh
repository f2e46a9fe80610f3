# Downloads no files behind a login: wget would pass the token on to the server that the Hub names.
needs=wget install=''

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
    rm -f -- "$part"  # nothing came: whole, or another file; wget does not say which
    get_part
    status=$?
  fi
  if [ "$status" = 0 ] && mv -- "$part" "$target"; then return; fi
  [ -s "$part" ] || rm -f -- "$part"
  not_fetched
}
