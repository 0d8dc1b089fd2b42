import { mkdir, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, type TestContext } from 'vitest'

/*
 * CI gives a test a second try. It can only succeed where it begins as the first one did.
 */

/** Makes what the tests of a suite look at: before the first of them, and anew before another try of any. */
export function beforeTries(prepare: () => Promise<void>): void {
  let isDone = false
  beforeEach(async ({ task }) => {
    if (isDone && !isAnotherTry(task)) return
    await prepare()
    isDone = true
  })
}

export interface FailedTries {
  /** Ends what may still run there. */
  readonly stop?: () => Promise<unknown>
  /** Makes an index anew that somebody has open. */
  readonly reindex?: () => Promise<unknown>
}

/**
 * Moves the jobs that a failed try of a test made out of their folder, to one beside it: there they explain the failure, and neither
 * take the names of the next try's nor count with them.
 */
export function putFailedTriesAside(jobsDir: string, { stop, reindex }: FailedTries = {}): void {
  let before: ReadonlySet<string> = new Set()
  let failed = 0

  beforeEach(async ({ task }) => {
    if (!isAnotherTry(task)) {
      before = new Set(await jobsIn(jobsDir))
      return
    }
    await stop?.()
    const made = (await jobsIn(jobsDir)).filter((name) => !before.has(name))
    if (made.length === 0) return
    const aside = `${jobsDir}-of-failed-try-${(failed += 1)}`
    await mkdir(aside)
    await writeFile(join(aside, 'not-for-harbor'), `a test failed with them, and was tried again: ${task.name}\n`)
    for (const name of made) await rename(join(jobsDir, name), join(aside, name))
    await reindex?.()
  })
}

function isAnotherTry({ result }: TestContext['task']): boolean {
  return (result?.retryCount ?? 0) > 0
}

async function jobsIn(jobsDir: string): Promise<readonly string[]> {
  // Before its first job there is no such folder; what begins with a dot is the index.
  const names = await readdir(jobsDir).catch(() => [])
  return names.filter((name) => !name.startsWith('.'))
}
