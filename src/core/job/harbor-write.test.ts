import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { describeOn, fixturesFolder } from '../../../test/support/machine.ts'
import { ArtifactManifest } from '../../contract/harbor/artifact-manifest.ts'
import { JobConfig } from '../../contract/harbor/job-config.ts'
import { JobResult } from '../../contract/harbor/job-result.ts'
import { JobLock, TrialLock } from '../../contract/harbor/lock.ts'
import { TrialConfig } from '../../contract/harbor/trial-config.ts'
import { TrialResult, type TrialResultInput } from '../../contract/harbor/trial-result.ts'
import { float } from '../../contract/harbor/number.ts'
import { parseHarborJson } from './harbor-json.ts'
import {
  toJobConfigJson,
  toJobLockJson,
  toJobResultJson,
  toManifestJson,
  toTrialConfigJson,
  toTrialLockJson,
  toTrialResultJson,
} from './harbor-write.ts'

const TRIAL = 'hello-one__q7vyKrJ'
const JOB_ID = 'f7343d7c-ef50-4a44-983a-012ca53a6b94'

describeOn('fixtures', "files of Harbor's own", () => {
  const fixture = (path: string): string => readFileSync(join(fixturesFolder, path), 'utf8')
  const rewrite: [string, (json: unknown) => string][] = [
    ['harbor-job/oracle/config.json', (json) => toJobConfigJson(JobConfig.parse(json), {})],
    ['harbor-job/oracle/lock.json', (json) => toJobLockJson(JobLock.parse(json), {})],
    ['harbor-job/oracle/result.json', (json) => toJobResultJson(JobResult.parse(json))],
    [`harbor-job/oracle/${TRIAL}/config.json`, (json) => toTrialConfigJson(TrialConfig.parse(json), {})],
    [`harbor-job/oracle/${TRIAL}/lock.json`, (json) => toTrialLockJson(TrialLock.parse(json), {})],
    [`harbor-job/oracle/${TRIAL}/result.json`, (json) => toTrialResultJson(TrialResult.parse(json), {})],
    [`harbor-job/oracle/${TRIAL}/artifacts/manifest.json`, (json) => toManifestJson(ArtifactManifest.parse(json))],
    // Of an earlier version, which wrote a final newline.
    ['harbor-trial/config.json', (json) => `${toTrialConfigJson(TrialConfig.parse(json), {})}\n`],
  ]
  test.each(rewrite)('%s is read and written again byte for byte', (path, again) => {
    expect(again(parseHarborJson(fixture(path)))).toBe(fixture(path))
  })

  test('a result and a lock of an earlier version are read', () => {
    const result = TrialResult.parse(parseHarborJson(fixture('harbor-trial/result.json')))
    expect(result.verifier_result).toEqual({ rewards: { reward: float(1) } })
    expect(TrialLock.parse(parseHarborJson(fixture('harbor-trial/lock.json'))).environment.force_build).toBe(true)
  })

  test('what is written is valid by the schemas of Harbor', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    const compiled = new Map(
      ['trial-config', 'trial-result', 'trial-lock', 'job-config', 'job-result', 'job-lock'].map((name) => {
        const schema: unknown = JSON.parse(fixture(`harbor-schema/${name}.schema.json`))
        return [name, ajv.compile(z.record(z.string(), z.unknown()).parse(schema))]
      }),
    )
    const check = (name: string, text: string): void => {
      const validate = compiled.get(name)
      expect(validate?.(JSON.parse(text)), JSON.stringify(validate?.errors)).toBe(true)
    }
    fc.assert(
      fc.property(trialConfig, rewards, (config, values) => {
        check('trial-config', toTrialConfigJson(TrialConfig.parse(config), {}))
        check('trial-result', toTrialResultJson(TrialResult.parse(resultOf(config, values)), {}))
      }),
      { numRuns: 200 },
    )
    check(
      'job-config',
      toJobConfigJson(JobConfig.parse({ job_name: 'j', agents: [{ name: 'nop' }], retry: { max_retries: 3 } }), {}),
    )
    check(
      'job-result',
      toJobResultJson(JobResult.parse({ id: JOB_ID, started_at: '2026-11-21T04:09:57', n_total_trials: 1, stats: {} })),
    )
    check('trial-lock', toTrialLockJson(TrialLock.parse(LOCK), {}))
    check(
      'job-lock',
      toJobLockJson(
        JobLock.parse({ created_at: '2026-11-21T04:09:57Z', n_concurrent_trials: 1, retry: {}, trials: [LOCK] }),
        {},
      ),
    )
  })
})

const LOCK = {
  task: { name: 'a', type: 'local', digest: `sha256:${'0a'.repeat(32)}`, path: '/a' },
  agent: { kwargs: { none: null } },
  environment: { import_path: 'tbcc:sandbox' },
  verifier: { environment_mode: 'shared' },
} as const

const rewards = fc.dictionary(
  fc.string({ minLength: 1 }).filter((key) => key !== '__proto__'),
  fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).map(float)),
  { maxKeys: 3 },
)
const trialConfig = fc.record({
  task: fc.record({ path: fc.constantFrom('/a', 'b//c') }),
  trial_name: fc.string(),
  timeout_multiplier: fc.double({ min: 0.1, max: 10, noNaN: true }),
  install_only: fc.boolean(),
  agent: fc.record(
    {
      name: fc.constantFrom('oracle', 'nop'),
      override_timeout_sec: fc.option(fc.integer({ min: 1, max: 99 })),
      env: fc.constantFrom({}, { A_KEY: 'x' }),
    },
    { requiredKeys: [] },
  ),
  environment: fc.record(
    { type: fc.constantFrom('docker' as const, 'podman' as const), override_cpus: fc.option(fc.nat()) },
    { requiredKeys: [] },
  ),
})

function resultOf(
  config: TrialResultInput['config'],
  values: Record<string, number | ReturnType<typeof float>>,
): TrialResultInput {
  return {
    id: JOB_ID,
    task_name: 'a/b',
    trial_name: 'b__1234567',
    trial_uri: 'file:///j/b__1234567',
    task_id: { path: '/a' },
    task_checksum: 'c',
    config,
    agent_info: { name: 'oracle', version: '1.0.0' },
    verifier_result: { rewards: values },
  }
}

describe('configurations', () => {
  const trial = (input: object): string =>
    toTrialConfigJson(TrialConfig.parse({ task: { path: '/t' }, trial_name: 'n', ...input }), {})

  test('what equals its default is left out, also where it was stated', () => {
    const stated = {
      agent: { name: 'oracle' },
      environment: { type: 'docker' },
      timeout_multiplier: float(1),
      trials_dir: 'trials',
      extra_instructions: [],
    }
    expect(trial(stated)).toBe(trial({}))
    expect(trial({})).toBe('{\n    "task": {\n        "path": "/t"\n    },\n    "trial_name": "n"\n}')
  })

  test('inside a table that differs, only what differs is written', () => {
    expect(JSON.parse(trial({ agent: { kwargs: { a: null } }, install_only: true }))).toEqual({
      task: { path: '/t' },
      trial_name: 'n',
      install_only: true,
      agent: { name: 'oracle', kwargs: { a: null } },
      verifier: { disable: true },
    })
  })

  test('floats are floats wherever they come from', () => {
    expect(trial({ timeout_multiplier: 2, agent: { override_timeout_sec: '30' } })).toContain(
      '"timeout_multiplier": 2.0',
    )
    expect(trial({ agent: { override_timeout_sec: 30, n_concurrent: 2 } })).toContain(
      '"n_concurrent": 2,\n        "override_timeout_sec": 30.0',
    )
  })

  test('the order of excluded exceptions means nothing', () => {
    const reversed = JobConfig.parse({ job_name: 'j' }).retry.exclude_exceptions?.toReversed()
    expect(toJobConfigJson(JobConfig.parse({ job_name: 'j', retry: { exclude_exceptions: reversed } }), {})).toBe(
      '{\n    "job_name": "j"\n}',
    )
  })

  test('older layouts are converted', () => {
    const job = JobConfig.parse({
      job_name: 'j',
      orchestrator: { n_concurrent_trials: 7, quiet: true, retry: { max_retries: 2 } },
      plugins: ['x'],
      datasets: [{ name: 'd', registry: { path: 'r.json' } }],
      environment: { mounts_json: [], env: ['A=1', 'B = x=y '] },
    })
    expect(job).toMatchObject({
      n_concurrent_trials: 7,
      quiet: true,
      retry: { max_retries: 2 },
      environment: { mounts: [], env: { A: '1', B: 'x=y' } },
    })
    expect(job.datasets[0]).toMatchObject({ name: 'd', registry_path: 'r.json' })
  })

  test('secrets in variables are not written', () => {
    const config = TrialConfig.parse({
      task: { path: '/t' },
      agent: { env: { MY_TOKEN: 'very-secret-value', LANG: 'C' } },
      verifier: { env: { API_KEY: 'other-secret' } },
    })
    const text = toTrialConfigJson(config, { API_KEY: 'other-secret' })
    expect(text).not.toContain('secret')
    expect(JSON.parse(text)).toMatchObject({
      agent: { env: { MY_TOKEN: '****', LANG: 'C' } },
      verifier: { env: { API_KEY: '${API_KEY}' } },
    })
  })

  test.each([
    [{ agents: [{ n_concurrent: 5 }] }, 'agents.0.n_concurrent'],
    [{ agents: [{ concurrency_group: 'g' }] }, 'agents.0.n_concurrent'],
    [
      {
        agents: [
          { name: 'nop', n_concurrent: 1 },
          { name: 'nop', n_concurrent: 2 },
        ],
      },
      'agents.1.n_concurrent',
    ],
    [{ tasks: [{}] }, 'tasks.0.path'],
    [{ tasks: [{ path: 'a', ref: 'b' }] }, 'tasks.0.ref'],
    [{ datasets: [{ path: 'a', name: 'b' }] }, 'datasets.0.name'],
    [{ retry: { max_retries: -1 } }, 'retry.max_retries'],
    [{ acpx_config: 1 }, 'acpx_config'],
    [{ environment: { type: 'DOCKER' } }, 'environment.type'],
  ])('%j is refused at %s', (job, place) => {
    expect(JobConfig.safeParse(job).error?.issues.map(({ path }) => path.join('.'))).toEqual([place])
  })
})

test('rewards keep their kind', () => {
  const result = TrialResult.parse(resultOf({ task: { path: '/t' } }, { whole: 1, real: float(1) }))
  expect(toTrialResultJson(result, {})).toContain('"whole": 1,\n            "real": 1.0')
})
