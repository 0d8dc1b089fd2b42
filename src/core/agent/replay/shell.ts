import { createQueue, type Queue } from '../../queue.ts'
import type { AgentContext } from '../agent.ts'
import { quote } from '../shell.ts'

/** How one replayed command ended. `ended`: the shell itself went away (`exit`, a signal). */
export interface ShellReply {
  readonly exitCode: number | null
  readonly output: string
  readonly ended: boolean
}

/**
 * One bash that stays alive over many commands, so that directory, variables and background jobs carry over from call
 * to call where they did so when the trajectory was recorded.
 */
export interface ReplayShell {
  run(command: string, options?: CommandOptions): Promise<ShellReply>
  /** Ends the shell; what it left in the background lives on. */
  close(): Promise<void>
}

interface CommandOptions {
  /** Absent: where the shell is. */
  readonly cwd?: string | null
  /** What the command changes of directory and variables ends with it. */
  readonly ownShell?: boolean
  /** Characters of output kept in the reply, the last ones; the whole is in the trial's output log. */
  readonly keep?: number
}

const KEPT_CHARACTERS = 16_384

/** Output held in memory while a command runs. */
const HELD_CHARACTERS = 16_000_000

export function openReplayShell(context: AgentContext): ReplayShell {
  // Unguessable to the replayed commands' output; the end of each command is told by it.
  const marker = `tbcc-${crypto.randomUUID()}`
  let shell: LiveShell | null = null
  let calls = 0
  return {
    async run(command, { cwd = null, ownShell = false, keep = KEPT_CHARACTERS } = {}) {
      shell ??= startShell(context, marker)
      const mark = `${marker}-${++calls}`
      const reply = await shell.ask(script(command, { cwd, ownShell }, mark), mark)
      if (reply.ended) shell = null
      return { ...reply, output: reply.output.slice(keep === Number.POSITIVE_INFINITY ? 0 : -keep) }
    },
    async close() {
      await shell?.close()
      shell = null
    },
  }
}

/** The command, then a line that tells its exit code. A heredoc keeps any quoting; standard input is not the script. */
function script(
  command: string,
  { cwd, ownShell }: { readonly cwd: string | null; readonly ownShell: boolean },
  mark: string,
): string {
  const change = cwd === null ? '' : `cd -- ${quote(cwd)} && `
  const whole = `${change}eval "$(cat <<'${mark}'\n${command}\n${mark}\n)"`
  return `${ownShell ? `( ${whole} )` : `{ ${whole}; }`} </dev/null 2>&1\nprintf '\\n%s %d\\n' ${mark} $?\n`
}

interface LiveShell {
  ask(text: string, mark: string): Promise<ShellReply>
  close(): Promise<void>
}

function startShell(context: AgentContext, name: string): LiveShell {
  const stdin: Queue<Uint8Array> = createQueue()
  const decoder = new TextDecoder()
  let pending = ''
  let waiting: { mark: string; settle: (reply: ShellReply) => void } | null = null

  const done = context.exec({
    purpose: `replay ${name}`,
    command: ['bash', '--norc'],
    stdin,
    onOutput: ({ data }) => {
      pending += decoder.decode(data, { stream: true })
      answer()
    },
  })
  const ended = done.then((result) => {
    waiting?.settle({ exitCode: result.exitCode, output: pending, ended: true })
    waiting = null
  })

  function answer(): void {
    if (waiting === null) return
    const end = findEnd(pending, waiting.mark)
    if (end === null) {
      if (pending.length > HELD_CHARACTERS) pending = pending.slice(-HELD_CHARACTERS / 2)
      return
    }
    waiting.settle({ exitCode: end.exitCode, output: pending.slice(0, end.from), ended: false })
    pending = pending.slice(end.to)
    waiting = null
  }

  return {
    async ask(text, mark) {
      const reply = new Promise<ShellReply>((settle) => {
        waiting = { mark, settle }
      })
      stdin.push(new TextEncoder().encode(text))
      // A failing exec (container gone) must reject here, not hang.
      return Promise.race([reply, ended.then(() => reply)])
    },
    async close() {
      stdin.end()
      await ended
    },
  }
}

/** Where the line stands that ends a command. It is searched from the back: it is the last thing printed. */
function findEnd(text: string, mark: string): { exitCode: number; from: number; to: number } | null {
  const at = text.lastIndexOf(`\n${mark} `)
  if (at === -1) return null
  const end = text.indexOf('\n', at + 1)
  if (end === -1) return null
  return { exitCode: Number(text.slice(at + mark.length + 2, end)), from: at, to: end + 1 }
}
