import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { describeOn, fixturesFolder } from '../../../test/support/machine.ts'
import { AppError } from '../../contract/errors.ts'
import { parseTrajectory } from './parse.ts'
import { validateTrajectory } from './validate.ts'

const AGENT = { name: 'a', version: '1' }
const step = (fields: object = {}): object => ({ step_id: 1, source: 'agent', message: '', ...fields })
const document = (fields: object = {}): object => ({ agent: AGENT, steps: [step()], ...fields })
const errors = (fields: object): readonly string[] => validateTrajectory(document(fields)).errors
const withStep = (fields: object): readonly string[] => errors({ steps: [step(fields)] })

describe('format', () => {
  test('the least that is valid, under every version', () => {
    expect(validateTrajectory(document()).trajectory?.schema_version).toBe('ATIF-v1.8')
    for (let minor = 0; minor <= 8; minor++) expect(errors({ schema_version: `ATIF-v1.${minor}` })).toEqual([])
    expect(errors({ schema_version: 'ATIF-v1.9' })).toHaveLength(1)
  })

  test('unknown fields are refused at any depth, missing ones named', () => {
    expect(errors({ later: 1, agent: { ...AGENT, extra: { free: 1 }, x: 1 } }).toSorted()).toEqual([
      'trajectory.agent.x: is not a known field',
      'trajectory.later: is not a known field',
    ])
    expect(withStep({ message: undefined, metrics: { tokens: 1 } })).toEqual([
      'trajectory.steps.0.message: is missing: expected text, or is missing: expected a list',
      'trajectory.steps.0.metrics.tokens: is not a known field',
    ])
    expect(validateTrajectory('x').errors).toEqual(['trajectory: expected a table, got "x"'])
    expect(errors({ steps: [] })).toEqual(['trajectory.steps: expected at least one step, got a list'])
  })

  test('numbers are read as Harbor reads them', () => {
    expect(
      withStep({
        step_id: '1',
        metrics: { prompt_tokens: '3', cost_usd: '0.5', logprobs: [1] },
        reasoning_effort: '0.5',
      }),
    ).toEqual([])
    expect(withStep({ llm_call_count: -1, is_copied_context: 'maybe' })).toHaveLength(2)
  })
})

describe('rules', () => {
  test('1: step ids count from 1', () => {
    expect(errors({ steps: [step(), step({ step_id: 3 })] })).toEqual([
      'trajectory.steps.1.step_id: expected 2 (sequential from 1), got 3',
    ])
  })

  test.each([
    '2026-11-21T04:09:57.928041Z',
    '2026-11-21',
    '20261121T0409+0200',
    '2026-W47-6',
    '2026-11-21 04:09:57,5',
    '2026-W53',
  ])('2: %s is a time', (timestamp) => expect(withStep({ timestamp })).toEqual([]))
  test.each([
    'yesterday',
    '2026-13-01',
    '2026-02-29',
    '2026-W54',
    '2025-W53',
    '2026-11-21T25:00',
    '',
    '2026-11-21T04:09:57+2',
  ])('2: %j is none', (timestamp) => expect(withStep({ timestamp })).toHaveLength(1))

  test('3: what only a model makes stands only in steps of the agent', () => {
    const fields = { model_name: 'm', reasoning_effort: 'high', reasoning_content: 'r', tool_calls: [], metrics: {} }
    expect(withStep({ source: 'user', ...fields })).toHaveLength(5)
    expect(withStep({ source: 'system', model_name: null })).toEqual([])
    expect(withStep(fields)).toEqual([])
  })

  test('4: a step without a model call has neither metrics nor reasoning', () => {
    expect(withStep({ llm_call_count: 0, metrics: {}, reasoning_content: '' })).toHaveLength(2)
    expect(withStep({ llm_call_count: 1, metrics: {}, reasoning_content: '' })).toEqual([])
  })

  test('5: results belong to calls of the same step', () => {
    const call = { tool_call_id: 'c', function_name: 'f', arguments: {} }
    const results = [{ source_call_id: 'c' }, { source_call_id: 'd' }, {}]
    expect(withStep({ tool_calls: [call], observation: { results } })).toEqual([
      'trajectory.steps.0.observation.results.1.source_call_id: "d" is no tool call of step 1',
    ])
  })

  test('6: embedded subagents have ids of their own, and obey the rules too', () => {
    const subagents = [
      document({ trajectory_id: 's' }),
      document({ trajectory_id: 's' }),
      document({ steps: [step({ step_id: 2 })] }),
    ]
    expect(errors({ subagent_trajectories: subagents })).toEqual([
      'trajectory.subagent_trajectories.1.trajectory_id: "s" is the id of an earlier subagent',
      'trajectory.subagent_trajectories.2.trajectory_id: is missing: an embedded subagent needs it',
      'trajectory.subagent_trajectories.2.steps.0.step_id: expected 1 (sequential from 1), got 2',
    ])
  })

  test('7: a reference can be resolved', () => {
    const references = [{ trajectory_id: 'a' }, { trajectory_path: 'b' }, { session_id: 'c' }]
    expect(withStep({ observation: { results: [{ subagent_trajectory_ref: references }] } })).toHaveLength(1)
  })

  test('8: parts have what their type needs and nothing else', () => {
    const image = { media_type: 'image/png', path: 'a.png' }
    const audio = { media_type: 'audio/x-wav', path: 'a.wav', duration_sec: 1.5 }
    const good = [
      { type: 'text', text: '' },
      { type: 'image', source: image },
      { type: 'audio', source: audio },
    ]
    expect(withStep({ message: good })).toEqual([])
    const bad = [
      { type: 'text' },
      { type: 'text', text: 'a', source: image },
      { type: 'image', text: 'a', source: image },
      { type: 'audio', source: image },
      { type: 'image', source: { ...image, duration_sec: 1 } },
      { type: 'image', source: { ...image, media_type: 'image/tiff' } },
    ]
    expect(withStep({ message: bad })).toHaveLength(bad.length)
  })

  test('10: local files exist, URLs are left alone, subagents too', () => {
    const message = ['a.png', 'https://x/b.png', '/c.png'].map((path) => ({
      type: 'image',
      source: { media_type: 'image/png', path },
    }))
    const whole = document({
      steps: [step({ message })],
      subagent_trajectories: [document({ trajectory_id: 's', steps: [step({ message })] })],
    })
    expect(validateTrajectory(whole, (path) => path === 'a.png').errors).toEqual([
      'trajectory.steps.0.message.2.source.path: the image file does not exist: /c.png',
    ])
    expect(validateTrajectory(whole).errors).toEqual([])
  })

  test('all of them are collected', () => {
    expect(
      errors({ steps: [step({ step_id: 2, timestamp: 'x' }), step({ source: 'user', metrics: {} })] }),
    ).toHaveLength(4)
  })
})

test('parseTrajectory says what is wrong with which file', () => {
  expect(parseTrajectory(JSON.stringify(document()), 't.json').steps).toHaveLength(1)
  expect(() => parseTrajectory('{', 't.json')).toThrow(AppError)
  expect(() => parseTrajectory('{}', 't.json')).toThrow(
    't.json is no valid ATIF trajectory: trajectory.agent: is missing',
  )
})

describeOn('fixtures', 'recorded trajectories', () => {
  const folder = join(fixturesFolder, 'atif')
  test('all are valid, and no longer so once a step is missing', () => {
    const names = readdirSync(folder)
    expect(names).toHaveLength(10)
    for (const name of names) {
      const json = z
        .looseObject({ steps: z.array(z.unknown()) })
        .parse(JSON.parse(readFileSync(join(folder, name), 'utf8')))
      expect(validateTrajectory(json).errors).toEqual([])
      expect(validateTrajectory({ ...json, steps: json.steps.slice(1) }).errors).not.toEqual([])
    }
  })
})
