#!/usr/bin/env bash
# Runs the samples under Harbor and under tbcc and compares the verdicts task by task.
#
# usage: compare.sh WORK_FOLDER   (job folders stay in WORK_FOLDER/jobs; the last line is `N passed, N failed`)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/../lib/harbor.sh"

mkdir -p "$1"
work=$(cd "$1" && pwd)

main() {
  copy_samples
  local passed=0 failed=0 agent
  for agent in oracle nop; do
    run_harbor "$agent"
    run_tbcc "$agent"
    compare "$agent"
  done
  echo "$passed passed, $failed failed"
  ((failed == 0))
}

# Harbor enforces a network policy by a sidecar image that only a container registry has. Both sides run the same
# copy without the policy, so that digests stay comparable; that tbcc enforces it is tested elsewhere.
copy_samples() {
  rm -rf "$work/samples" "$work/jobs"
  cp -R "$root/resources/samples" "$work/samples"
  find "$work/samples" -name task.toml -exec sed -i '/^network_mode *=/d' {} +
}

run_harbor() {
  log="$work/harbor-$1.log"
  echo "harbor run -a $1 …"
  in_harbor "$work" "$here" harbor run -p "$work/samples" -a "$1" -o "$work/jobs" --job-name "harbor-$1" -n 2 \
    --extra-docker-compose "$here/compose.yaml" -y >"$log" 2>&1 || { tail -n 30 "$log"; }
}

# A job whose trials are not all judged exits 1; the comparison below names them.
run_tbcc() {
  echo "tbcc run -a $1 …"
  log="$work/tbcc-$1.log"
  "$root/node_modules/.bin/node" "$root/dist/cli.js" run -p "$work/samples" -a "$1" -e docker -o "$work/jobs" \
    --job-name "tbcc-$1" -n 2 --ek build_network=host -y >"$log" 2>&1 || { tail -n 30 "$log"; }
}

compare() {
  local output
  output=$(in_harbor "$work" "$here" python "$here/compare.py" "$work/jobs/harbor-$1" "$work/jobs/tbcc-$1") || true
  echo "$output"
  [[ $(tail -n 1 <<<"$output") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]] || { failed=$((failed + 1)); return; }
  passed=$((passed + BASH_REMATCH[1]))
  failed=$((failed + BASH_REMATCH[2]))
}

main
