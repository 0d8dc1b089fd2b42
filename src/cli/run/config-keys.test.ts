import { expect, test } from 'vitest'
import { checkConfigKeys } from './config-keys.ts'
import type { PlainConfig } from './plain-config.ts'

const nothing = { unsupported: [], unknown: [] }

test.each<[PlainConfig, string]>([
  [{ user_agent: { name: 'x' } }, 'user_agent'],
  [{ source_jobs: [{ action: 'diff' }] }, 'source_jobs'],
  [{ metrics: [{ type: 'mean' }, { type: 'uv-script' }] }, 'metrics.1.type'],
  [{ environment: { mounts: [{}] } }, 'environment.mounts'],
  [{ environment: { mounts_json: [{}] } }, 'environment.mounts_json'],
  [{ environment: { extra_docker_compose: ['x.yaml'] } }, 'environment.extra_docker_compose'],
  [{ environment: { stream: true } }, 'environment.stream'],
  [{ environment: { override_gpus: 1 } }, 'environment.override_gpus'],
  [{ environment: { import_path: 'a.b:C' } }, 'environment.import_path'],
  [{ environment: { cpu_enforcement_policy: 'request' } }, 'environment.cpu_enforcement_policy'],
  [{ verifier: { import_path: 'a:B' } }, 'verifier.import_path'],
  [{ agents: [{ name: 'nop' }, { include_logs: ['x'] }] }, 'agents.1.include_logs'],
  [{ tasks: [{ path: 'x', git_url: 'y' }] }, 'tasks.0.git_url'],
  [{ datasets: [{ repo: 'x' }] }, 'datasets.0.repo'],
  [{ datasets: [{ registry: { url: 'x' } }] }, 'datasets.0.registry.url'],
])('%j is named', (config, path) => {
  expect(checkConfigKeys(config)).toEqual({ unsupported: [path], unknown: [] })
})

test('values that change nothing may stand there', () => {
  const config = {
    user_agent: null,
    source_jobs: [],
    metrics: [{ type: 'max', kwargs: {} }],
    environment: {
      stream: false,
      mounts: null,
      override_gpus: 0,
      memory_enforcement_policy: 'auto',
      import_path: 'tbcc:sandbox',
    },
    agents: [{ mcp_servers: [], resume_trajectory: false }],
    plugins: ['x'],
    orchestrator: { type: 'local', n_concurrent_trials: 2, retry: { max_retries: 1 } },
  }
  expect(checkConfigKeys(config)).toEqual(nothing)
})

test('unknown keys are named with the nearest that exists', () => {
  expect(
    checkConfigKeys({ n_atempts: 1, retry: { max_retrys: 2 }, agents: [{ zzz: 1 }], toString: 1 }).unknown,
  ).toEqual([
    { path: 'n_atempts', nearest: 'n_attempts' },
    { path: 'retry.max_retrys', nearest: 'max_retries' },
    { path: 'agents.0.zzz', nearest: null },
    { path: 'toString', nearest: null },
  ])
})
