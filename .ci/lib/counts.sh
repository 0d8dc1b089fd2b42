# Sums the closing lines of the commands that test something: sourced, not run.

passed=0 failed=0 skipped=0

# counted TITLE COMMAND…: runs it with its output streamed and adds `N passed, N failed[, N skipped]` of its last line.
counted() {
  local title=$1 log code=0
  shift
  log=$work/counted.log
  step "$title" run_logged "$log" "$@" || code=$?
  local failed_before=$failed
  add_counts "$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)"
  # A command may fail without a test that did.
  if ((code != 0 && failed == failed_before)); then failed=$((failed + 1)); fi
}

# counted_background TITLE NAME: the same for a command that was started in the background, once it has ended.
counted_background() {
  local code=0
  joined "$2" >"$work/$2.log" || code=$?
  counted "$1" replay "$work/$2.log" "$code"
}

replay() {
  cat "$1"
  return "$2"
}

# as_one_test COMMAND…: the closing line of a command that has none.
as_one_test() {
  if "$@"; then echo "1 passed, 0 failed"; else echo "0 passed, 1 failed"; return 1; fi
}

run_logged() {
  local log=$1
  shift
  "$@" 2>&1 | tee "$log"
}

# Without a closing line nothing is known to have passed.
add_counts() {
  if [[ $1 =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
    skipped=$((skipped + ${BASH_REMATCH[4]:-0}))
  else
    failed=$((failed + 1))
  fi
}

# The last line of the run, and its verdict.
print_total() {
  echo "$passed passed, $failed failed, $skipped skipped"
  ((failed == 0))
}
