import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { ItemOf } from '../src/contract/api/api.ts'
import type { OpenEnvironment } from '../src/contract/api/terminals.ts'
import { createTerminalApi, type TerminalApi } from '../src/engine/api/terminals.ts'
import { createOwnJobs, type OwnJobs } from '../src/engine/api/own-jobs.ts'
import { assembleEngine } from '../src/engine/assemble.ts'
import type { Engine } from '../src/engine/engine.ts'
import { createEngineParts, type EngineParts } from '../src/engine/parts.ts'
import { createOwnerId } from '../src/node/host/owner.ts'
import { plainEnv, toConfig, useJobs } from './support/engine.ts'
import { readTrialEvents, readTrialRecord, trialFolders } from './support/job-folder.ts'
import { describeOn } from './support/machine.ts'

const SIZE = { columns: 80, rows: 24 }
/** What hangs takes as long, and nothing else. */
const HANG_MS = 60_000
const CALL = { signal: new AbortController().signal }

for (const backend of ['docker', 'sandbox'] as const) {
  describeOn(backend, `terminals through the service on ${backend}`, () => {
    const jobs = useJobs(`terminals-${backend}`)
    let parts: EngineParts
    let engine: Engine
    let own: OwnJobs
    let api: TerminalApi
    let following: Promise<void>
    const ended = new AbortController()
    let lists: (readonly OpenEnvironment[])[] = []
    let changed = Promise.withResolvers<void>()

    beforeAll(() => {
      const config = { jobsDir: jobs.folder, cwd: jobs.tasks, env: plainEnv, version: '0.0.0-test' }
      parts = createEngineParts(config)
      engine = assembleEngine(config, parts)
      own = createOwnJobs(engine)
      api = createTerminalApi({ prepare: parts.prepareDeps, owner: createOwnerId, defaults: () => ({}) })
      own.signals.add((told) => api.onSignal(told))
      following = follow()
    })
    afterEach(() => {
      lists = []
    })
    afterAll(async () => {
      await own.stopAll({ force: true })
      await api.dispose()
      ended.abort()
      await following
      await engine.dispose()
    })

    async function follow(): Promise<void> {
      for await (const list of api.sources['environments.changes']({}, { signal: ended.signal })) {
        lists.push(list)
        changed.resolve()
        changed = Promise.withResolvers()
      }
    }
    async function untilEnvironment(is: (environment: OpenEnvironment) => boolean): Promise<OpenEnvironment> {
      for (;;) {
        const news = changed.promise
        const found = (lists.at(-1) ?? []).find(is)
        if (found !== undefined) return found
        await news
      }
    }
    const open = async (environmentId: string, assisted = false) =>
      api.handlers['terminals.open']({ ...SIZE, environmentId, assisted, user: null }, CALL)
    const type = async (terminalId: string, data: string) => api.handlers['terminals.write']({ terminalId, data }, CALL)

    /** Reads a terminal from a byte on until its text matches. */
    async function read(
      terminalId: string,
      pattern: RegExp | 'exit',
      fromByte = 0,
    ): Promise<ItemOf<'terminal.output'>[]> {
      const items: ItemOf<'terminal.output'>[] = []
      const stop = new AbortController()
      for await (const item of api.sources['terminal.output']({ terminalId, fromByte }, { signal: stop.signal })) {
        items.push(item)
        if (pattern !== 'exit' && pattern.test(textOf(items))) break
      }
      stop.abort()
      return items
    }

    test('a task is explored: started, entered by several readers, closed and removed', async () => {
      const directory = await jobs.task({ name: 'explored' })
      const { environmentId } = await api.handlers['environments.start']({ directory, backend }, CALL)
      const environment = await untilEnvironment(
        (one) => one.environmentId === environmentId && one.state !== 'starting',
      )
      expect(environment).toMatchObject({ state: 'running', trial: null, taskName: 'explored', backend, message: null })
      const listed = (await parts.backends.get(backend).list()).find(({ id }) => id === environment.containerId)
      expect(listed?.labels?.owner).toEqual(await createOwnerId())

      const { terminalId } = await open(environmentId)
      await type(terminalId, 'ls -d /logs/agent; pwd; printf "\\303\\274-%s\\n" end\r')
      const first = await read(terminalId, /\r?\nü-end/)
      expect(textOf(first)).toContain('/logs/agent\r\n/app')
      expectGapless(first)
      // Another window, and the same one after a lost connection.
      expect(textOf(await read(terminalId, /\r?\nü-end/))).toBe(textOf(first))
      const half = first.at(-1)?.to ?? 0
      await type(terminalId, 'echo more-$((1+1))\r')
      const rest = await read(terminalId, /more-2/, half)
      expect(rest[0]?.from).toBe(half)

      await api.handlers['terminals.resize']({ terminalId, columns: 101, rows: 31 }, CALL)
      await type(terminalId, 'stty size\r')
      await read(terminalId, /31 101/)
      await type(terminalId, 'exit 3\r')
      const all = await read(terminalId, 'exit')
      expect(all.at(-1)?.exited).toBe(true)
      expect(all.slice(0, -1).some(({ exited }) => exited)).toBe(false)
      expect(await api.handlers['terminals.list']({}, CALL)).toMatchObject([
        { terminalId, environmentId, exited: true },
      ])

      const second = await open(environmentId)
      await api.handlers['environments.stop']({ environmentId }, CALL)
      expect((await read(second.terminalId, 'exit')).at(-1)?.exited).toBe(true)
      expect((await parts.backends.get(backend).list()).some(({ id }) => id === environment.containerId)).toBe(false)
      for (const id of [terminalId, second.terminalId]) await api.handlers['terminals.close']({ terminalId: id }, CALL)
      expect(await api.handlers['terminals.list']({}, CALL)).toEqual([])
      await expect(open(environmentId)).rejects.toMatchObject({ code: 'not-found' })
    })

    test('what was printed long ago is given up, in whole characters; nothing is lost to a reader who keeps up', async () => {
      const directory = await jobs.task({ name: 'talkative' })
      const { environmentId } = await api.handlers['environments.start']({ directory, backend }, CALL)
      await untilEnvironment((one) => one.environmentId === environmentId && one.state === 'running')
      const { terminalId } = await open(environmentId)
      const live = read(terminalId, /all-done-42/)
      await type(
        terminalId,
        'for n in $(seq 1 1500); do printf "%.0s\\303\\274\\342\\202\\254\\360\\237\\230\\200" $(seq 100); done; echo all-done-$((6*7))\r',
      )
      const seen = await live
      expectGapless(seen)
      expect(textOf(seen).match(/ü€😀/g)).toHaveLength(150_000)
      expect(textOf(seen)).not.toContain('\ufffd')
      const late = await read(terminalId, /all-done-42/)
      expect(late[0]?.from).toBeGreaterThan(0)
      expect(textOf(late)).not.toContain('\ufffd')
      expect((seen.at(-1)?.to ?? 0) - (late[0]?.from ?? 0)).toBeLessThanOrEqual(1024 ** 2)
      await api.handlers['environments.stop']({ environmentId }, CALL)
      await api.handlers['terminals.close']({ terminalId }, CALL)
    })

    test('typing into a scored trial is assistance, for good', async () => {
      const wait = 'until [ -e /app/go ]; do sleep 0.1; done; echo yes > /app/done'
      const path = await jobs.task({ name: 'helped', solution: wait })
      const config = toConfig({ tasks: [path], config: { job_name: 'helped' } }, jobs.folder)
      await own.start(await engine.prepare({ config, backend }))
      const untilEnded = async (): Promise<void> => expect.poll(() => own.names(), { timeout: HANG_MS }).toEqual([])
      onTestFinished(async () => {
        own.stop('helped', { force: true })
        await untilEnded()
      })
      const environment = await untilEnvironment(
        ({ trial, message }) => trial !== null && message === 'agent-execution',
      )
      expect(environment).toMatchObject({ assisted: false, state: 'running', taskName: 'helped' })
      expect(Date.parse(environment.endsAt ?? '')).toBeGreaterThan(Date.now() - 1000)

      await expect(open(environment.environmentId)).rejects.toMatchObject({ code: 'invalid-input' })
      expect((await untilEnvironment(({ trial }) => trial !== null)).assisted).toBe(false)
      const { terminalId } = await open(environment.environmentId, true)
      await untilEnvironment(({ trial, assisted }) => trial !== null && assisted)
      await open(environment.environmentId, true)
      await type(terminalId, 'touch /app/go\r')
      expect((await read(terminalId, 'exit')).at(-1)?.exited).toBe(true)

      await untilEnded()
      const [folder] = await trialFolders(`${jobs.folder}/helped`)
      if (folder === undefined) throw new Error('the trial has no folder')
      const record = await readTrialRecord(folder)
      expect(record.assisted).toBe(true)
      const events = await readTrialEvents(folder)
      expect(events.filter((event) => event.type === 'environment.assisted')).toHaveLength(1)
    })

    test('a task that is none is refused, and a start that fails says why', async () => {
      const start = async (directory: string) => api.handlers['environments.start']({ directory, backend }, CALL)
      await expect(start('/no/such/task')).rejects.toMatchObject({ code: 'invalid-input' })
      const broken = await jobs.task({ name: 'broken', dockerfile: 'FROM debian:bookworm-slim\nRUN exit 9\n' })
      // The sandbox cannot follow its Dockerfile, an engine can and fails.
      const { environmentId } = await start(broken)
      const failed = await untilEnvironment((one) => one.environmentId === environmentId && one.state === 'failed')
      expect(failed.message).not.toBe('')
      await expect(open(environmentId)).rejects.toMatchObject({ code: 'busy' })
      await api.handlers['environments.stop']({ environmentId }, CALL)
      expect(lists.at(-1)).toEqual([])
    })

    test('an environment to explore gets none of the host’s variables: nobody was asked', async () => {
      const toml = '[environment.env]\nTAKEN = "${HOME}"\nWITH = "${NOT_THERE:-default}"'
      const directory = await jobs.task({ name: 'curious', toml })
      const { environmentId } = await api.handlers['environments.start']({ directory, backend }, CALL)
      await untilEnvironment((one) => one.environmentId === environmentId && one.state === 'running')
      const { terminalId } = await open(environmentId)
      await type(terminalId, 'echo "taken=<$TAKEN> with=<$WITH>"\r')
      await read(terminalId, /taken=<> with=<default>/)
      await api.handlers['environments.stop']({ environmentId }, CALL)
      await api.handlers['terminals.close']({ terminalId }, CALL)
    })

    test('closing the service closes terminals and removes environments', async () => {
      const other = createTerminalApi({ prepare: parts.prepareDeps, owner: createOwnerId, defaults: () => ({}) })
      const directory = await jobs.task({ name: 'left' })
      const { environmentId } = await other.handlers['environments.start']({ directory, backend }, CALL)
      await other.dispose()
      expect(
        (await parts.backends.get(backend).list()).filter(({ labels }) => labels?.jobId === environmentId),
      ).toEqual([])
    })
  })
}

function textOf(items: readonly ItemOf<'terminal.output'>[]): string {
  return items.map(({ text }) => text).join('')
}

function expectGapless(items: readonly ItemOf<'terminal.output'>[]): void {
  for (const [index, item] of items.entries()) if (index > 0) expect(item.from).toBe(items[index - 1]?.to)
}
