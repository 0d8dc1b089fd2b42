import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Engine } from '../../engine/engine.ts'
import { placeFlag } from '../../engine/place-flag.ts'
import type { CommonFlags } from '../common-flags.ts'
import { usageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { type Host, printLines, withEngine } from '../host.ts'
import { placeOf } from '../jobs-place.ts'
import { createEscapeFilter } from '../text/escape-filter.ts'

/** `tbcc logs`: the bytes as they are where stdout is no terminal, else only what is harmless to one. */
export async function printLogs(
  target: string,
  flags: CommonFlags & { readonly phase?: string; readonly follow?: boolean },
  host: Host,
): Promise<number> {
  const place = placeOf(target, flags, host)
  const at = placeFlag(place.jobsDir, host.cwd)
  await withEngine(host, { jobsDir: place.jobsDir }, async (engine) => {
    const found = await engine.find(place.target)
    if (found.kind === 'job') {
      const hint = `tbcc show ${found.job.jobName}${at} lists them`
      throw usageError(`${target} is a job: output is kept for each of its trials`, hint)
    }
    const { jobName, trialName } = found.trial
    const follow = flags.follow === true
    const options = { phase: flags.phase ?? null, follow, signal: host.outputClosed }
    await copy(engine.output({ jobName, trialName }, options), host)
    if (follow && !host.outputClosed.aborted && (await isInterrupted(engine, found.directory)))
      printLines(host.stderr, [
        `${trialName} was interrupted, and nobody runs its job now: tbcc resume ${jobName}${at}`,
      ])
  })
  return EXIT.ok
}

/** Nobody runs its job any more, and it has no end. Of Harbor's jobs nobody can tell. */
async function isInterrupted(engine: Engine, directory: string): Promise<boolean> {
  if (!existsSync(join(dirname(directory), 'tbcc.json'))) return false
  const [trial, job] = await Promise.all([engine.find(directory), engine.find(dirname(directory))])
  return trial.kind === 'trial' && trial.trial.state !== 'finished' && job.kind === 'job' && job.job.state !== 'running'
}

async function copy(chunks: AsyncIterable<Uint8Array>, { stdout, outputClosed }: Host): Promise<void> {
  const toText = stdout.isTerminal ? createTerminalText() : null
  for await (const chunk of chunks) {
    if (outputClosed.aborted) return
    const ready = stdout.write(toText === null ? chunk : toText(chunk))
    if (!ready) await stdout.drained()
  }
  // Colours that were left on are not those of the prompt.
  if (toText !== null) stdout.write('\x1b[0m')
}

function createTerminalText(): (chunk: Uint8Array) => string {
  const decoder = new TextDecoder()
  const filter = createEscapeFilter({ colours: true })
  return (chunk) => filter.push(decoder.decode(chunk, { stream: true }))
}
