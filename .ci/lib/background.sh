# Work that goes on beside the rest: sourced, not run.

declare -A background=()

# in_background NAME COMMAND…: what it says is kept until it is joined.
in_background() {
  local name=$1
  shift
  "$@" >"$work/$name.out" 2>&1 &
  background[$name]=$!
}

# joined NAME: waits for it and shows what it said; its exit code.
joined() {
  local code=0
  wait "${background[$1]}" || code=$?
  unset "background[$1]"
  cat "$work/$1.out"
  return "$code"
}

stop_background() {
  local pid
  for pid in "${background[@]}"; do
    # What it runs, then what it would run next.
    pkill --parent "$pid" || true
    kill "$pid" 2>/dev/null || continue
    wait "$pid" 2>/dev/null || true
  done
}
