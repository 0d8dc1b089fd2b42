import { createReadStream } from 'node:fs'
import { AppError } from '../../contract/errors.ts'
import { filesBelow } from '../read/files-below.ts'
import { openBelow } from '../read/safe-read.ts'

/** What Harbor keeps of what a trial printed, by the phase that printed it, in this order. */
const KEPT: readonly { readonly phase: string; readonly folder: string; readonly name: RegExp }[] = [
  { phase: 'agent-setup', folder: 'agent', name: /^agent\/setup\/[^/]+\.txt$/ },
  { phase: 'agent-execution', folder: 'agent', name: /^agent\/[^/]+\.txt$/ },
  { phase: 'verification', folder: 'verifier', name: /^verifier\/test-std(out|err)\.txt$/ },
]

/**
 * The output of a trial that Harbor ran, all of it or that of one phase: file after file. Code: not-found where no file
 * is left; the hint names those of other phases.
 */
export async function* readHarborOutput(directory: string, phase: string | null): AsyncGenerator<Uint8Array> {
  const kept = await listKept(directory)
  const asked = kept.filter((file) => phase === null || file.phase === phase)
  if (asked.length === 0) throw nothingKept(directory, phase, kept)
  for (const { path } of asked) {
    const file = openBelow(directory, path.split('/'))
    if (file === null) continue
    // The stream closes the file, also where its reader stops early.
    const stream = createReadStream('', { fd: file, start: 0 })
    for await (const chunk of stream) if (chunk instanceof Uint8Array) yield chunk
  }
}

interface KeptFile {
  readonly phase: string
  readonly path: string
}

async function listKept(directory: string): Promise<readonly KeptFile[]> {
  const found: KeptFile[] = []
  for (const { phase, folder, name } of KEPT) {
    const files = await filesBelow(directory, [folder])
    found.push(...files.flatMap(({ path }) => (name.test(path) ? [{ phase, path }] : [])))
  }
  return found
}

function nothingKept(directory: string, phase: string | null, kept: readonly KeptFile[]): AppError {
  const of = phase === null ? '' : ` of the phase ${phase}`
  const hint =
    kept.length === 0
      ? 'Harbor keeps it in agent/*.txt and verifier/test-stdout.txt, and neither is there'
      : `there is: ${kept.map((file) => `${file.path} (--phase ${file.phase})`).join(', ')}`
  return new AppError('not-found', `${directory} has no output${of}: it was run by Harbor`, { details: { hint } })
}
