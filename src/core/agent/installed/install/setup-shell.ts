import { AppError } from '../../../../contract/errors.ts'
import { repairPackageManager } from '../../../environment/repair.ts'
import { createEscapeFilter } from '../../../text/escape-filter.ts'
import { tellingLine } from '../../../text/telling-line.ts'
import type { SetupContext } from './setup-context.ts'

/** Runs the steps of a setup: said in the journal, shown live, kept in `agent/setup.txt`. */
export interface SetupShell {
  /** Code: `cancelled`, once its time is over: nothing after that counts. */
  run(purpose: string, script: string, options?: StepOptions): Promise<StepEnd>
  /** Says a line of our own. */
  say(line: string): Promise<void>
  /** The last lines of steps that failed, in order. */
  complaints(): readonly string[]
  /** The same with less time for its steps: `signal`, which must follow the one before, ends them. */
  within(signal: AbortSignal): SetupShell
  /** Finishes what a package manager had begun when a step was ended. */
  repair(): Promise<void>
  close(): Promise<void>
}

export interface StepOptions {
  /** Absent: the agent's user. */
  readonly user?: 'root'
  readonly env?: Readonly<Record<string, string>>
  /** Absent: sh, which every image has. */
  readonly shell?: 'bash'
}

export interface StepEnd {
  readonly exitCode: number | null
  /** Standard output, its first 64 kB. */
  readonly text: string
  /** Null for exit code 0; else the line that says most, and the exit code where nothing was said. */
  readonly failed: string | null
}

export function createSetupShell(context: SetupContext): SetupShell {
  const log = context.files.appendLog('agent/setup.txt')
  const complaints: string[] = []
  const within = (signal: AbortSignal): SetupShell => ({
    async run(purpose, script, { user, env, shell } = {}) {
      const output = createOutput()
      const result = await context.exec({
        purpose,
        command: shell === 'bash' ? script : ['/bin/sh', '-c', script],
        env: { ...context.env, ...env },
        ...(user === undefined ? {} : { user }),
        signal,
        log,
        onOutput: ({ stream, data }) => output.take(stream, data),
      })
      if (signal.aborted || result.cancelled) throw new AppError('cancelled', 'the setup was ended')
      if (result.exitCode === 0) return { exitCode: 0, text: output.text(), failed: null }
      complaints.push(...output.lastLines())
      return {
        exitCode: result.exitCode,
        text: output.text(),
        failed: tellingLine(output.lastLines()) ?? `exit code ${result.exitCode ?? 'none'}`,
      }
    },
    async say(line) {
      const bytes = new TextEncoder().encode(`${line}\n`)
      await Promise.all([context.output(bytes), log.write(bytes)])
    },
    complaints: () => complaints,
    within,
    repair: async () => repairPackageManager(async (request) => context.exec({ ...request, signal, log })),
    close: () => log.close(),
  })
  return within(context.signal)
}

const MAX_TEXT = 64 * 1024
const MAX_TAIL = 8 * 1024
const MAX_LINES = 20

/** What a step printed, as much of it as is needed afterwards. */
function createOutput() {
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() }
  let text = ''
  let tail = ''
  return {
    take(stream: 'stdout' | 'stderr', data: Uint8Array): void {
      const piece = decoders[stream].decode(data, { stream: true })
      if (stream === 'stdout' && text.length < MAX_TEXT) text += piece.slice(0, MAX_TEXT - text.length)
      tail = (tail + piece).slice(-MAX_TAIL)
    },
    text: () => text,
    lastLines: () => plainLines(tail).slice(-MAX_LINES),
  }
}

/** Bars of progress are rewritten in place: only their last state is a line. */
function plainLines(text: string): readonly string[] {
  const plain = createEscapeFilter({ colours: false }).push(text.replaceAll(/[^\n]*\r(?!\n)/g, ''))
  return plain
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
