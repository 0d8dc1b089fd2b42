import { afterEach, beforeEach, expect, test } from 'vitest'
import type { TrialEventBody } from '../../contract/events.ts'
import { headerOfLine, stampEvent, toEventLine } from '../../core/job/event-line.ts'
import { openTemporaryIndex, type OpenIndex } from './database.ts'
import { createTables, type Tables } from './tables.ts'

const STREAM = 'job/trial'
const ALL = { kinds: null, text: null, errors: false, offset: 0, limit: 100 }

let index: OpenIndex
let tables: Tables
beforeEach(() => {
  index = openTemporaryIndex()
  tables = createTables(index.db)
})
afterEach(() => void index.db.close())

const said = (text: string, source: 'agent' | 'user' = 'agent'): TrialEventBody => {
  return { type: 'message.received', turn: 1, source, text, reasoning: 'because' }
}
const called = (callId: string): TrialEventBody => {
  return { type: 'tool.called', turn: 1, callId, name: 'bash', arguments: { command: `run ${callId}` } }
}
const returned = (callId: string, isError = false): TrialEventBody => {
  return { type: 'tool.returned', callId, content: 'out', isError, truncated: false, durationMs: 1 }
}
const printed = (to: number): TrialEventBody => {
  return { type: 'output.written', phase: 'agent-execution', from: to - 1, to }
}

function put(...bodies: readonly TrialEventBody[]): void {
  const at = (second: number): string => `2026-11-21T04:09:${String(second).padStart(2, '0')}.000000Z`
  const seqs = bodies.map((_, position) => position + 1)
  const lines = bodies.map((body, position) => toEventLine(stampEvent(position + 1, at(position), body)))
  tables.events.put({ stream: STREAM, seqs, types: bodies.map(({ type }) => type), ats: seqs.map(at), lines })
}

const typesOf = (lines: readonly { readonly line: string }[]): unknown[] =>
  lines.map(({ line }) => headerOfLine(line)?.type)

test('numbers steps, joins each with its end, and says where the output stood', () => {
  put(said('go', 'user'), printed(5), called('a'), printed(9), called('b'), returned('a'), returned('b'), said('done'))
  const { total, steps, firstError } = tables.steps.page(STREAM, ALL)
  expect(typesOf(steps)).toEqual(['message.received', 'tool.called', 'tool.called', 'message.received'])
  expect(steps.map((step) => step.index)).toEqual([0, 1, 2, 3])
  expect(steps.map(({ end }) => end?.includes('"callId":"a"') ?? null)).toEqual([null, true, false, null])
  expect(steps.map(({ outputFrom, outputTo }) => [outputFrom, outputTo])).toEqual([
    [null, 5],
    [5, 9],
    [9, 9],
    [9, 9],
  ])
  expect({ total, firstError }).toEqual({ total: 4, firstError: null })
})

test('a page holds what a filter leaves, under its own numbers', () => {
  put(said('one'), called('a'), said(''), said('TWO "x"'), called('b'))
  const kinds = (...of: ('tool' | 'thought')[]) => tables.steps.page(STREAM, { ...ALL, kinds: of })
  expect(kinds('tool')).toMatchObject({ total: 2, steps: [{ index: 1 }, { index: 4 }] })
  expect(kinds('thought')).toMatchObject({ total: 1, steps: [{ index: 2 }] })
  const found = tables.steps.page(STREAM, { ...ALL, text: 'two "' })
  expect(found).toMatchObject({ total: 1, steps: [{ index: 3 }] })
  const page = tables.steps.page(STREAM, { ...ALL, offset: 3, limit: 1 })
  expect(page).toMatchObject({ total: 5, steps: [{ index: 3 }] })
  expect(tables.steps.steps(STREAM, [4, 99, 0]).map((step) => step.index)).toEqual([4, 0])
})

test('finds a text in what was said, thought, called and answered, and in no name of a field', () => {
  const answer = (callId: string, content: string): TrialEventBody => {
    return { type: 'tool.returned', callId, content, isError: false, truncated: false, durationMs: 1 }
  }
  put(said('Apple'), called('a'), called('b'), answer('b', 'grün\n"PEAR"'), answer('a', 'none'), answer('lost', 'pear'))
  const indices = (text: string) => tables.steps.page(STREAM, { ...ALL, text }).steps.map(({ index: at }) => at)
  expect([indices('apple'), indices('BECAUSE'), indices('run B')]).toEqual([[0], [0], [2]])
  expect([indices('"pear"'), indices('GRÜN'), indices('callId'), indices('tool')]).toEqual([[2], [2], [], []])
  put(said('Apple'), called('a'), called('b'), answer('b', 'x'), answer('a', 'pear'))
  expect(indices('pear')).toEqual([1])
})

test('leaves only what ended badly, together with the other conditions', () => {
  const command = (commandId: string): TrialEventBody => {
    return { type: 'command.started', commandId, purpose: 'run', command: commandId, user: null }
  }
  const finished = (commandId: string, exitCode: number | null): TrialEventBody => {
    const ended = { timedOut: exitCode === null, cancelled: false, truncated: false, durationMs: 1 }
    return { type: 'command.finished', commandId, exitCode, ...ended }
  }
  const raised: TrialEventBody = { type: 'error.raised', exceptionType: 'X', message: 'y', phase: 'agent-execution' }
  put(
    called('a'),
    called('b'),
    returned('a', true),
    returned('b'),
    command('c'),
    finished('c', null),
    raised,
    said('z'),
  )
  const errors = { ...ALL, errors: true }
  expect(tables.steps.page(STREAM, errors)).toMatchObject({ total: 3, firstError: 0 })
  expect(tables.steps.page(STREAM, errors).steps.map((step) => step.index)).toEqual([0, 2, 3])
  expect(tables.steps.page(STREAM, { ...errors, kinds: ['command'] }).steps.map((step) => step.index)).toEqual([2])
  expect(tables.steps.page(STREAM, { ...errors, text: 'run a' }).steps.map((step) => step.index)).toEqual([0])
  expect(tables.steps.page(STREAM, { ...errors, offset: 2, limit: 1 })).toMatchObject({
    total: 3,
    steps: [{ index: 3 }],
  })
})

test('finds the calls of very many answers, each the last one of its id', () => {
  const answered = Array.from({ length: 1100 }, (_, at) => [called(`c${at % 7}`), returned(`c${at % 7}`, true)]).flat()
  put(said('go'), ...answered, said('done'))
  const page = tables.steps.page(STREAM, { ...ALL, errors: true, offset: 1099, limit: 1 })
  expect(page).toMatchObject({ total: 1100, steps: [{ index: 1100 }], firstError: 1 })
})

test('finds the first step with an error: the call, not what was done when it was told', () => {
  put(called('a'), called('b'), said('x'), returned('b', true), returned('a'))
  expect(tables.steps.page(STREAM, ALL).firstError).toBe(1)
})

test('an error that was raised earlier comes first', () => {
  const raised: TrialEventBody = { type: 'error.raised', exceptionType: 'X', message: 'y', phase: 'agent-execution' }
  put(raised, called('a'), returned('a', true))
  expect(tables.steps.page(STREAM, ALL).firstError).toBe(0)
})

test('a stream that is not there has no steps', () => {
  expect(tables.steps.page('none', ALL)).toEqual({ total: 0, steps: [], firstError: null })
})

test('a sample of the output keeps the last place of each phase', () => {
  const verified: TrialEventBody = { type: 'output.written', phase: 'verification', from: 90, to: 100 }
  put(...Array.from({ length: 50 }, (_, at) => printed(at + 1)), verified)
  const places = tables.events.sampleOutput(STREAM, 5)
  expect(places.length).toBeLessThan(10)
  expect(places.map(({ to }) => to)).toEqual(expect.arrayContaining([50, 100]))
})
