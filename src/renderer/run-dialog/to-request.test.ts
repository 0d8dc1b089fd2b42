import { describe, expect, test } from 'vitest'
import { JobConfig } from '../../contract/harbor/job-config.ts'
import type { AgentInfo } from '../../contract/api/jobs.ts'
import { RUN_FIELD_NAMES, RUN_FIELDS, type RunField } from './fields.ts'
import type { SettingOf } from './form.ts'
import { getAt } from './config-path.ts'
import { newForm, toText } from './new-form.ts'
import { NOTHING, toRemembered } from './remembered.ts'
import { checkForm, toGlob } from './to-request.ts'

const DRAFT = { datasetPath: null, taskNames: null, config: null }
const SETTINGS: Readonly<Record<string, string | number | boolean | null>> = {
  'execution.agent': 'oracle',
  'execution.attempts': 2,
  'execution.concurrency': 8,
  'execution.timeoutFactor': 1,
  'execution.retries': 0,
  'execution.agentTimeoutSec': 90,
  'containers.backend': 'docker',
  'containers.network': 'lab',
  'containers.keepOnFailure': true,
}
const settingOf: SettingOf = (key) => SETTINGS[key]
const known: readonly AgentInfo[] = [
  { name: 'oracle', summary: '', model: 'none', kwargs: {} },
  { name: 'claude-code', summary: '', model: 'optional', kwargs: { max_turns: 'turns' } },
]
const from = { settingOf, isFromEnvironment: () => false, known, remembered: NOTHING }
const fresh = newForm(DRAFT, from)

describe('a new run', () => {
  test('starts from the settings', () => {
    const { config } = checkForm(fresh, '/data/tasks')
    expect(fresh.backend).toBe('docker')
    expect(config).toMatchObject({
      n_attempts: 2,
      n_concurrent_trials: 8,
      datasets: [{ path: '/data/tasks', task_names: null }],
      agents: [{ name: 'oracle', model_name: null, override_timeout_sec: 90 }],
      environment: { kwargs: { network: 'lab', keep_on_failure: true }, delete: true },
    })
    expect(config?.job_name).toBeUndefined()
  })

  test('is no configuration while its dataset is not known', () => {
    expect(checkForm(fresh, null).config).toBeNull()
  })

  test('multiplies an agent by its models', () => {
    const agents = [
      { id: 0, name: 'command', models: 'a/b, c/d, a/b', kwargs: { run: 'go', setup: '' }, env: 'KEY', rest: {} },
    ]
    const { config } = checkForm({ ...fresh, agents }, '/t')
    expect(config?.agents.map(({ model_name }) => model_name)).toEqual(['a/b', 'c/d'])
    expect(config?.agents[1]).toMatchObject({ kwargs: { run: 'go' }, env: { KEY: '${KEY}' } })
  })

  test('names chosen tasks so that no name is a pattern', () => {
    expect(toGlob('a*b?[c')).toBe('a[*]b[?][[]c')
    const source = { kind: 'dataset' as const, path: null, taskNames: ['x[1]'] }
    expect(checkForm({ ...fresh, source }, '/t').config?.datasets[0]?.task_names).toEqual(['x[[]1]'])
  })
})

describe('what is wrong', () => {
  test('is told at its field', () => {
    const { config, byField } = checkForm(
      { ...fresh, texts: { ...fresh.texts, attempts: '0', memory: 'lots', agentTimeout: 'x' } },
      '/t',
    )
    expect(config).toBeNull()
    expect([...byField.keys()].sort()).toEqual(['agentTimeout', 'attempts', 'memory'])
    expect(byField.get('memory')).toContain('lots')
  })

  test('an empty number that must be there is refused', () => {
    expect([...checkForm({ ...fresh, texts: { ...fresh.texts, attempts: '' } }, '/t').byField.keys()]).toEqual([
      'attempts',
    ])
  })

  test('a malformed variable keeps it from starting', () => {
    const { config, others } = checkForm({ ...fresh, env: 'not a variable' }, '/t')
    expect(config).toBeNull()
    expect(others).toHaveLength(1)
  })
})

describe('an earlier job', () => {
  const earlier = JobConfig.parse({
    job_name: 'nightly',
    n_attempts: 3,
    n_concurrent_trials: 1,
    agents: [
      {
        name: 'command',
        model_name: 'a/b',
        kwargs: { run: 'go', retries: 2 },
        env: { K: '${K}' },
        concurrency_group: 'g',
        n_concurrent: 1,
      },
      {
        name: 'command',
        model_name: 'c/d',
        kwargs: { run: 'go', retries: 2 },
        env: { K: '${K}' },
        concurrency_group: 'g',
        n_concurrent: 1,
      },
      { name: 'oracle' },
    ],
    datasets: [{ path: '/data/tasks', task_names: ['one', 'x[[]1]'] }],
    environment: { override_cpus: 2, kwargs: { pids_limit: 50 }, env: { A: '1' } },
    artifacts: ['/app/out', { source: '/app/log' }],
    extra_instructions: ['be brief'],
  })
  const form = newForm({ ...DRAFT, config: earlier }, from)

  test('comes back as it was, under a new name', () => {
    const { config } = checkForm(form, '/data/tasks')
    const { job_name: _name, ...rest } = earlier
    expect(config).toEqual(rest)
  })

  test('is shown with its models together and its tasks by name', () => {
    expect(form.agents.map(({ name, models }) => [name, models])).toEqual([
      ['command', 'a/b, c/d'],
      ['oracle', ''],
    ])
    expect(form.source).toEqual({ kind: 'dataset', path: '/data/tasks', taskNames: ['one', 'x[1]'] })
  })

  test('whose tasks stand elsewhere keeps them as they are', () => {
    const config = JobConfig.parse({ tasks: [{ path: '/a/b', source: 's' }], datasets: [] })
    const again = newForm({ ...DRAFT, config }, from)
    expect(again.source.kind).toBe('config')
    expect(checkForm(again, null).config?.tasks).toEqual(config.tasks)
  })

  test('with patterns for tasks keeps the patterns', () => {
    const config = JobConfig.parse({ datasets: [{ path: '/d', task_names: ['a*'] }] })
    expect(newForm({ ...DRAFT, config }, from).source.kind).toBe('config')
  })
})

test('nothing secret is remembered', () => {
  const agents = [
    { id: 0, name: 'command', models: '', kwargs: { run: 'go', api_key: 'sk-1' }, env: 'TOKEN=abc', rest: {} },
  ]
  const kept = toRemembered(
    { ...fresh, agents, env: 'PASSWORD=x', texts: { ...fresh.texts, timeoutFactor: '5' } },
    '/t',
    settingOf,
  )
  expect(JSON.stringify(kept)).not.toMatch(/sk-1|abc|PASSWORD/)
  expect(kept.agents[0]?.kwargs).toEqual({ run: 'go' })
  // What makes results incomparable is chosen anew each time.
  expect(newForm(DRAFT, { ...from, remembered: kept }).texts.timeoutFactor).toBe('1')
})

test('starts an agent with the turns and the model of the settings where it knows them', () => {
  const values: typeof SETTINGS = {
    ...SETTINGS,
    'execution.agent': 'claude-code',
    'execution.maxTurns': 30,
    'execution.model': 'anthropic/m',
  }
  const agentsOf = (agent: string) =>
    newForm(DRAFT, { ...from, settingOf: (key) => (key === 'execution.agent' ? agent : values[key]) }).agents
  expect(agentsOf('claude-code')).toMatchObject([{ models: 'anthropic/m', kwargs: { max_turns: '30' } }])
  expect(agentsOf('oracle')).toMatchObject([{ models: '', kwargs: {} }])
})

describe('a setting is observed by the next run, also after a first one that kept its choices', () => {
  const values: typeof SETTINGS = { ...SETTINGS, 'execution.agent': 'claude-code' }
  const of =
    (more: typeof SETTINGS = {}): SettingOf =>
    (key) =>
      key in more ? more[key] : values[key]
  const first = newForm(DRAFT, { ...from, settingOf: of() })
  const chosen = {
    ...first,
    agents: [{ id: 0, name: 'oracle', models: '', kwargs: {}, env: '', rest: {} }],
    backend: 'podman' as const,
    texts: { ...first.texts, attempts: '9', concurrency: '9' },
  }
  const remembered = toRemembered(chosen, '/chosen', of())
  const next = (more: typeof SETTINGS, isFromEnvironment: (key: string) => boolean = () => false) => {
    const form = newForm(DRAFT, { ...from, settingOf: of(more), isFromEnvironment, remembered })
    return { form, config: checkForm(form, '/t').config }
  }
  const fields = RUN_FIELD_NAMES.flatMap((name) => {
    const { setting, path, kind }: RunField = RUN_FIELDS[name]
    return setting === null ? [] : [[setting, path, kind === 'number' ? 13 : 'lab-2'] as const]
  })
  const cases = [
    ...fields,
    ['execution.agent', ['agents', '*', 'name'], 'nop'],
    ['execution.model', ['agents', '*', 'model_name'], 'acme/large'],
    ['containers.keepOnFailure', ['environment', 'kwargs', 'keep_on_failure'], undefined],
  ] as const

  test.each(cases)('%s', (key, path, value) => {
    const set = value === undefined ? false : value
    expect(getAt(next({ [key]: set }).config, path)).toBe(value)
    // As it was set when the choice was made, but by a variable now.
    if (values[key] === undefined) return
    expect(toText(getAt(next({}, (one) => one === key).config, path))).toBe(toText(values[key]))
  })

  test('turns and backend, which stand elsewhere', () => {
    expect(next({ 'execution.maxTurns': 13 }).config?.agents).toMatchObject([
      { name: 'claude-code', kwargs: { max_turns: '13' } },
    ])
    expect(next({ 'containers.backend': 'sandbox' }).form.backend).toBe('sandbox')
    expect(next({}, (key) => key === 'containers.backend').form.backend).toBe('docker')
  })

  test('the folder of tasks', () => {
    expect(next({ 'paths.tasks': '/elsewhere' }).form.source).toMatchObject({ path: null })
  })

  test('what was not set anew stays as it was chosen', () => {
    expect(next({ 'execution.retries': 1 }).form).toMatchObject({
      source: { path: '/chosen' },
      agents: [{ name: 'oracle' }],
      backend: 'podman',
      texts: { attempts: '9', concurrency: '9' },
    })
  })
})
