import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { AppError } from '../contract/errors.ts'
import type { JobConfig } from '../contract/harbor/job-config.ts'
import { JobLock } from '../contract/harbor/lock.ts'
import { parseHarborJson } from '../core/job/harbor-json.ts'
import type { JobFacts } from '../core/job/plan-trial.ts'
import { HARBOR_LOCK_FILE } from '../node/read/layout.ts'
import { readTextBelow } from '../node/read/safe-read.ts'

type ExtraInstructions = Pick<JobFacts, 'extraFiles' | 'extraInstructionLocks'>

/**
 * What a job appends to its instructions; paths are absolute. A digest is that of a file's bytes, its text what Harbor
 * reads: UTF-8, lines ended by LF alone. Codes: `not-found`, `invalid-input` for what is no text.
 */
export async function readExtraInstructions({
  extra_instruction_paths: paths,
  extra_instructions: texts,
}: Pick<JobConfig, 'extra_instruction_paths' | 'extra_instructions'>): Promise<ExtraInstructions> {
  const files = await Promise.all(paths.map(async (path) => ({ path, bytes: await readInstruction(path) })))
  return {
    extraFiles: files.map(({ path, bytes }) => ({ path, text: toText(path, bytes) })),
    extraInstructionLocks: [
      ...files.map(({ path, bytes }) => ({ path, digest: digestOf(bytes) })),
      ...texts.map((text) => ({ path: null, digest: digestOf(text) })),
    ],
  }
}

/** Throws `invalid-input` where they are others than those that the job's lock names. */
export function refuseChangedInstructions(directory: string, { extraInstructionLocks: now }: ExtraInstructions): void {
  const before = readStoredLocks(directory)
  if (before === null) return
  const changed = now.filter(({ digest }, index) => before[index]?.digest !== digest)
  if (changed.length === 0 && before.length === now.length) return
  const names = changed.map(({ path }) => path ?? 'a text of the configuration')
  throw new AppError(
    'invalid-input',
    `the extra instructions have changed since the job started: ${names.join(', ') || 'some are gone'}`,
    {
      details: {
        hint: 'results of different instructions must not be mixed in one job: restore them, or start a new job. A text that held a secret is kept without it: give it as a file (--extra-instruction-path)',
      },
    },
  )
}

/** Every trial of a job has the same. Null: the lock cannot be read. */
function readStoredLocks(directory: string): ExtraInstructions['extraInstructionLocks'] | null {
  const text = readTextBelow(directory, [HARBOR_LOCK_FILE], MAX_LOCK_BYTES)
  try {
    const [first] = (text === null ? null : JobLock.safeParse(parseHarborJson(text)).data)?.trials ?? []
    return first === undefined ? null : (first.extra_instructions ?? [])
  } catch {
    return null
  }
}

/** It repeats a job's settings for each of its trials. */
const MAX_LOCK_BYTES = 256 * 1024 ** 2

async function readInstruction(path: string): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    throw new AppError('not-found', `the extra instruction ${path} cannot be read`, { cause: error })
  })
}

function toText(path: string, bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.replaceAll(/\r\n?/g, '\n')
  } catch (error) {
    throw new AppError('invalid-input', `the extra instruction ${path} is not UTF-8 text`, { cause: error })
  }
}

function digestOf(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}
