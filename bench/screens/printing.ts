import { createHash } from 'node:crypto'

/*
 * What the containers print. Each waits until somebody looks: until there is a file /tmp/go. bash waits by reading from a
 * pipe that nobody writes to, since a process for each pause would cost more than the printing.
 */

const SECONDS = 20
const BYTES_PER_SECOND = 2_000_000
const PIECES_PER_SECOND = 20
const PIECES = SECONDS * PIECES_PER_SECOND
const PIECE_BYTES = BYTES_PER_SECOND / PIECES_PER_SECOND
const TEXT = 'is a line of the output of a build that goes on and on'

export const FLOOD_MS = SECONDS * 1000
export const GO = ['touch', '/tmp/go'] as const

/** 2 MB/s for 20 s. No two lines are equal, so that a lost or doubled piece changes the hash. */
export const FLOOD = waiting(`
  e=$(printf "\\033")
  seq -f "$e[32m%08.0f$e[0m ${TEXT}" 1 10000000 |
    for ((piece = 1; piece <= ${PIECES}; piece++)); do
      head -c ${PIECE_BYTES}
      left=$((start + piece * ${1_000_000 / PIECES_PER_SECOND} - \${EPOCHREALTIME/./}))
      if ((left > 0)); then pause $left; fi
    done`)

/** A line every 50 ms for 20 s, each with the moment at which it is printed. */
export const STAMPS = waiting(`
  for ((line = 0; line < ${SECONDS * 20}; line++)); do
    echo "at $EPOCHREALTIME; something was done"
    pause 50000
  done`)

function waiting(body: string): string {
  return `bash -c '
  until [ -e /tmp/go ]; do sleep 0.05; done
  exec 3<> <(:)
  pause() { printf -v seconds "%d.%06d" $(($1 / 1000000)) $(($1 % 1000000)); read -rt $seconds -u 3; }
  start=\${EPOCHREALTIME/./}
  ${body.trim()}
  true'`
}

/** Of all that FLOOD prints. */
export function hashOfFlood(): string {
  const hash = createHash('sha256')
  let left = PIECES * PIECE_BYTES
  for (let line = 1; left > 0; line += 1) {
    const text = `\u001b[32m${String(line).padStart(8, '0')}\u001b[0m ${TEXT}\n`.slice(0, left)
    hash.update(text)
    left -= text.length
  }
  return hash.digest('hex')
}
