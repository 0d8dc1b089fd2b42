// @vitest-environment jsdom
import { expect, test } from 'vitest'
import type { LogLine } from './describe-job-event.ts'
import { filterLines } from './job-log.tsx'

const line = (seq: number, changes: Partial<LogLine>): LogLine => ({
  seq,
  at: '2026-03-04T10:00:00Z',
  tone: 'plain',
  about: 'job',
  trialName: null,
  text: 'job started',
  ...changes,
})
const lines = [
  line(1, {}),
  line(2, { about: 'trial', trialName: 'fix-git__a', text: 'has its turn' }),
  line(3, { about: 'trial', trialName: 'fix-git__a', text: 'error, blame infrastructure', tone: 'error' }),
  line(4, { tone: 'warning', text: 'disk is low' }),
]

test.each([
  ['', '', [1, 2, 3, 4]],
  ['', 'job', [1, 4]],
  ['', 'trial', [2, 3]],
  ['', 'trouble', [3, 4]],
  ['FIX-git', '', [2, 3]],
  ['fix-git', 'trouble', [3]],
  ['nothing of this', '', []],
])('text %j and kind %j leave %j', (text, kind, expected) => {
  expect(filterLines(lines, text, kind).map(({ seq }) => seq)).toEqual(expected)
})
