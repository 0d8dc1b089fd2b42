import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { TrialEventBody } from '../../contract/events.ts'
import { stampEvent, toEventLine } from '../../core/job/event-line.ts'
import { readOutput } from './read-output.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'tbcc-output-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const finished: TrialEventBody = {
  type: 'trial.finished',
  outcome: 'error',
  blame: null,
  evidence: [],
  reward: null,
  durationMs: 1,
}

test('the output of a trial that was tried again is that of all its runs, followed or not', async () => {
  const runs = ['first run\n', 'second run\n']
  writeFileSync(join(folder, 'tbcc.output.log'), runs.join(''))
  let to = 0
  const bodies = runs.flatMap((text): TrialEventBody[] => {
    const from = to
    to += text.length
    return [{ type: 'output.written', phase: 'agent-execution', from, to }, finished]
  })
  const lines = bodies.map((body, at) => toEventLine(stampEvent(at + 1, '2026-11-21T04:09:57.928041Z', body)))
  writeFileSync(join(folder, 'tbcc.events.jsonl'), `${lines.join('\n')}\n`)
  for (const follow of [false, true]) {
    const { signal } = new AbortController()
    let text = ''
    for await (const piece of readOutput(folder, { phase: null, follow, signal }))
      text += new TextDecoder().decode(piece)
    expect(text).toBe(runs.join(''))
  }
})

test('following a run that nobody goes on with ends with what it had printed', async () => {
  const printed = 'half of it\n'
  writeFileSync(join(folder, 'tbcc.output.log'), printed)
  const body: TrialEventBody = { type: 'output.written', phase: 'agent-execution', from: 0, to: printed.length }
  writeFileSync(
    join(folder, 'tbcc.events.jsonl'),
    `${toEventLine(stampEvent(1, '2026-11-21T04:09:57.928041Z', body))}\n`,
  )
  const read = async (directory: string, isOver: () => boolean): Promise<string> => {
    const options = { phase: null, follow: true, signal: new AbortController().signal, isOver }
    let text = ''
    for await (const piece of readOutput(directory, options)) text += new TextDecoder().decode(piece)
    return text
  }
  let looks = 0
  expect(await read(folder, () => (looks += 1) > 2)).toBe(printed)
  expect(await read(folder, () => true)).toBe(printed)
  expect(await read(join(folder, 'never-started'), () => true)).toBe('')
})
