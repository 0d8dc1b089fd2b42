import type { Engine } from '../engine/engine.ts'
import type { Service } from '../engine/service.ts'
import { createStyle, type Style, wantsColour } from './text/style.ts'

/** The process as commands see it: where they print, what they read, and how they reach the engine. */
export interface Host {
  readonly stdout: Output
  readonly stderr: Output
  /** Null where nobody can be asked. */
  readonly terminal: Terminal | null
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly version: string
  /** Aborts when nobody reads stdout any more (`tbcc … | head`). */
  readonly outputClosed: AbortSignal
  /** What comes in on stdin, until its end or the signal. */
  stdin(signal: AbortSignal): AsyncIterable<Uint8Array>
  openEngine(options: { readonly jobsDir: string; readonly env: Host['env'] }): Promise<Engine>
  /** The engine as the screens see it. */
  openService(options: { readonly jobsDir: string; readonly jobsDirIsNamed?: boolean }): Promise<Service>
}

export interface Output {
  write(data: string | Uint8Array): boolean
  readonly isTerminal: boolean
  /** Null where it is no terminal. */
  columns(): number | null
  rows(): number | null
  /** Told when the terminal's size changed; the returned function stops that. */
  onResize(listener: () => void): () => void
  /** Resolves when it takes more, after `write` returned false. */
  drained(): Promise<void>
}

export interface Terminal {
  ask(question: string): Promise<string>
  /** What is typed is not shown. */
  askSecret(question: string): Promise<string>
}

export function styleFor(output: Output, env: Host['env']): Style {
  return createStyle(wantsColour({ isTerminal: output.isTerminal, env }))
}

export function printLines(output: Pick<Output, 'write'>, lines: readonly string[]): void {
  if (lines.length > 0) output.write(`${lines.join('\n')}\n`)
}

/** Gives a command the engine and disposes of it afterwards, however the command ended. */
export async function withEngine<T>(
  host: Host,
  options: { readonly jobsDir: string; readonly env?: Host['env'] },
  use: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await host.openEngine({ jobsDir: options.jobsDir, env: options.env ?? host.env })
  try {
    return await use(engine)
  } finally {
    await engine.dispose()
  }
}
