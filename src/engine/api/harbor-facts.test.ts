import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readHarborFacts } from './harbor-facts.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbcc-harbor-facts-'))
  mkdirSync(join(folder, 'verifier'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (seconds: number): string => `2026-11-21T04:09:${String(seconds).padStart(2, '0')}.500000Z`
const timing = (from: number, to: number) => ({ started_at: at(from), finished_at: at(to) })

test('the tests are those of ctrf.json, the phases those of result.json', () => {
  const tests = [
    { name: 'a', status: 'failed', duration: 3, message: 'expected 1' },
    { name: 'b', status: 'passed', duration: 1 },
  ]
  writeFileSync(join(folder, 'verifier', 'ctrf.json'), JSON.stringify({ results: { tests } }))
  writeFileSync(
    join(folder, 'result.json'),
    JSON.stringify({
      environment_setup: timing(0, 4),
      agent_setup: timing(4, 5),
      agent_execution: timing(5, 25),
      verifier: timing(26, 29),
    }),
  )
  const facts = readHarborFacts(folder)
  expect(facts.tests).toMatchObject({ passed: 1, failed: 1, items: [{ message: 'expected 1' }, { name: 'b' }] })
  expect(facts.phases).toEqual([
    { phase: 'environment-setup', startedAt: at(0), durationMs: 4000 },
    { phase: 'agent-setup', startedAt: at(4), durationMs: 1000 },
    { phase: 'agent-execution', startedAt: at(5), durationMs: 20_000 },
    { phase: 'verification', startedAt: at(26), durationMs: 3000 },
  ])
})

test('each step of a trial has its own; what never ended or is damaged is left out', () => {
  const steps = [{ agent_execution: timing(5, 6), verifier: timing(6, 7) }, 'odd', { agent_execution: timing(8, 9) }]
  writeFileSync(
    join(folder, 'result.json'),
    JSON.stringify({
      environment_setup: { started_at: at(0), finished_at: null },
      agent_setup: 7,
      step_results: steps,
    }),
  )
  writeFileSync(join(folder, 'verifier', 'ctrf.json'), '{')
  const { tests, phases } = readHarborFacts(folder)
  expect(tests).toBeNull()
  expect(phases.map(({ phase }) => phase)).toEqual(['agent-execution', 'verification', 'agent-execution'])
  writeFileSync(join(folder, 'result.json'), '[')
  expect(readHarborFacts(folder).phases).toEqual([])
})
