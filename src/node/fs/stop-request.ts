import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../contract/errors.ts'
import { STOP_FILE } from '../read/layout.ts'
import { readTextBelow } from '../read/safe-read.ts'
import { writeFileAtomically } from '../write/atomic-file.ts'
import { isJobLocked } from './job-lock.ts'

const StopRequest = z.object({ force: z.boolean() })
export type StopRequest = z.infer<typeof StopRequest>

/** Asks the process that runs a job to stop. Code: not-found where nobody runs it. */
export async function requestStop(jobDirectory: string, request: StopRequest): Promise<void> {
  if (!isJobLocked(jobDirectory)) throw new AppError('not-found', `${jobDirectory} is not running`)
  await writeFileAtomically(join(jobDirectory, STOP_FILE), `${JSON.stringify(request)}\n`)
}

/** What another process left; null without a request, or with one that cannot be read. */
export function readStopRequest(jobDirectory: string): StopRequest | null {
  const text = readTextBelow(jobDirectory, [STOP_FILE])
  if (text === null) return null
  try {
    return StopRequest.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** Forgets a request of an earlier run. */
export async function clearStopRequest(jobDirectory: string): Promise<void> {
  await rm(join(jobDirectory, STOP_FILE), { force: true })
}
