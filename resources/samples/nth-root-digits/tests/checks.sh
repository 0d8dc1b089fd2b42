#!/bin/bash
# Sourced by test.sh. `check` runs one named test, `finish` writes reward.txt and ctrf.json.
# A test is a function: it calls `run` for the program under test and `expect` for what must hold.

set -u
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
umask 022
logs=/logs/verifier scratch=$(mktemp -d) begun=$(date +%s%3N)
entries=() failures=0 SECONDS=0
mkdir -p "$logs" && rm -rf "$logs"/{reward.txt,reward.json,ctrf.json}
echo 0 > "$logs/reward.txt" # stands until finish, even if this process is killed

# check NAME COMMAND...: COMMAND runs in a subshell; what it prints explains its failure.
check() {
  local name=$1 verdict=passed start entry message=
  start=$(date +%s%3N)
  rm -rf "$scratch" && mkdir -m 700 "$scratch" # empty for each test
  if ! ("${@:2}") > "$scratch/message" 2>&1 < /dev/null; then
    verdict=failed failures=$((failures + 1))
    message=$(head -c 2000 "$scratch/message" | tr '\0' '?')
  fi
  printf '%s  %s\n%s' "${verdict^^}" "$name" "${message:+$(sed 's/^/        /' <<< "$message")$'\n'}"
  entry="{\"name\":$(json "$name"),\"status\":\"$verdict\",\"duration\":$(($(date +%s%3N) - start))"
  entries+=("$entry${message:+,\"message\":$(json "$message")}}")
}

# run COMMAND...: sets $status, $out and $err; a clean environment, 5 seconds of processor time at most: the clock also
# tells what else the machine has to do, and only ends what hangs.
run() {
  (ulimit -f 65536 2> /dev/null; ulimit -t "${cpu_seconds-5}"
    exec env -i PATH="/usr/local/sbin:/usr/local/bin:$PATH" HOME="${HOME:-/root}" \
      timeout -k 1 $((SECONDS < 120 ? 30 : 3)) "$@") > "$scratch/out" 2> "$scratch/err"
  status=$?
  out=$(tr '\0' '?' < "$scratch/out"; printf .) out=${out%.}
  err=$(tr '\0' '?' < "$scratch/err")
}

# expect WHAT EXPECTED ACTUAL: ends the test, showing the first line that differs, unless both are equal.
expect() {
  local want=() got=() i=0
  [[ $2 == "$3" ]] && return
  mapfile want < <(printf %s "$2")
  mapfile got < <(printf %s "$3")
  while [[ ${want[i]-} == "${got[i]-}" ]]; do i=$((i + 1)); done
  printf '%s, line %d:\n  expected %q\n  actual   %q\n' "$1" $((i + 1)) "${want[i]-}" "${got[i]-}"
  [[ -z ${err-} ]] || printf '  standard error: %.500s\n' "$err"
  exit 1
}

finish() {
  local total=${#entries[@]} reward=$((failures == 0)) summary IFS=,
  printf -v summary '"tests":%d,"passed":%d,"failed":%d' "$total" $((total - failures)) "$failures"
  summary+=",\"pending\":0,\"skipped\":0,\"other\":0,\"start\":$begun,\"stop\":$(date +%s%3N)"
  echo "{\"results\":{\"tool\":{\"name\":\"checks\"},\"summary\":{$summary},\"tests\":[${entries[*]}]}}" > "$logs/ctrf.json"
  rm -rf "$scratch" "$logs/reward.json"
  echo "$reward" > "$logs/reward.txt"
  exit $((1 - reward))
}

# json TEXT: TEXT as a JSON string; a byte outside printable ASCII becomes an escape.
json() { perl -e '$_ = shift; s/["\\]/\\$&/g; s/[^ -~]/sprintf "\\u%04x", ord $&/ge; print qq("$_")' -- "$1"; }
