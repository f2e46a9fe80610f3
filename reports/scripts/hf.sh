# Needs the command "hf"; run "hf auth login" for files behind a login.
needs=hf install=': pip install huggingface_hub'

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
}
