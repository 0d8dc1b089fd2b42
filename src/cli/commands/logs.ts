import type { CommonFlags } from '../common-flags.ts'
import { usageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { type Host, withEngine } from '../host.ts'
import { placeOf } from '../jobs-place.ts'
import { createEscapeFilter } from '../text/escape-filter.ts'

/** `tbcc logs`: the bytes as they are where stdout is no terminal, else only what is harmless to one. */
export async function printLogs(
  target: string,
  flags: CommonFlags & { readonly phase?: string; readonly follow?: boolean },
  host: Host,
): Promise<number> {
  const place = placeOf(target, flags, host)
  await withEngine(host, { jobsDir: place.jobsDir }, async (engine) => {
    const found = await engine.find(place.target)
    if (found.kind === 'job') {
      throw usageError(`${target} is a job: output is kept for each of its trials`, `tbcc show ${target} lists them`)
    }
    const { jobName, trialName } = found.trial
    const options = { phase: flags.phase ?? null, follow: flags.follow === true, signal: host.outputClosed }
    await copy(engine.output({ jobName, trialName }, options), host)
  })
  return EXIT.ok
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
