import { describe, expect, test } from 'vitest'
import { thrownBy } from '../thrown.testing.ts'
import { parseRun } from './parse-run.testing.ts'
import type { PlainConfig } from './plain-config.ts'
import { applyRunFlags } from './run-flags.ts'
import type { PathKind } from './selection.ts'

const kinds: Readonly<Record<string, PathKind>> = {
  tasks: 'dataset',
  'tasks/one': 'task',
  'tasks/registry.json': 'file',
}
const kindOf = (path: string): PathKind => kinds[path] ?? 'missing'
const dataset = { tasks: [], datasets: [{ path: 'tasks' }] }

function resolve(args: string, config: PlainConfig = {}): PlainConfig {
  const flags = parseRun(...args.split(' ').filter((arg) => arg !== ''))
  return applyRunFlags(config, flags, { kindOf, mcpServers: [] })
}

describe('every flag sets its key', () => {
  test.each<[string, PlainConfig]>([
    ['--job-name j', { job_name: 'j' }],
    ['-o out', { jobs_dir: 'out' }],
    ['--jobs-dir out', { jobs_dir: 'out' }],
    ['-k 5', { n_attempts: 5 }],
    ['--n-attempts 5', { n_attempts: 5 }],
    ['-n 8', { n_concurrent_trials: 8 }],
    ['--n-concurrent 8', { n_concurrent_trials: 8 }],
    ['--timeout-multiplier 1.5', { timeout_multiplier: 1.5 }],
    ['--agent-timeout-multiplier 2', { agent_timeout_multiplier: 2 }],
    ['--verifier-timeout-multiplier 2', { verifier_timeout_multiplier: 2 }],
    ['--agent-setup-timeout-multiplier 2', { agent_setup_timeout_multiplier: 2 }],
    ['--environment-build-timeout-multiplier 2', { environment_build_timeout_multiplier: 2 }],
    ['-a x --effort high', { agents: [{ name: 'x', kwargs: { reasoning_effort: 'high' } }] }],
    ['-a x --skill s --skills t', { agents: [{ name: 'x', skills: ['s', 't'] }] }],
    ['-a acp:some@1', { agents: [{ name: 'acp:some@1' }] }],
    ['-r 3', { retry: { max_retries: 3 } }],
    ['--max-retries 0', { retry: { max_retries: 0 } }],
    ['--retry-include A --retry-include B', { retry: { include_exceptions: ['A', 'B'] } }],
    ['--retry-exclude A', { retry: { exclude_exceptions: ['A'] } }],
    ['--debug', { debug: true }],
    ['-q', { quiet: true }],
    ['--silent', { quiet: true }],
    ['--force-build', { environment: { force_build: true } }],
    ['--no-force-build', { environment: { force_build: false } }],
    ['--no-delete', { environment: { delete: false } }],
    ['--delete', { environment: { delete: true } }],
    ['--override-cpus 2', { environment: { override_cpus: 2 } }],
    ['--override-memory-mb 512', { environment: { override_memory_mb: 512 } }],
    [
      '--ek network=host --environment-kwarg pids_limit=9',
      { environment: { kwargs: { network: 'host', pids_limit: 9 } } },
    ],
    ['--ve A=1 --verifier-env B={}', { verifier: { env: { A: '1', B: '{}' } } }],
    ['--disable-verification', { verifier: { disable: true } }],
    ['--enable-verification', { verifier: { disable: false } }],
    ['--install-only', { install_only: true, verifier: { disable: true } }],
    ['--artifact /app/a --artifact /app/b', { artifacts: ['/app/a', '/app/b'] }],
    ['--extra-instruction hi', { extra_instructions: ['hi'] }],
    ['--extra-instruction-path f', { extra_instruction_paths: ['f'] }],
    ['-a nop', { agents: [{ name: 'nop' }] }],
    [
      '-a a -m x/y -m z',
      {
        agents: [
          { name: 'a', model_name: 'x/y' },
          { name: 'a', model_name: 'z' },
        ],
      },
    ],
    [
      '--ak n=1 --agent-kwarg s=hi --ae K=1 --agent-env L=2',
      { agents: [{ kwargs: { n: 1, s: 'hi' }, env: { K: '1', L: '2' } }] },
    ],
    ['--n-concurrent-agents 2', { agents: [{ n_concurrent: 2 }] }],
    [
      '-i a* --include-task-name b -x c --exclude-task-name d -l 3',
      {
        datasets: [{ path: 'tasks', task_names: ['a*', 'b'], exclude_task_names: ['c', 'd'], n_tasks: 3 }],
      },
    ],
    ['--n-tasks 3', { datasets: [{ path: 'tasks', n_tasks: 3 }] }],
  ])('%s', (args, expected) => {
    expect(resolve(`-p tasks ${args}`)).toEqual({ agents: [{}], ...dataset, ...expected })
  })
})

test('without flags nothing but the selection is there', () => {
  expect(resolve('--path tasks')).toEqual({ agents: [{}], ...dataset })
})

describe('flags go over a config file', () => {
  const config = {
    n_attempts: 2,
    retry: { max_retries: 1, min_wait_sec: 5 },
    environment: { kwargs: { network: 'a', pids_limit: 1 }, override_cpus: 4 },
    agents: [{ name: 'command', kwargs: { run: 'x', n: 1 }, env: { A: '1' } }, { name: 'nop' }],
    tasks: [{ path: 'mine' }],
  }

  test('one key, not its neighbours', () => {
    const resolved = resolve('-r 4 --ek network=b --ak n=2 --ae B=2', config)
    expect(resolved).toMatchObject({
      n_attempts: 2,
      retry: { max_retries: 4, min_wait_sec: 5 },
      tasks: [{ path: 'mine' }],
    })
    expect(resolved['environment']).toEqual({ kwargs: { network: 'b', pids_limit: 1 }, override_cpus: 4 })
    expect(resolved['agents']).toEqual([
      { name: 'command', kwargs: { run: 'x', n: 2 }, env: { A: '1', B: '2' } },
      { name: 'nop', kwargs: { n: 2 }, env: { B: '2' } },
    ])
  })

  test('-a and -p replace what the file chose', () => {
    expect(resolve('-a oracle -p tasks/one', config)).toMatchObject({
      agents: [{ name: 'oracle' }],
      tasks: [{ path: 'tasks/one' }],
      datasets: [],
    })
  })
})

describe('what is refused', () => {
  test.each([
    ['', /nothing was chosen to run/],
    ['-p nowhere', /no such folder/],
    ['-p tasks -t tasks/one', /-p and -t were given/],
    ['-p tasks/one -i x', /-i: only for choosing.*tasks\/one is one task/],
    ['-p tasks/registry.json', /this is no folder/],
    ['-p tasks --registry-path r', /belongs to -d/],
    ['--registry-path r', /belongs to -d, which was not given/],
    ['-d set', /no registry of its own/],
    ['-i x -l 2', /-i, -l: only for choosing/],
    ['-t tasks', /this folder is no task/],
    ['-t nothing', /no such folder, and it is no org\/name/],
    ['-t tasks/one -i x', /-i: only for choosing/],
    ['-p tasks -m x', /-m names a model/],
    ['-p tasks -a my.module:Agent', /is an import path/],
    ['-p tasks --ak nothing', /--ak takes KEY=VALUE, got no "="/],
    ['-p tasks --ae =x', /--ae takes KEY=VALUE, got no key/],
  ])('run %s', (args, message) => {
    const error = thrownBy(() => resolve(args))
    expect(error.code).toBe('invalid-input')
    expect(error.message).toMatch(message)
  })

  test.each(['-k 0', '-k x', '-k 1.5', '-l 0', '-r -1', '--timeout-multiplier 0', '--override-cpus ten'])(
    'run %s is no number',
    (args) => {
      expect(() => parseRun(...args.split(' '))).toThrow(expect.objectContaining({ code: 'commander.invalidArgument' }))
    },
  )
})

test('datasets and tasks of a registry keep their names', () => {
  expect(resolve('-d tb@2.0 --registry-path r.json')['datasets']).toEqual([
    { name: 'tb', version: '2.0', registry_path: 'r.json' },
  ])
  expect(resolve('-d org/tb --registry-path r.json -l 1')['datasets']).toEqual([
    { name: 'org/tb', ref: 'latest', registry_path: 'r.json', n_tasks: 1 },
  ])
  expect(resolve('-t tasks/one -t org/name@3 -t org/other')['tasks']).toEqual([
    { path: 'tasks/one' },
    { name: 'org/name', ref: '3' },
    { name: 'org/other', ref: 'latest' },
  ])
})
