import { AppError } from '../../contract/errors.ts'
import { endWithin } from './container-state.ts'
import type { ExecHost } from './exec-session.ts'
import { runTool } from './run-tool.ts'
import { isGone } from './translate.ts'

/** What the walk and the wait for killed processes may take on top of the grace. */
const SLACK_MS = 20_000
/** An engine that is busy with the ends of a container's commands says some seconds later that itself has ended. */
const END_KNOWN_MS = 10_000

/**
 * Ends a process of the container and all that descend from it at this moment, whatever their group or session, and
 * returns when they are gone: TERM, a grace, KILL. Signals have to come from inside: the engine's API knows none for the
 * processes of an exec. Resolves too when the container itself is gone; rejects with environment-gone when processes
 * may be left. `user` is the command's.
 */
export async function endTree(
  host: ExecHost,
  rootPid: number,
  user: string | number | undefined,
  graceMs: number,
): Promise<void> {
  let why = ''
  for (const killer of host.rootMaySignal ? [0, 0, 0] : [user, 0, user]) {
    try {
      const script = [END_TREE, 'sh', String(rootPid), String(Math.ceil(graceMs / 10))]
      const ended = await runTool(host, script, killer, graceMs + SLACK_MS)
      if (ended.exitCode === 0) return
      why = ended.output.trim() || `exit code ${ended.exitCode}`
    } catch (error) {
      if (isGone(error)) return
      why = error instanceof Error ? error.message : String(error)
    }
  }
  // Engines have many words for a container that is just ending, and all of its processes end with it.
  if ((await endWithin(host.engine, host.containerId, END_KNOWN_MS)) !== null) return
  throw new AppError('environment-gone', `The processes of a command could not be ended: ${why}`, {
    details: { hint: 'The environment is out of control; it is best removed.' },
  })
}

/**
 * POSIX sh with builtins, /proc and sleep only, for images have no more in common; $1 is the root's pid, $2 the grace in
 * hundredths of a second. The tree is stopped first, again and again until nobody new is found, so that it cannot grow
 * away while it is walked; members are remembered, because a child is re-parented when its parent ends.
 */
const END_TREE = `
root=$1 grace=$2
members=" $root "

# table: "pid:parent" of every living process; states: " pid:state" of it.
scan() {
  table= states=' '
  for entry in /proc/[0-9]*; do
    pid=\${entry#/proc/} state= parent= threads=0
    while read -r key value rest; do
      case $key in
        State:) state=$value ;;
        PPid:) parent=$value; case $state in Z) ;; *) break ;; esac ;;
        Threads:) threads=$value; break ;;
      esac
    done < "$entry/status"
    # A zombie is gone, unless only its first thread has ended.
    case $state in
      '' | X | x) continue ;;
      Z) [ "$threads" -gt 1 ] || continue ;;
    esac
    table="$table $pid:$parent" states="$states$pid:$state "
  done
} 2>/dev/null

# Drops members that are gone, takes in their descendants; fresh: who came in.
refresh() {
  scan
  alive=' ' fresh=
  for pair in $table; do
    case $members in *" \${pair%:*} "*) alive="$alive\${pair%:*} " ;; esac
  done
  members=$alive
  grown=1
  while [ $grown = 1 ]; do
    grown=0
    for pair in $table; do
      case $members in *" \${pair%:*} "*) continue ;; esac
      case $members in *" \${pair#*:} "*) members="$members\${pair%:*} " fresh="$fresh \${pair%:*}" grown=1 ;; esac
    done
  done
}

signal() {
  name=$1
  shift
  for pid in "$@"; do kill "-$name" "$pid"; done
} 2>/dev/null

# Stops every member; done when nobody new shows up and each is seen stopped.
stop_all() {
  rounds=0
  while [ $rounds -lt 200 ]; do
    refresh
    signal STOP $members
    moving=
    for pid in $members; do
      case $states in *" $pid:"[RS]" "*) moving=1 ;; esac
    done
    [ -z "$fresh$moving" ] && return
    rounds=$((rounds + 1))
  done
}

now() {
  read -r up rest < /proc/uptime
  centis=$((\${up%.*} * 100 + 1\${up#*.} - 100))
}

# Waits until no member is left, at most $1 hundredths of a second.
await_end() {
  now
  end=$((centis + $1))
  refresh
  while [ "$members" != ' ' ] && [ $centis -lt $end ]; do
    sleep 0.02 2>/dev/null || sleep 1
    refresh
    now
  done
  [ "$members" = ' ' ]
}

stop_all
signal TERM $members
signal CONT $members
await_end "$grace" && exit 0
for attempt in 1 2 3 4 5; do
  stop_all
  signal KILL $members
  await_end 200 && exit 0
done
echo "still there:$members"
exit 1
`
