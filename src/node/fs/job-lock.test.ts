import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { OwnerId } from '../../core/environment/backend.ts'
import { isJobLocked, readJobOwner, takeJobLock } from './job-lock.ts'
import { readStopRequest, requestStop } from './stop-request.ts'

const owner: OwnerId = { machineId: 'm', bootId: 'b', pid: 4711, startTime: '1' }
let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'tbcc-lock-'))))
afterEach(() => rmSync(folder, { recursive: true }))

it('is held once, names its holder, and may be taken again after it was given up', async () => {
  expect(isJobLocked(folder)).toBe(false)
  expect(readdirSync(folder)).toEqual([])
  const lock = await takeJobLock(folder, owner)
  expect(isJobLocked(folder)).toBe(true)
  expect(readJobOwner(folder)).toMatchObject(owner)
  await expect(takeJobLock(folder, owner)).rejects.toMatchObject({
    code: 'busy',
    message: `${folder} is being run by tbcc process 4711, since ${readJobOwner(folder)?.since}`,
  })
  // Asking and failing to take must not have let go of it.
  expect(isJobLocked(folder)).toBe(true)
  await lock.release()
  await lock.release()
  expect(isJobLocked(folder)).toBe(false)
  expect(readJobOwner(folder)).toBeNull()
  await (await takeJobLock(folder, owner)).release()
})

it('leaves an empty file and no journal', async () => {
  const lock = await takeJobLock(folder, owner)
  expect(readdirSync(folder).sort()).toEqual(['.tbcc.lock', '.tbcc.owner.json'])
  await lock.release()
  expect(readdirSync(folder)).toEqual(['.tbcc.lock'])
  expect(statSync(join(folder, '.tbcc.lock')).size).toBe(0)
})

it('can only be asked to stop while it is held', async () => {
  await expect(requestStop(folder, { force: false })).rejects.toMatchObject({ code: 'not-found' })
  expect(existsSync(join(folder, 'tbcc.stop.json'))).toBe(false)
  const lock = await takeJobLock(folder, owner)
  expect(readStopRequest(folder)).toBeNull()
  await requestStop(folder, { force: true })
  expect(readStopRequest(folder)).toEqual({ force: true })
  await lock.release()
})
