# For files behind a login put HF_TOKEN=hf_... into the environment; it is sent to huggingface.co alone.
needs=curl install=''

curl_part() {
  curl "$@" --globoff --fail --location --continue-at - --write-out '%{http_code}' --output "$part" -- "$url"
}

get_part() {
  case ${HF_TOKEN:+$url} in
    https://huggingface.co/*) printf 'Authorization: Bearer %s\n' "$HF_TOKEN" | curl_part --header @- ;;
    *) curl_part ;;
  esac
}

fetch() {
  url=$1 target=$2 part=$2.part
  is_there && return
  mkdir -p -- "${target%/*}"
  answer=$(get_part)
  status=$?
  if [ "$answer" = 416 ] || [ "$status" = 33 ]; then  # the server cannot go on from this part: start again
    rm -f -- "$part"
    answer=$(get_part)
    status=$?
  fi
  if [ "$status" = 0 ] && mv -- "$part" "$target"; then return; fi
  not_fetched
}
