import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { JobEventBody, StoredEvent, TrialEventBody } from '../../contract/events.ts'
import { parseEventLine } from '../../core/job/event-line.ts'
import { createMemoryStore } from '../../core/job/memory-store.ts'
import { createJobProjection } from '../../core/job/projection.ts'
import { createClock } from '../clock.ts'
import { openEventLog, type EventLog, type EventLogOptions } from './event-log.ts'
import { followEvents, readEvents } from './follow.ts'
import { createScrubber } from './scrub.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbcc-log-'))
  path = join(folder, 'tbcc.events.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true }))

const store = createMemoryStore(async () => false)
const open = async (options: Partial<EventLogOptions> = {}): Promise<EventLog<TrialEventBody>> =>
  openEventLog({ path, stream: 'job/a', clock: createClock(), redactor: createScrubber([]), index: store, ...options })
const message = (text: string): TrialEventBody => ({
  type: 'message.received',
  turn: 1,
  source: 'agent',
  text,
  reasoning: null,
})
const stored = (): StoredEvent[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => parseEventLine(line) ?? [])

it('numbers events without a gap from 1, also after it is opened again', async () => {
  for (let round = 0; round < 3; round += 1) {
    const log = await open()
    for (let event = 0; event < 10; event += 1) log.append(message(`${round}/${event}`))
    await log.close()
  }
  expect(stored().map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1))
  expect(readFileSync(path, 'utf8').endsWith('\n')).toBe(true)
})

it('goes on after half a line, and the index forgets what the file lost', async () => {
  const first = await open()
  for (const text of ['a', 'b', 'c']) first.append(message(text))
  await first.close()
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.slice(0, text.lastIndexOf('"text"')))
  const again = await open()
  again.append(message('d'))
  await again.close()
  expect(stored().map((event) => event.type === 'message.received' && event.text)).toEqual(['a', 'b', 'd'])
  expect(await store.events('job/a', 0, 10)).toEqual(stored())
})

it('tells the file first, then the index, then subscribers, each event once and in order', async () => {
  const told: string[] = []
  const index = {
    truncateEvents: () => {},
    putEvent(_stream: string, seq: number, _type: string, _at: string, json: string) {
      expect(readFileSync(path, 'utf8')).toContain(`${json}\n`)
      told.push(`index ${seq}`)
    },
  }
  const log = await open({ index })
  log.subscribe(({ seq }) => told.push(`subscriber ${seq}`))
  const unsubscribe = log.subscribe(() => told.push('gone'))
  unsubscribe()
  log.append(message('a'))
  log.append(message('b'))
  expect(told).toEqual([])
  await log.flush({ durable: true })
  expect(told).toEqual(['index 1', 'subscriber 1', 'index 2', 'subscriber 2'])
  await log.close()
})

it('writes by itself soon after an append', async () => {
  const log = await open()
  const told = new Promise<StoredEvent>((resolve) => log.subscribe(resolve))
  log.append(message('a'))
  expect((await told).seq).toBe(1)
  expect(stored()).toHaveLength(1)
  await log.close()
})

it('does not forget an event that is appended the moment a write is over', async () => {
  const log = await open()
  const both = new Promise<void>((resolve) => {
    log.subscribe(({ seq }) => {
      if (seq === 2) resolve()
      // After this listener, and before anything that waits for the write.
      else queueMicrotask(() => log.append(message('second')))
    })
  })
  log.append(message('first'))
  await both
  await log.close()
})

it('keeps secrets from the file, the index and subscribers', async () => {
  const secret = 'sk-"quoted"\n0123'
  const seen: string[] = []
  const index = {
    truncateEvents: () => {},
    putEvent: (...args: readonly unknown[]) => void seen.push(JSON.stringify(args)),
  }
  const log = await open({ redactor: createScrubber([secret]), index })
  log.subscribe((event) => seen.push(JSON.stringify(event)))
  log.append({
    type: 'tool.called',
    turn: 1,
    callId: 'c',
    name: 'bash',
    arguments: { command: `echo '${secret}'`, nested: [{ deep: secret }] },
  })
  await log.close()
  expect(stored()).toMatchObject([{ arguments: { command: "echo '[REDACTED]'", nested: [{ deep: '[REDACTED]' }] } }])
  expect(seen).toHaveLength(2)
  for (const text of seen) expect(text).not.toContain('quoted')
})

it('waits for the output that events point at', async () => {
  const order: string[] = []
  let settle = (): void => {}
  const output = {
    settled: async () => {
      order.push('waiting')
      await new Promise<void>((resolve) => (settle = resolve))
    },
    sync: async () => void order.push('synced'),
  }
  const log = await open({ output })
  log.append({ type: 'output.written', phase: 'verification', from: 0, to: 5 })
  const flushed = log.flush({ durable: true })
  while (order.length === 0) await new Promise((resolve) => setImmediate(resolve))
  expect(readFileSync(path, 'utf8')).toBe('')
  settle()
  await flushed
  expect(order).toEqual(['waiting', 'synced'])
  expect(stored()).toHaveLength(1)
  await log.close()
})

it('refuses events after it was closed, and closes twice', async () => {
  const log = await open()
  await log.close()
  await log.close()
  expect(() => log.append(message('late'))).toThrowError(expect.objectContaining({ code: 'internal' }))
})

const jobEvents: fc.Arbitrary<readonly JobEventBody[]> = fc.array(
  fc.constantFrom('a', 'b', 'ä').chain((name): fc.Arbitrary<JobEventBody> => {
    const trial = { trialId: name, trialName: name }
    return fc.oneof<fc.Arbitrary<JobEventBody>[]>(
      fc.record({
        type: fc.constant('job.started' as const),
        jobId: fc.constant('id'),
        jobName: fc.constant('job'),
        backend: fc.constantFrom('docker', 'sandbox'),
        backendVersion: fc.constant('1'),
        backendReason: fc.constant(null),
        totalTrials: fc.nat(9),
        finishedTrials: fc.nat(9),
        concurrency: fc.constant(1),
        resumed: fc.boolean(),
      }),
      fc.constant({ type: 'trial.planned', ...trial, taskName: name, agent: 'nop', model: null, attempt: 1 }),
      fc.constant({ type: 'trial.admitted', ...trial }),
      fc.record({
        type: fc.constant('trial.ended' as const),
        trialId: fc.constant(name),
        trialName: fc.constant(name),
        outcome: fc.constantFrom('success' as const, null),
        blame: fc.constant(null),
        reward: fc.constantFrom(0, 0.5, null),
        exceptionType: fc.constant(null),
        durationMs: fc.nat(),
      }),
      fc.constant({ type: 'trial.replaced', ...trial, archive: 'x.tar.gz', reason: 'retry' }),
      fc.constant({ type: 'trial.deleted', ...trial }),
      fc.record({
        type: fc.constant('warning.raised' as const),
        message: fc.string({ unit: 'grapheme' }),
        hint: fc.constant(null),
      }),
      fc.constant({ type: 'job.finished', state: 'cancelled' }),
    )
  }),
  { maxLength: 15 },
)

/** Rows of a job as its events alone make them. */
function rowsOf(events: readonly StoredEvent[]): unknown {
  const projection = createJobProjection('job')
  for (const event of events) projection.apply(event)
  const trials = projection.trialNames().map((name) => projection.trial(name))
  return { job: projection.job({ result: null, config: null }), trials }
}

async function take(events: AsyncIterable<StoredEvent>, count = Number.POSITIVE_INFINITY): Promise<StoredEvent[]> {
  const taken: StoredEvent[] = []
  if (count > 0) {
    for await (const event of events) if (taken.push(event) >= count) break
  }
  return taken
}

it('tells one story to its readers, followers and rows, at whatever byte a crash has cut it', async () => {
  let stories = 0
  await fc.assert(
    fc.asyncProperty(jobEvents, jobEvents, fc.nat(), fc.nat(), async (before, after, cut, from) => {
      const stream = `job-${stories++}`
      const path = join(folder, `${stream}.jsonl`)
      const index = createMemoryStore(async () => false)
      const options = { path, stream, clock: createClock(), redactor: createScrubber([]), index }
      const first = await openEventLog<JobEventBody>(options)
      for (const body of before) first.append(body)
      await first.close()
      truncateSync(path, cut % (statSync(path).size + 1))
      const left = readFileSync(path, 'utf8').split('\n').slice(0, -1)

      const live = left.flatMap((line) => parseEventLine(line) ?? [])
      const again = await openEventLog<JobEventBody>(options)
      again.subscribe((event) => live.push(event))
      for (const body of after) again.append(body)
      await again.close()

      const read = await take(readEvents(path, 0))
      expect(read.map(({ seq }) => seq)).toEqual(Array.from({ length: left.length + after.length }, (_, at) => at + 1))
      expect(live).toEqual(read)
      expect(await index.events(stream, 0, 100)).toEqual(read)
      const afterSeq = from % (read.length + 1)
      const signal = new AbortController().signal
      const rest = read.slice(afterSeq)
      expect(await take(followEvents(path, afterSeq, signal), rest.length)).toEqual(rest)
      expect(rowsOf(live)).toEqual(rowsOf(read))
    }),
    { numRuns: 60 },
  )
})
