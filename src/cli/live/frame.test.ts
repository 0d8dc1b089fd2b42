import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createStyle } from '../text/style.ts'
import { displayWidth } from '../text/width.ts'
import { admitted, ended, jobStarted, planned, stateAfter } from './events.testing.ts'
import { renderFrame } from './frame.ts'
import { createLabeller, shortName } from './label.ts'

const state = stateAfter([
  { atMs: 0, job: jobStarted() },
  ...['regex-log__1', '日本語のタスク__1', 'c__1', 'd__1'].map((name) => ({ atMs: 0, job: planned(name) })),
  { atMs: 0, job: admitted('c__1') },
  { atMs: 0, job: admitted('regex-log__1') },
  { atMs: 4000, job: ended('c__1', { outcome: 'failure' }) },
  { atMs: 4000, job: admitted('日本語のタスク__1') },
  { atMs: 5000, trial: 'regex-log__1', event: { type: 'phase.started', phase: 'agent-execution' } },
])

const options = {
  nowMs: 12_000,
  columns: 100,
  rows: 24,
  style: createStyle(false),
  label: ({ taskName }: { taskName: string }) => shortName(taskName),
  lastLine: (trialName: string) => (trialName === 'regex-log__1' ? 'compiling the pattern' : ''),
}

test('the bar, and below it a line for each running trial', () => {
  expect(renderFrame(state, options)).toMatchInlineSnapshot(`
    [
      "██████░░░░░░░░░░░░░░░░░░ 1/4  0 passed · 1 failed · 0 errors · 3 remaining · about 5s left",
      "  regex-log       agent-execution     0:12  compiling the pattern",
      "  日本語のタスク  queued              0:08",
    ]
  `)
})

test('what a pull or a build says goes before the last output', () => {
  const pulling = stateAfter(
    [
      {
        atMs: 6000,
        trial: 'regex-log__1',
        event: { type: 'image.progressed', stage: 'pull', text: 'layer 2 of 3', current: null, total: null },
      },
    ],
    state,
  )
  expect(renderFrame(pulling, options)[1]).toContain('layer 2 of 3')
})

test('stopping is said, with what a second Ctrl-C does', () => {
  const stopping = stateAfter([{ atMs: 0, job: { type: 'job.stopping', reason: 'asked', force: false } }], state)
  expect(renderFrame(stopping, options)[1]).toContain('Ctrl-C again')
  const forced = stateAfter([{ atMs: 0, job: { type: 'job.stopping', reason: 'asked', force: true } }], stopping)
  expect(renderFrame(forced, options)[1]).toContain('by force')
})

test('more trials than rows are counted', () => {
  const many = stateAfter(
    Array.from({ length: 30 }, (_, index) => ({ atMs: 0, job: admitted(`t${index}`) })),
    stateAfter([{ atMs: 0, job: jobStarted({ totalTrials: 30 }) }]),
  )
  const lines = renderFrame(many, { ...options, rows: 10 })
  expect(lines).toHaveLength(9)
  expect(lines.at(-1)).toBe('  … and 23 more')
})

test('no line is wider than the terminal, nor are there more than fit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 21, max: 200 }),
      fc.integer({ min: 3, max: 40 }),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      (columns, rows, text) => {
        const lines = renderFrame(state, { ...options, columns, rows, lastLine: () => text, style: createStyle(true) })
        expect(Math.max(...lines.map(displayWidth))).toBeLessThan(columns)
        expect(lines.length).toBeLessThan(rows)
      },
    ),
  )
})

test('trials are told apart by what varies in the job, and by nothing else', () => {
  const trial = { taskName: 'org/a', agent: 'command', model: 'x/y', attempt: 1 }
  expect(createLabeller([trial, { ...trial, taskName: 'b' }])(trial)).toBe('a')
  expect(createLabeller([trial, { ...trial, attempt: 2 }])(trial)).toBe('a #1')
  expect(createLabeller([trial, { ...trial, agent: 'nop', model: null }])(trial)).toBe('a command x/y')
})
