#!/bin/bash
source /tests/checks.sh
shopt -s globstar dotglob nullglob

release=/app/release
template_sum='98cd71794b6ccbf75a6d25d25bcde3d615e16b8c445fef03fce808d3f64a3a43  -'

entries_are_exact() {
  local found=()
  cd "$release" || exit
  found=(**)
  expect entries 'VERSION bin bin/launch config config/beacon.conf current logs secrets secrets/token versions versions/2.7.0 versions/2.7.0/NOTES' "${found[*]}"
}

kinds_and_modes() {
  cd "$release" || exit
  expect 'kinds and modes' 'VERSION regular file 644
bin directory 755
bin/launch regular file 755
config directory 755
config/beacon.conf regular file 644
logs directory 750
secrets directory 700
secrets/token regular file 600
versions directory 755
versions/2.7.0 directory 755
versions/2.7.0/NOTES regular file 644' "$(stat -c '%n %F %a' VERSION bin bin/launch config config/beacon.conf logs secrets secrets/token versions versions/2.7.0 versions/2.7.0/NOTES)"
}

plain_files() {
  run cat "$release/VERSION"
  expect VERSION 2.7.0 "$out"
  run cat "$release/versions/2.7.0/NOTES"
  expect NOTES $'Release 2.7.0\n' "$out"
}

config_is_rendered() {
  run cat "$release/config/beacon.conf"
  expect beacon.conf '# beacon 2.7.0, stable channel
[server]
listen = 127.0.0.1:8125
banner = beacon/2.7.0 (stable; beacon-2.7.0.example)

[update]
channel = stable
feed = https://updates.beacon.example/stable/2.7.0
# Single at-signs stay as they are: ops@beacon.example, @VERSION, VERSION@
' "$out"
  expect 'checksum of the template' "$template_sum" "$(sha256sum < /app/beacon.conf.template)"
}

token_is_random() {
  local digits distinct
  run cat "$release/secrets/token"
  [[ $out =~ ^[0-9a-f]{64}$'\n'$ ]] || expect token '64 hexadecimal digits and a newline' "$out"
  digits=${out%$'\n'}
  distinct=$(fold -w1 <<< "$digits" | sort -u | wc -l)
  ((distinct >= 8)) || expect 'distinct digits of the token' 'at least 8' "$distinct"
}

link_is_relocatable() {
  copy_release "$scratch/linked"
  expect 'where current leads to in a copy' "$scratch/linked/versions/2.7.0" "$(readlink -f "$scratch/linked/current")"
}

launch_in_place() {
  cd / || exit
  run "$release/bin/launch"
  expect 'exit status' 0 "$status"
  expect output "beacon 2.7.0 from $release"$'\n' "$out"
  cd "$release/config" || exit
  run ../bin/launch
  expect 'output of ../bin/launch' "beacon 2.7.0 from $release"$'\n' "$out"
}

launch_in_a_copy() {
  local copy="$scratch/a copy of it"
  copy_release "$copy"
  printf 3.0.1 > "$copy/VERSION"
  run "$copy/bin/launch"
  expect 'exit status' 0 "$status"
  expect output "beacon 3.0.1 from $copy"$'\n' "$out"
}

launch_without_version() {
  copy_release "$scratch/bare"
  rm -f "$scratch/bare/VERSION"
  run "$scratch/bare/bin/launch"
  expect 'exit status' 1 "$status"
  expect 'standard output' '' "$out"
  [[ -n $err ]] || expect 'standard error' 'a message' ''
}

copy_release() {
  cp -a "$release" "$1" || exit
}

check 'the tree holds exactly the listed entries' entries_are_exact
check 'every entry has its kind and mode' kinds_and_modes
check 'VERSION and NOTES have their exact bytes' plain_files
check 'beacon.conf is rendered and the template untouched' config_is_rendered
check 'the token is 64 random hexadecimal digits' token_is_random
check 'current stays inside a copy of the tree' link_is_relocatable
check 'launch works in place from any directory' launch_in_place
check 'launch works in a copy with another version' launch_in_a_copy
check 'launch without VERSION fails cleanly' launch_without_version
finish
