import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TrialEventBody } from '../../../contract/events.ts'
import { TrialEventBody as EventSchema } from '../../../contract/events.ts'
import type { Fields } from '../logs/fields.ts'
import { createUpdateReader } from './updates.ts'

const chunk = (text: string): Fields => ({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } })
const call = (id: string, more: Fields): Fields => ({ sessionUpdate: 'tool_call_update', toolCallId: id, ...more })

function readAll(updates: readonly Fields[]): readonly TrialEventBody[] {
  const reader = createUpdateReader(() => null)
  return [...updates.flatMap((update) => reader.update(update)), ...reader.end()]
}

test('a call is told once, with the arguments that come later', () => {
  const events = readAll([
    { sessionUpdate: 'tool_call', toolCallId: 'a', title: 'Read x', kind: 'read', rawInput: {} },
    call('a', { rawInput: { path: 'x' } }),
    call('a', { status: 'in_progress' }),
    call('a', { status: 'completed', rawOutput: { stdout: 'out', exit_code: 0 } }),
    call('a', { status: 'completed' }),
  ])
  expect(events.filter(({ type }) => type === 'tool.called')).toEqual([
    { type: 'tool.called', turn: 1, callId: 'a', name: 'read', arguments: { path: 'x' } },
  ])
  expect(events.find(({ type }) => type === 'tool.returned')).toMatchObject({
    content: '{"stdout":"out","exit_code":0}',
    isError: false,
  })
})

test('a call without arguments is told with what the agent shows of it', () => {
  const events = readAll([
    { sessionUpdate: 'tool_call', toolCallId: 'a', title: 'Read y', kind: 'read', locations: [{ path: '/y' }] },
    call('a', { status: 'completed' }),
  ])
  expect(events.find(({ type }) => type === 'tool.called')).toMatchObject({
    arguments: { title: 'Read y', locations: [{ path: '/y' }] },
  })
})

test('a call that begins with a request for leave is told before the answer, and after what was said', () => {
  const reader = createUpdateReader(() => null)
  const events = [
    ...reader.update(chunk('may I')),
    ...reader.permission({ toolCallId: 'a', kind: 'execute', title: 'ls', status: 'completed' }, 'denied'),
    ...reader.update(call('a', { status: 'failed' })),
    ...reader.end(),
  ]
  expect(events.map(({ type }) => type)).toEqual([
    'turn.started',
    'message.received',
    'tool.called',
    'permission.answered',
    'tool.returned',
    'turn.finished',
  ])
})

test('two calls at once belong to one turn; what comes after a result begins the next', () => {
  const events = readAll([
    chunk('both'),
    { sessionUpdate: 'tool_call', toolCallId: 'a', kind: 'read', rawInput: { n: 1 } },
    { sessionUpdate: 'tool_call', toolCallId: 'b', kind: 'other', title: 'Search\nmore', rawInput: 'text' },
    call('b', { status: 'failed', content: [{ type: 'content', content: { type: 'text', text: 'no' } }] }),
    call('a', { status: 'completed' }),
    chunk('next'),
  ])
  expect(events.flatMap((event) => ('turn' in event ? [`${event.type} ${event.turn}`] : []))).toEqual([
    'turn.started 1',
    'message.received 1',
    'tool.called 1',
    'tool.called 1',
    'turn.finished 1',
    'turn.started 2',
    'message.received 2',
    'turn.finished 2',
  ])
  expect(events.find((event) => event.type === 'tool.called' && event.callId === 'b')).toMatchObject({
    name: 'Search',
    arguments: { value: 'text' },
  })
  expect(events.find(({ type }) => type === 'tool.returned')).toMatchObject({
    callId: 'b',
    content: 'no',
    isError: true,
  })
})

test('an account of usage ends a turn, but not while a call is open', () => {
  const account = { sessionUpdate: 'usage_update', used: 1, size: 2 }
  const turns = readAll([
    chunk('call'),
    call('a', { rawInput: { n: 1 } }),
    account,
    call('a', { status: 'completed' }),
    account,
    chunk('end'),
    account,
    account,
  ]).flatMap((event) => (event.type === 'turn.started' || event.type === 'turn.finished' ? [event.turn] : []))
  expect(turns).toEqual([1, 1, 2, 2])
})

test('a long result is cut', () => {
  const [, returned] = readAll([call('a', { status: 'completed', rawOutput: 'x'.repeat(20_000) })]).filter(
    ({ type }) => type === 'tool.called' || type === 'tool.returned',
  )
  expect(returned).toMatchObject({ content: 'x'.repeat(16_000), truncated: true })
})

test('usage: cached tokens are counted in where the agent counts them apart; a cost in another currency is not taken', () => {
  const usageOf = (usage: Fields): object => {
    const reader = createUpdateReader(() => null)
    reader.answered({ stopReason: 'end_turn', usage })
    return reader.usage
  }
  const apart = { inputTokens: 100, cachedReadTokens: 50, cachedWriteTokens: 5, outputTokens: 25, totalTokens: 180 }
  expect(usageOf(apart)).toMatchObject({ inputTokens: 155, cachedTokens: 50, outputTokens: 25 })
  expect(usageOf({ ...apart, totalTokens: 125 })).toMatchObject({ inputTokens: 100, cachedTokens: 50 })
  const quota = { token_count: { input_tokens: 7, output_tokens: 2 } }
  const reading = createUpdateReader(() => null)
  reading.answered({ stopReason: 'end_turn', _meta: { quota } })
  expect(reading.usage).toEqual({ inputTokens: 7, cachedTokens: null, outputTokens: 2, costUsd: null })
  expect(usageOf({ inputTokens: -1, outputTokens: 'many' })).toMatchObject({ inputTokens: null, outputTokens: null })
  const reader = createUpdateReader(() => null)
  const cost = (amount: number, currency: string): Fields => ({
    sessionUpdate: 'usage_update',
    used: 1,
    size: 2,
    cost: { amount, currency },
  })
  expect(reader.update(cost(3, 'EUR'))).toEqual([])
  expect(reader.update(cost(3, 'USD'))).toMatchObject([{ type: 'usage.updated', usage: { costUsd: 3 } }])
  expect(reader.update(cost(3, 'USD'))).toEqual([])
})

test('whatever an agent sends: nothing throws, all events are sound, every turn that began has an end', () => {
  const update = fc.record(
    {
      sessionUpdate: fc.constantFrom(
        'agent_message_chunk',
        'agent_thought_chunk',
        'tool_call',
        'tool_call_update',
        'plan',
        'usage_update',
        'x',
      ),
      toolCallId: fc.constantFrom('a', 'b', 'c'),
      status: fc.constantFrom('pending', 'in_progress', 'completed', 'failed'),
      content: fc.jsonValue(),
      rawInput: fc.jsonValue(),
      rawOutput: fc.jsonValue(),
      title: fc.jsonValue(),
      entries: fc.jsonValue(),
      cost: fc.jsonValue(),
    },
    { requiredKeys: ['sessionUpdate'] },
  )
  fc.assert(
    fc.property(fc.array(update, { maxLength: 30 }), (updates) => {
      const events = readAll(updates)
      for (const event of events) EventSchema.parse(event)
      const turns = events.filter(({ type }) => type === 'turn.started').length
      expect(events.filter(({ type }) => type === 'turn.finished')).toHaveLength(turns)
      const called = events.flatMap((event) => (event.type === 'tool.called' ? [event.callId] : []))
      const returned = events.flatMap((event) => (event.type === 'tool.returned' ? [event.callId] : []))
      expect(called.length).toBeGreaterThanOrEqual(returned.length)
    }),
  )
})
