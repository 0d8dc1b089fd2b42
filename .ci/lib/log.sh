# What a run says and keeps: sourced, not run.

# step TITLE COMMAND…: says what runs and how long it took.
step() {
  local title=$1 start=$SECONDS
  shift
  echo "== $title"
  "$@"
  echo "== $title: $((SECONDS - start)) s"
}

# quietly NAME COMMAND…: its output goes to a log, whose end is shown where it fails.
quietly() {
  local log=$work/$1.log code=0
  shift
  "$@" >>"$log" 2>&1 || code=$?
  ((code == 0)) || { echo "failed ($code): $*" >&2; tail -n 30 "$log" >&2; }
  return "$code"
}
