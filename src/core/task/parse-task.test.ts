import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeOn, fixturesFolder } from '../../../test/support/machine.ts'
import { TaskConfig } from '../../contract/harbor/task-config.ts'
import { parseTaskConfig } from './parse-task.ts'

function config(text: string): TaskConfig {
  const result = parseTaskConfig(text)
  if (!result.ok) throw new Error(JSON.stringify(result.issues))
  return result.config
}

/** Issues as `key: message`. */
function issues(text: string): string[] {
  const result = parseTaskConfig(text)
  return result.ok
    ? []
    : result.issues.map(({ file, key, message }) => `${file === 'task.toml' ? '' : file}${key ?? ''}: ${message}`)
}

describe('defaults', () => {
  test('an empty file is a task with everything left to the default', () => {
    expect(config('')).toEqual({
      schema_version: '1.4',
      task: null,
      metadata: {},
      verifier: {
        network_mode: null,
        allowed_hosts: null,
        timeout_sec: 600,
        env: {},
        user: null,
        environment_mode: null,
        environment: null,
        collect: [],
      },
      agent: { network_mode: null, allowed_hosts: null, timeout_sec: null, user: null },
      environment: {
        network_mode: 'public',
        allowed_hosts: null,
        build_timeout_sec: 600,
        docker_image: null,
        os: 'linux',
        cpus: null,
        memory_mb: null,
        storage_mb: null,
        gpus: null,
        gpu_types: null,
        tpu: null,
        mcp_servers: [],
        env: {},
        skills_dir: null,
        healthcheck: null,
        workdir: null,
      },
      solution: { env: {} },
      source: null,
      multi_step_reward_strategy: null,
      steps: null,
      artifacts: [],
    })
  })

  test('unknown keys are ignored everywhere', () => {
    expect(config('later = 1\n[agent]\nlater = 2\n[much_later]\nx = 3')).toEqual(config(''))
  })

  test('free metadata keeps its values', () => {
    const text = '[metadata]\ntags = ["a"]\nexpert_time_estimate_min = 5.0\nmade = 2026-01-31T12:00:00Z'
    expect(config(text).metadata).toEqual({
      tags: ['a'],
      expert_time_estimate_min: 5,
      made: '2026-01-31T12:00:00.000Z',
    })
  })
})

describe('older spellings', () => {
  test('version stands for schema_version, which wins', () => {
    expect(config('version = "1.0"').schema_version).toBe('1.0')
    expect(config('version = "1.0"\nschema_version = "1.3"').schema_version).toBe('1.3')
  })

  test.each([
    ['"2G"', 2048],
    ['"0.5g"', 512],
    ['" 512M "', 512],
    ['"2048K"', 2],
    ['"1.0009765625M"', 1],
    ['5', null],
    ['true', null],
  ])('memory = %s is %s MB', (text, sizeMb) => {
    expect(config(`[environment]\nmemory = ${text}\nstorage = ${text}`).environment).toMatchObject({
      memory_mb: sizeMb,
      storage_mb: sizeMb,
    })
  })

  test('sizes without a unit, and sizes that contradict the newer key, are issues', () => {
    expect(issues('[environment]\nmemory = "2048"\nstorage = "1G"\nstorage_mb = 5')).toEqual([
      'environment.memory: expected a size such as "2G" or "512M", got "2048"',
      'environment.storage: is 1024 MB, but storage_mb is 5',
    ])
    expect(config('[environment]\nmemory = "2G"\nmemory_mb = 2048').environment.memory_mb).toBe(2048)
  })

  test.each([
    ['allow_internet = false', 'no-network'],
    ['allow_internet = "no"', 'no-network'],
    ['allow_internet = true', 'public'],
    ['allow_internet = false\nnetwork_mode = "public"', 'public'],
    ['allow_internet = false\nallowed_hosts = []', 'public'],
  ])('%j means %s', (text, mode) => {
    expect(config(`[environment]\n${text}`).environment.network_mode).toBe(mode)
    expect(config(`[verifier.environment]\n${text}`).verifier.environment?.network_mode).toBe(mode)
  })
})

describe('issues', () => {
  test('all of them are found at once, each with its key', () => {
    expect(
      issues(`
        artifacts = [3, {source = "../x"}, "a/.."]
        [agent]
        timeout_sec = "soon"
        user = 1.5
        [environment]
        cpus = "two"
        os = "plan9"
        memory = "x"
        allowed_hosts = ["http://x"]
        env = {A = 1}
        [[environment.mcp_servers]]
        name = "m"
        [verifier]
        environment_mode = "shared"
        environment = {}
        [[steps]]
        name = "a"
        [[steps]]
        name = "A"
        min_reward = "much"
        [[steps]]
      `).toSorted(),
    ).toEqual([
      'agent.timeout_sec: expected a number, got "soon"',
      'agent.user: expected a user name or a numeric user id, got 1.5',
      'artifacts[0]: expected text, got 3, or expected a table, got 3',
      'artifacts[1].source: a source may not contain ".." parts',
      'artifacts[2]: a source may not contain ".." parts',
      'environment.allowed_hosts: is only valid with network_mode = "allowlist"',
      'environment.allowed_hosts[0]: expected a host name, "*.host", an IP address or an IP range without URL, port or path, got "http://x"',
      'environment.cpus: expected a whole number, got "two"',
      'environment.env.A: expected text, got 1',
      'environment.mcp_servers[0].url: is missing: transport sse needs it',
      'environment.memory: expected a size such as "2G" or "512M", got "x"',
      'environment.os: expected one of linux, windows, got "plan9"',
      'steps[1].min_reward: expected a number, got "much"',
      'steps[1].name: is the name of an earlier step, but for case or Unicode form: "A"',
      'steps[2].name: is missing: expected text',
      'verifier.environment_mode: is "shared", but there is a [verifier.environment] of its own',
    ])
  })

  test('hosts need an allowlist; an override may not even name an empty list', () => {
    expect(issues('[environment]\nallowed_hosts = ["a.org"]')).toHaveLength(1)
    expect(issues('[environment]\nallowed_hosts = []')).toEqual([])
    expect(issues('[agent]\nallowed_hosts = []')).toHaveLength(1)
    expect(issues('[agent]\nnetwork_mode = "allowlist"\nallowed_hosts = ["a.org"]')).toEqual([])
  })

  test('broken TOML is one issue with its place', () => {
    expect(issues('a = 1\nb = ')).toEqual([expect.stringMatching(/^: line 2, column \d+: not valid TOML: /)])
    expect(issues('\ufeffversion = "1.0"')).toEqual([': begins with a byte order mark; save it as UTF-8 without one'])
  })

  test('empty text names no image, folder or directory', () => {
    const toml = '[environment]\ndocker_image = ""\nskills_dir = ""\nworkdir = ""\n'
    expect(config(toml).environment).toMatchObject({ docker_image: null, skills_dir: null, workdir: null })
  })

  test('any line ending ends a line', () => {
    expect(config('version = "1.0"\r\n[agent]\r[verifier]\r\n').schema_version).toBe('1.0')
  })
})

const SEED = `version = "1.0"
artifacts = ["/app/x", {source = "/y", destination = "z", exclude = ["*.o"]}]
[metadata]
tags = ["a", "b"]
[agent]
timeout_sec = 900.0
[verifier]
timeout_sec = 900
env = {KEY = "\${HOST_KEY:-none}"}
[[verifier.collect]]
command = "true"
[environment]
cpus = 1
memory = "2G"
allowed_hosts = ["a.org"]
network_mode = "allowlist"
[environment.healthcheck]
command = "true"
[[steps]]
name = "one"
min_reward = {reward = 0.5}
[steps.verifier.environment]
docker_image = "x"
`

describe('whatever the text', () => {
  test('the seed is valid', () => expect(issues(SEED)).toEqual([]))

  test('a mutated or truncated file gives a task or issues, and never throws', () => {
    const token = fc.constantFrom(
      '"',
      "'",
      '[',
      ']',
      '[[',
      '{',
      '}',
      '=',
      '.',
      ',',
      '\n',
      '#',
      '\\',
      '\0',
      '1',
      '-',
      'true',
      'nan',
      '1979-05-27',
      '"""',
      '__proto__',
      'x = 1',
      '[agent]',
      '[steps]',
      'environment = 3',
      'é',
      '😀',
    )
    const edit = fc.tuple(fc.nat(SEED.length), fc.nat(6), token, fc.boolean())
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const text = edits.reduce(
          (now, [at, cut, insert, truncate]) => now.slice(0, at) + (truncate ? '' : insert + now.slice(at + cut)),
          SEED,
        )
        expectIssuesOrTask(text)
      }),
      { numRuns: 2000 },
    )
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), expectIssuesOrTask), { numRuns: 1000 })
  })

  test('any known key may hold any value', () => {
    const config = parseTaskConfig(SEED)
    const keys = Object.entries(config.ok ? config.config : {}).flatMap(([section, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.keys(value).map((key) => `${section}.${key}`)
        : [section],
    )
    const older = ['version', 'environment.memory', 'environment.storage', 'environment.allow_internet']
    const value = fc.constantFrom(
      '1',
      '-1.5',
      'inf',
      'nan',
      'true',
      '""',
      '"2G"',
      '"no"',
      '"allowlist"',
      '1979-05-27',
      '07:32:00',
      '[]',
      '[1]',
      '["a"]',
      '{}',
      '{a = 1}',
      '[{}]',
      '99999999999999999999',
    )
    const line = fc.tuple(fc.constantFrom(...keys, ...older), value).map(([key, text]) => `${key} = ${text}`)
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => expectIssuesOrTask(lines.join('\n'))),
      { numRuns: 3000 },
    )
  })

  test('a value of the wrong kind in any place is an issue of that place', () => {
    const places = ['agent', 'verifier', 'environment', 'solution', 'task', 'metadata', 'steps', 'artifacts']
    const values = fc.oneof(fc.constant('"text"'), fc.constant('5'), fc.constant('1979-05-27'), fc.constant('[[1]]'))
    fc.assert(
      fc.property(fc.constantFrom(...places), values, (place, value) => {
        const result = parseTaskConfig(`${place} = ${value}`)
        expect(result.ok).toBe(false)
        if (!result.ok) expect(result.issues.every(({ key }) => key?.startsWith(place) === true)).toBe(true)
      }),
    )
  })
})

function expectIssuesOrTask(text: string): void {
  const result = parseTaskConfig(text)
  if (result.ok) expect(result.config.environment.network_mode).toEqual(expect.any(String))
  else expect(result.issues.length).toBeGreaterThan(0)
}

test('null, which JSON has and TOML has not, is an issue too', () => {
  for (const key of ['agent', 'verifier', 'environment', 'artifacts']) {
    expect(TaskConfig.safeParse({ [key]: null }).error?.issues.map(({ path }) => path)).toEqual([[key]])
  }
})

describeOn('fixtures', 'real tasks', () => {
  const files = (folder: string): string[] =>
    readdirSync(join(fixturesFolder, folder), { recursive: true })
      .map(String)
      .filter((path) => path.endsWith('task.toml'))
      .map((path) => join(fixturesFolder, folder, path))

  test('all of Terminal-Bench 2 parse, with their sizes and times', () => {
    const configs = files('tb2').map((file) => config(readFileSync(file, 'utf8')))
    expect(configs).toHaveLength(89)
    for (const { schema_version, environment, agent } of configs) {
      expect(schema_version).toBe('1.0')
      expect(environment.docker_image).toMatch(/^alexgshaw\/.+:20251031$/)
      expect([2048, 4096, 8192]).toContain(environment.memory_mb)
      expect(environment.network_mode).toBe('public')
      expect(agent.timeout_sec).toBeGreaterThanOrEqual(600)
    }
    const count = (cpus: number): number => configs.filter(({ environment }) => environment.cpus === cpus).length
    expect([count(1), count(2), count(4)]).toEqual([84, 3, 2])
  })

  test('all variants of Harbor parse', () => {
    const configs = files('variants').map((file) => config(readFileSync(file, 'utf8')))
    expect(configs).toHaveLength(61)
    expect(configs.filter(({ steps }) => (steps ?? []).length > 0).length).toBeGreaterThan(5)
    expect(configs.some(({ environment }) => environment.os === 'windows')).toBe(true)
    expect(configs.some(({ environment }) => environment.network_mode === 'no-network')).toBe(true)
  })
})
