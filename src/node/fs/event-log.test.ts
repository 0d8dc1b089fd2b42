import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { StoredEvent, TrialEventBody } from '../../contract/events.ts'
import { parseEventLine } from '../../core/job/event-line.ts'
import { createMemoryStore } from '../../core/job/memory-store.ts'
import { createClock } from '../clock.ts'
import { openEventLog, type EventLog, type EventLogOptions } from './event-log.ts'
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
