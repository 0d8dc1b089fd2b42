import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { AppError } from '../../contract/errors.ts'
import { createEngineHost, type EngineHost } from './engine-host.ts'
import { launchUnderNode } from './launch-node.ts'

/*
 * Processes that stand for the engine, under this Node: each does one thing that an engine may do. The real one is in
 * e2e/electron/.
 */

const folder = mkdtempSync(join(tmpdir(), 'tbcc-host-'))
const START = { settingsDir: '/s', defaultJobsDir: '/j', cwd: '/', version: '1', cipherLabel: null }
const TIMING = { firstWaitMs: 10, longestWaitMs: 40, soundAfterMs: 60_000, stopMs: 200, forceMs: 200 }
const READY = `process.on('message', (m) => { if (m.type === 'start') process.send({ type: 'ready' }) })
process.send({ type: 'listening' })`
const ENDS_WHEN_TOLD = `process.on('message', (m) => { if (m.type === 'stop') process.exit(0) })`
const TELLS_PID = `process.on('message', (m) => {
  if (m.type === 'ask') process.send({ type: 'answer', id: m.id, answer: process.pid, error: null })
})`

const hosts: EngineHost[] = []
afterEach(async () => {
  await Promise.all(hosts.splice(0).map(async (host) => host.stop()))
})
afterAll(() => rmSync(folder, { recursive: true }))

function host(scripts: readonly string[]): { host: EngineHost; lost: string[]; starts: () => number } {
  const lost: string[] = []
  let starts = 0
  const made = createEngineHost({
    launch(listener) {
      const path = join(folder, `${hosts.length}-${starts}.cjs`)
      writeFileSync(path, scripts[Math.min(starts, scripts.length - 1)] ?? '')
      starts += 1
      return launchUnderNode(process.execPath, path)(listener)
    },
    start: () => START,
    answer: async () => {
      throw new Error('nothing is asked here')
    },
    onLost: (reason) => lost.push(reason),
    timing: TIMING,
  })
  hosts.push(made)
  return { host: made, lost, starts: () => starts }
}

const pidOf = async (made: EngineHost): Promise<number> => Number(await made.ask({ about: 'running-jobs' }))

test('an engine that crashes is followed by another, for which who asks waits', async () => {
  const { host: made, lost } = host([`${READY};${TELLS_PID};${ENDS_WHEN_TOLD}`])
  const first = await pidOf(made)
  process.kill(first, 'SIGKILL')
  while (lost.length === 0) await new Promise(setImmediate)
  // Nobody asks about the jobs of one that has ended.
  expect(made.isRunning()).toBe(false)
  const second = await pidOf(made)
  expect(made.isRunning()).toBe(true)
  expect(second).not.toBe(first)
  expect(lost).toEqual(['the engine ended by SIGKILL'])
})

test('a question that a crash leaves open is rejected', async () => {
  const { host: made } = host([`${READY};process.on('message', (m) => { if (m.type === 'ask') process.exit(3) })`])
  await expect(pidOf(made)).rejects.toThrow('the engine ended with code 3')
})

test('one that does not start says why, and is tried again', async () => {
  const { host: made, starts } = host(['throw new Error("no such thing")', `${READY};${TELLS_PID};${ENDS_WHEN_TOLD}`])
  await expect(pidOf(made)).rejects.toThrow(/did not start.*with code 1.*no such thing/s)
  while (starts() < 2) await new Promise(setImmediate)
  expect(await pidOf(made)).toBeGreaterThan(0)
})

test('one that refuses is not tried again, until somebody asks for it', async () => {
  const refuses = `process.send({ type: 'refused', reason: 'not here' }); setInterval(() => {}, 1000)`
  const { host: made, starts } = host([refuses, refuses, `${READY};${TELLS_PID};${ENDS_WHEN_TOLD}`])
  const why = await pidOf(made).catch((error: unknown) => error)
  expect(why).toBeInstanceOf(AppError)
  expect(why).toMatchObject({ message: 'not here' })
  await expect(made.restart()).rejects.toThrow('not here')
  expect(starts()).toBe(2)
  await made.restart()
  expect(await pidOf(made)).toBeGreaterThan(0)
})

test('a restart ends the one that runs, once, however often it is asked for', async () => {
  const { host: made, lost, starts } = host([`${READY};${TELLS_PID};${ENDS_WHEN_TOLD}`])
  const first = await pidOf(made)
  await Promise.all([made.restart(), made.restart()])
  expect(await pidOf(made)).not.toBe(first)
  expect(() => process.kill(first, 0)).toThrow('ESRCH')
  expect(lost).toEqual(['the engine was ended'])
  expect(starts()).toBe(2)
})

test('one that does not end is hurried, then killed', async () => {
  const { host: made } = host([`${READY};${TELLS_PID}`])
  const pid = await pidOf(made)
  await made.stop()
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

test('a program that is not there is told as such', async () => {
  const made = createEngineHost({
    launch: launchUnderNode(join(folder, 'nowhere'), join(folder, 'x.cjs')),
    start: () => START,
    answer: async () => null,
    onLost: () => undefined,
    timing: TIMING,
  })
  hosts.push(made)
  await expect(pidOf(made)).rejects.toThrow(/nowhere/)
})
