import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { createOwnerId, isOwnerAlive } from './owner.ts'

it('is the same for one process and says nothing about the machine', async () => {
  const owner = await createOwnerId()
  expect(owner).toEqual(await createOwnerId())
  expect(owner.pid).toBe(process.pid)
  expect(owner.machineId).toMatch(/^[0-9a-f]{32}$/)
})

it('lives as long as its process', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] })
  await once(child, 'spawn')
  const self = await createOwnerId()
  const owner = { ...self, pid: child.pid ?? 0, startTime: '' }
  expect(await isOwnerAlive(self)).toBe(true)
  expect(await isOwnerAlive(owner)).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await isOwnerAlive(owner)).toBe(false)
})

it('does not take another process with the same number for it', async () => {
  const self = await createOwnerId()
  expect(await isOwnerAlive({ ...self, startTime: `${self.startTime}0` })).toBe(false)
})

it('is gone with the boot it belonged to, and only on its own machine', async () => {
  const self = await createOwnerId()
  expect(await isOwnerAlive({ ...self, bootId: 'another boot' })).toBe(false)
  expect(await isOwnerAlive({ ...self, bootId: '' })).toBe(true)
  expect(await isOwnerAlive({ machineId: 'another machine', bootId: 'x', pid: 2 ** 22, startTime: '1' })).toBe(true)
})
