# Docker Engine and Podman's API service on a machine without systemd: sourced, not run.

PODMAN_SOCKET=/run/podman/podman.sock
started=()

start_docker() {
  if docker_answers; then
    echo "a Docker Engine answers already"
    return
  fi
  remove_stale_pid_file /var/run/docker.pid
  # The kernel may lack what iptables rules need; host networking works without them.
  start_engine dockerd dockerd --iptables=false --ip-forward=false
  wait_for dockerd docker_answers
}

start_podman() {
  # Set for the `podman` command too, which loads the images.
  export CONTAINERS_CONF=$ci/podman/containers.conf
  if podman_answers; then
    echo "a Podman API service answers already"
    return
  fi
  mkdir -p "$(dirname "$PODMAN_SOCKET")"
  start_engine podman podman system service --time=0 "unix://$PODMAN_SOCKET"
  wait_for podman podman_answers
}

docker_answers() { timeout 10 docker version >/dev/null 2>&1; }
podman_answers() { curl --silent --fail --max-time 5 --unix-socket "$PODMAN_SOCKET" http://localhost/_ping >/dev/null 2>&1; }

# start_engine NAME COMMAND…: in a session of its own, so that a Ctrl-C here does not end it under running tests, and in a
# folder of this run: Podman's helpers leave files where they were started.
start_engine() {
  local name=$1
  shift
  echo "starting $*"
  env --chdir="$work" setsid "$@" </dev/null >"$work/$name.log" 2>&1 &
  started+=("$!")
}

# A daemon that died leaves its pid file behind, and the next one refuses to start.
remove_stale_pid_file() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 0
  [[ $(readlink "/proc/$pid/exe" 2>/dev/null) == */dockerd ]] || rm -f "$1"
}

# wait_for NAME CHECK: up to three minutes, then the engine's log and exit.
wait_for() {
  local _
  for _ in {1..360}; do
    if "$2"; then return; fi
    sleep 0.5
  done
  echo "$1 does not answer; the end of its log:" >&2
  tail -n 30 "$work/$1.log" >&2
  exit 1
}

# Only what this run started itself, by its process id.
stop_engines() {
  local pid
  for pid in "${started[@]}"; do
    kill "$pid" 2>/dev/null || continue
    wait "$pid" 2>/dev/null || true
  done
}
