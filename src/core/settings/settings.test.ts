import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { JobConfig } from '../../contract/harbor/job-config.ts'
import { SettingsState } from '../../contract/api/settings.ts'
import { toBackendEnv, toJobDefaults } from './apply.ts'
import { findSetting, SETTINGS } from './definitions.ts'
import { formatDocument, parseDocument } from './document.ts'
import { parseValue, parseVariable } from './parse-value.ts'
import type { HostEnv, SettingsFile } from './ports.ts'
import { openSettings } from './settings.ts'

describe('the table', () => {
  test('keys and variables are unique, and every default fits its own setting', () => {
    expect(new Set(SETTINGS.map(({ key }) => key)).size).toBe(SETTINGS.length)
    expect(new Set(SETTINGS.map(({ variable }) => variable)).size).toBe(SETTINGS.length)
    for (const setting of SETTINGS) {
      expect(setting.key.startsWith(`${setting.group}.`)).toBe(true)
      expect(parseValue(setting, setting.default)).toEqual({ value: setting.default })
      expect(setting.help).toMatch(/\.$/)
    }
    expect(findSetting('execution.agentTimeoutSec')?.variable).toBe('TBCC_EXECUTION_AGENT_TIMEOUT_SEC')
  })
})

describe('values', () => {
  const of = (key: string) => {
    const setting = findSetting(key)
    if (setting === undefined) throw new Error(`no setting ${key}`)
    return setting
  }

  test.each([
    ['execution.attempts', 1, true],
    ['execution.attempts', 20, true],
    ['execution.attempts', 0, false],
    ['execution.attempts', 21, false],
    ['execution.attempts', 1.5, false],
    ['execution.attempts', '3', false],
    ['execution.attempts', null, false],
    ['execution.timeoutFactor', 0.5, true],
    ['execution.timeoutFactor', Number.NaN, false],
    ['execution.timeoutFactor', Number.POSITIVE_INFINITY, false],
    ['execution.agentTimeoutSec', null, true],
    ['logging.pruneOutputDays', 3651, false],
    ['containers.backend', 'docker', true],
    ['containers.backend', 'lxc', false],
    ['logging.saveOutput', 1, false],
    ['paths.tasks', '/a b', true],
    ['paths.tasks', '  ', false],
    ['paths.tasks', '/a\nb', false],
    ['paths.datasets', ['/a', '/b'], true],
    ['paths.datasets', ['/a', 3], false],
  ])('%s takes %j: %s', (key, value, fits) => {
    expect('value' in parseValue(of(key), value)).toBe(fits)
  })

  test('a refusal says the bounds, the unit and what null means', () => {
    expect(parseValue(of('execution.agentTimeoutSec'), 5)).toEqual({
      issue: 'execution.agentTimeoutSec must be a whole number from 10 to 86400 s, or null (as the task says)',
    })
  })

  test('variables', () => {
    expect(parseVariable(of('execution.attempts'), '4')).toEqual({ value: 4 })
    expect('issue' in parseVariable(of('execution.attempts'), 'four')).toBe(true)
    expect('issue' in parseVariable(of('execution.attempts'), ' ')).toBe(true)
    expect(parseVariable(of('logging.saveOutput'), 'No')).toEqual({ value: false })
    expect(parseVariable(of('logging.pruneOutputDays'), 'none')).toEqual({ value: null })
    expect(parseVariable(of('paths.datasets'), '/a:/b:/a')).toEqual({ value: ['/a', '/b'] })
    expect(parseVariable(of('paths.datasets'), String.raw`C:\a;D:\b`)).toEqual({
      value: [String.raw`C:\a`, String.raw`D:\b`],
    })
  })

  test('any JSON either fits or is refused with a sentence; what fits stays what it is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SETTINGS), fc.jsonValue(), (setting, value) => {
        const parsed = parseValue(setting, value)
        if ('issue' in parsed) expect(parsed.issue).toContain(setting.key)
        else expect(parseValue(setting, parsed.value)).toEqual(parsed)
      }),
    )
  })

  test('any text of a variable either fits or is refused', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SETTINGS), fc.string(), (setting, text) => {
        const parsed = parseVariable(setting, text)
        if ('value' in parsed) expect('value' in parseValue(setting, parsed.value)).toBe(true)
      }),
    )
  })
})

describe('documents', () => {
  test('any text is a document or none, and never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseDocument(text)))
  })

  test('any JSON under a setting is used or told', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SETTINGS), fc.jsonValue(), ({ key }, value) => {
        const document = parseDocument(JSON.stringify({ version: 1, settings: { [key]: value } }))
        expect(document).not.toBeNull()
        expect((document?.values.size ?? 0) + (document?.issues.length ?? 0)).toBe(1)
      }),
    )
  })

  test('what is not understood is kept, in place', () => {
    const text = '{"version":1,"note":[1],"settings":{"future.key":{"a":1},"execution.attempts":99,"__proto__":1}}'
    const document = parseDocument(text)
    if (document === null) throw new Error('it is one')
    expect(document.issues).toHaveLength(1)
    expect(JSON.parse(formatDocument(document))).toEqual(JSON.parse(text))
  })

  test('the earlier product’s settings are taken over', () => {
    const earlier = {
      execution: { model: 'fm', maxAttempts: 5, timeoutSeconds: 300, recursionLimitN: 3 },
      logging: { saveTrajectories: false, autoPruneDays: 30 },
    }
    const document = parseDocument(JSON.stringify(earlier))
    expect(Object.fromEntries(document?.values ?? [])).toEqual({
      'execution.attempts': 5,
      'execution.agentTimeoutSec': 300,
      'logging.saveTrajectories': false,
      'logging.pruneOutputDays': 30,
    })
    expect(document?.written['earlier.execution.recursionLimitN']).toBe(3)
  })

  test.each(['', 'null', '[]', '"x"', '{', '{"version":"1"}', '{"version":0}'])('%j is none', (text) => {
    expect(parseDocument(text)).toBeNull()
  })
})

describe('settings', () => {
  test('default, then file, then environment; an invalid variable is told and ignored', async () => {
    const { file } = memoryFile('{"version":1,"settings":{"execution.attempts":3,"execution.retries":2}}')
    const env = { TBCC_EXECUTION_ATTEMPTS: '7', TBCC_EXECUTION_RETRIES: 'many', TBCC_EXECUTION_MODEL: '' }
    const settings = await openSettings(file, env)
    expect(settings.get('execution.attempts')).toBe(7)
    expect(settings.get('execution.retries')).toBe(2)
    expect(settings.get('execution.concurrency')).toBe(4)
    const state = SettingsState.parse(settings.state())
    const sources = Object.fromEntries(state.settings.map(({ key, source }) => [key, source]))
    expect(sources).toMatchObject({
      'execution.attempts': 'environment',
      'execution.retries': 'file',
      'execution.concurrency': 'default',
      'execution.model': 'default',
    })
    expect(state.issues).toHaveLength(1)
    expect(state.issues[0]).toContain('TBCC_EXECUTION_RETRIES: execution.retries must be')
  })

  test('set and reset keep what others wrote', async () => {
    const memory = memoryFile('{"version":1,"future":true,"settings":{"x.y":1}}')
    const settings = await openSettings(memory.file, {})
    await settings.set('execution.attempts', 5)
    memory.edit(() => ({
      version: 1,
      future: true,
      settings: { 'x.y': 1, 'execution.attempts': 5, 'execution.retries': 1 },
    }))
    await Promise.all([settings.set('logging.saveOutput', false), settings.set('execution.model', 'a/b')])
    expect(JSON.parse(memory.text() ?? '')).toEqual({
      version: 1,
      future: true,
      settings: {
        'x.y': 1,
        'execution.attempts': 5,
        'execution.retries': 1,
        'logging.saveOutput': false,
        'execution.model': 'a/b',
      },
    })
    const state = await settings.reset('execution.attempts')
    expect(state.settings.find(({ key }) => key === 'execution.attempts')).toMatchObject({
      value: 1,
      source: 'default',
    })
    await expect(settings.set('execution.attempts', 21)).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(settings.set('no.such', 1)).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(settings.reset('no.such')).rejects.toMatchObject({ code: 'invalid-input' })
    expect(() => settings.get('no.such')).toThrow('no.such')
  })

  test('a damaged file is kept aside and told; a newer one is read and not changed', async () => {
    const damaged = memoryFile('{"version":')
    const settings = await openSettings(damaged.file, {})
    expect(damaged.aside()).toEqual(['{"version":'])
    expect(settings.state().issues[0]).toContain('kept as')
    await settings.set('execution.attempts', 2)
    expect(settings.get('execution.attempts')).toBe(2)

    const text = '{"version":2,"settings":{"execution.attempts":4}}'
    const newer = memoryFile(text)
    const read = await openSettings(newer.file, {})
    expect(read.get('execution.attempts')).toBe(4)
    await expect(read.set('execution.attempts', 2)).rejects.toMatchObject({ code: 'unsupported' })
    expect(newer.text()).toBe(text)
  })

  test('changes: the state at once, then each change, whoever made it; an end with the signal', async () => {
    const memory = memoryFile(null)
    const settings = await openSettings(memory.file, {})
    const stop = new AbortController()
    const seen: unknown[] = []
    const following = (async () => {
      for await (const { settings: all } of settings.changes(stop.signal)) {
        seen.push(all.find(({ key }) => key === 'execution.attempts')?.value)
        if (seen.length === 1) await settings.set('execution.attempts', 2)
        if (seen.length === 2) memory.edit(() => ({ version: 1, settings: { 'execution.attempts': 3 } }))
        if (seen.length === 3) stop.abort()
      }
    })()
    await following
    expect(seen).toEqual([1, 2, 3])
    settings.dispose()
    expect(memory.watchers()).toBe(0)
  })

  test('new jobs by default are Harbor’s own', async () => {
    const settings = await openSettings(memoryFile(null).file, {})
    expect(JobConfig.parse(toJobDefaults(settings))).toEqual(JobConfig.parse({}))
    expect(toBackendEnv(settings, { PATH: '/bin' })).toEqual({ PATH: '/bin' })
  })

  test('an endpoint of the environment wins over the file’s', async () => {
    const text = '{"version":1,"settings":{"containers.endpoint":"unix:///a.sock"}}'
    const endpointOf = async (env: HostEnv) =>
      toBackendEnv(await openSettings(memoryFile(text).file, env), env)['DOCKER_HOST']
    expect(await endpointOf({})).toBe('unix:///a.sock')
    expect(await endpointOf({ DOCKER_HOST: 'unix:///b.sock' })).toBe('unix:///b.sock')
  })
})

function memoryFile(first: string | null) {
  let text = first
  const aside: string[] = []
  const watchers = new Set<() => void>()
  const tell = (): void => {
    for (const watcher of watchers) watcher()
  }
  const file: SettingsFile = {
    path: '/settings.json',
    read: async () => text,
    async write(next) {
      text = next
      tell()
    },
    async setAside() {
      aside.push(text ?? '')
      text = null
      return '/settings.json.corrupt-1'
    },
    watch(onChange) {
      watchers.add(onChange)
      return { dispose: () => void watchers.delete(onChange) }
    },
  }
  return {
    file,
    text: () => text,
    aside: () => aside,
    watchers: () => watchers.size,
    edit(change: (json: Readonly<Record<string, unknown>>) => unknown) {
      text = JSON.stringify(change(z.record(z.string(), z.unknown()).parse(JSON.parse(text ?? '{}'))))
      tell()
    },
  }
}
