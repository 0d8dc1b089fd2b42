import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeJob } from '../../test/support/stored-job.ts'
import type { OwnerId } from '../core/environment/backend.ts'
import { createClock } from '../node/clock.ts'
import { openJob } from '../node/fs/job-files.ts'
import { isJobLocked, takeJobLock, type JobLock } from '../node/fs/job-lock.ts'
import { pruneOldOutput } from './prune-logs.ts'

const owner: OwnerId = { machineId: 'm', bootId: 'b', pid: 1, startTime: '1' }
const nowMs = Date.parse('2027-11-21T00:00:00Z')
let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tbcc-prune-'))
  const options = { mode: 'create', owner, secrets: [], clock: createClock(), index: null } as const
  const job = await openJob(folder, 'job', options)
  await writeJob(job, 'job', ['a', 'b'])
  await job.release()
})
afterEach(() => rmSync(folder, { recursive: true }))

const prune = async (ownerOf = async (): Promise<OwnerId> => owner): Promise<number> =>
  pruneOldOutput(folder, 30, { nowMs, owner: ownerOf })
const read = (path: string): string => readFileSync(join(folder, 'job', path), 'utf8')

it('removes what is old, once', async () => {
  expect(await prune()).toBe(2)
  expect(readdirSync(join(folder, 'job', 'a')).sort()).toEqual([
    'config.json',
    'result.json',
    'tbcc.events.jsonl',
    'tbcc.json',
  ])
  expect(JSON.parse(read('a/tbcc.json'))).toMatchObject({ pruned: { logs: ['output'] } })
  expect(await prune(async () => Promise.reject(new Error('nothing is left to be pruned')))).toBe(0)
  expect(isJobLocked(join(folder, 'job'))).toBe(false)
})

it('leaves a job alone that somebody takes after it was looked at', async () => {
  const before = read('a/tbcc.json')
  let resume: JobLock | undefined
  const pruned = await prune(async () => {
    resume = await takeJobLock(join(folder, 'job'), owner)
    return owner
  })
  expect(pruned).toBe(0)
  expect([read('a/tbcc.json'), read('a/tbcc.output.log')]).toEqual([before, 'output of a\n'])
  await resume?.release()
  expect(await prune()).toBe(2)
})
