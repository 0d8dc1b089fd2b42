import { describe, expect, test } from 'vitest'
import { parseDatasetManifest, parseRegistry, type WantedDataset } from './dataset-listing.ts'
import { compareVersions } from './version-order.ts'

const DIGEST = `sha256:${'0a'.repeat(32)}`

describe('dataset.toml', () => {
  const choose = (text: string, wanted: Partial<WantedDataset> = {}) =>
    parseDatasetManifest(text, 'dataset.toml', { name: null, version: null, ...wanted })

  test('names tasks with their digests', () => {
    const text = `[dataset]\nname = "org/set"\n[[tasks]]\nname = "org/one"\ndigest = "${DIGEST}"\n[[files]]\npath = "metric.py"`
    expect(choose(text)).toEqual({
      name: 'org/set',
      metrics: [],
      tasks: [{ name: 'org/one', digest: DIGEST, key: 'tasks[0]', path: null, gitUrl: null }],
    })
  })

  test('what is wrong in it is said', () => {
    expect(() => choose('[dataset]\nname = "set"')).toThrow(
      'dataset.toml is not valid: dataset.name: expected a name such as "org/name", got "set"',
    )
    expect(() => choose('x')).toThrow('dataset.toml cannot be read')
  })

  test('another dataset, or another version of it, is not found in it', () => {
    const text = '[dataset]\nname = "org/set"\nversion = "1.2"'
    expect(choose(text, { name: 'org/set', version: '1.2' })).toMatchObject({ name: 'org/set' })
    expect(choose(text, { name: 'org/set', version: 'latest' })).toMatchObject({ name: 'org/set' })
    expect(() => choose(text, { name: 'org/other' })).toThrow('dataset.toml has no dataset org/other')
    expect(() => choose(text, { name: 'org/set', version: '2' })).toThrow('has no dataset org/set@2')
    expect(() => choose('[dataset]\nname = "org/set"', { version: '1' })).toThrow('has no dataset org/set@1')
  })
})

describe('registry.json', () => {
  const dataset = (name: string, version: string): object => ({
    name,
    version,
    description: '',
    tasks: [
      { name: 't', path: 'tasks/t' },
      { name: 'g', git_url: 'https://x', path: 'g' },
    ],
  })
  const registry = (...datasets: object[]): string => JSON.stringify(datasets)
  const choose = (text: string, name: string | null, version: string | null) =>
    parseRegistry(text, 'registry.json', { name, version })

  test('its only dataset needs no name', () => {
    expect(choose(registry(dataset('d', '1')), null, null)).toEqual({
      name: 'd',
      metrics: [],
      tasks: [
        { name: 't', path: 'tasks/t', digest: null, gitUrl: null, key: '[0].tasks[0]' },
        { name: 'g', path: 'g', digest: null, gitUrl: 'https://x', key: '[0].tasks[1]' },
      ],
    })
  })

  test('without a version it is head, or the highest', () => {
    const key = (text: string): string | undefined => choose(text, 'd', null).tasks[0]?.key
    expect(key(registry(dataset('d', '2.0'), dataset('d', '2.10'), dataset('d', 'zzz')))).toBe('[1].tasks[0]')
    expect(key(registry(dataset('d', '9'), dataset('d', 'head')))).toBe('[1].tasks[0]')
    expect(choose(registry(dataset('e', '1'), dataset('d', '2'), dataset('d', '3')), 'd', '2').tasks[0]?.key).toBe(
      '[1].tasks[0]',
    )
  })

  test('a name that is not there, or that is needed, is an error with what there is', () => {
    const both = registry(dataset('d', '1'), dataset('e', '1'))
    expect(() => choose(both, null, null)).toThrow('lists several datasets')
    expect(() => choose(both, 'f', null)).toThrow('has no dataset f')
    expect(() => choose(both, 'd', '2')).toThrow('has no dataset d@2')
    expect(() => choose('[]', null, null)).toThrow('registry.json')
    expect(() => choose('{}', null, null)).toThrow('expected a list')
  })
})

test('versions are ordered by their numbers', () => {
  expect(['2.0', 'x', '2.10', '2.0rc1', '10', 'v2.1', 'a'].toSorted(compareVersions)).toEqual([
    'a',
    'x',
    '2.0rc1',
    '2.0',
    'v2.1',
    '2.10',
    '10',
  ])
})
