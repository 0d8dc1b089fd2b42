import { describe, expect, test } from 'vitest'
import { TaskConfig } from '../../contract/harbor/task-config.ts'
import { filterTasks } from './filter.ts'
import { matchesGlob } from './glob.ts'
import type { TaskEntry } from './task.ts'

// The answers of Python's fnmatch.
describe('globs', () => {
  test.each([
    ['build-*', 'build-pmars', true],
    ['build-*', 'rebuild-x', false],
    ['*', 'org/name', true],
    ['org/*', 'org/name', true],
    ['?b', '😀b', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[]]x', ']x', true],
    ['[c-a]x', 'bx', false],
    ['[!c-a]x', 'bx', true],
    ['[a', '[a', true],
    ['a.b', 'axb', false],
    ['A', 'a', false],
    ['\\*', '\\x', true],
    ['', '', true],
  ])('%j on %j: %j', (pattern, name, matches) => expect(matchesGlob(name, pattern)).toBe(matches))
})

const invalid = (name: string): TaskEntry => ({ valid: false, name, directory: `/d/${name}`, issues: [] })
const valid = (name: string, folder: string): TaskEntry => ({
  valid: true,
  task: {
    name,
    shortName: name,
    directory: `/d/${folder}`,
    config: TaskConfig.parse({}),
    instruction: '',
    files: { hasDockerfile: true, hasCompose: false, hasSolution: true, hasTrajectory: false, environment: [] },
    hostVariables: [],
    unsupported: [],
    needs: [],
  },
})
const names = (entries: readonly TaskEntry[]): string[] =>
  entries.map((entry) => (entry.valid ? entry.task.name : entry.name))

describe('filterTasks', () => {
  const entries = [invalid('broken'), valid('org/one', 'first'), valid('two', 'two'), valid('org/three', 'three')]
  const filter = (include: string[] | null, exclude: string[] | null, limit: number | null): string[] =>
    names(filterTasks(entries, { include, exclude, limit }))

  test('without wishes everything stays', () =>
    expect(filter(null, [], null)).toEqual(['broken', 'org/one', 'two', 'org/three']))

  test('a name, a short name and a folder name will do', () => {
    expect(filter(['org/o*'], null, null)).toEqual(['org/one'])
    expect(filter(['one'], null, null)).toEqual(['org/one'])
    expect(filter(['first'], null, null)).toEqual(['org/one'])
  })

  test('exclusion wins, and the limit counts valid tasks only', () => {
    expect(filter(['*o*'], ['two'], null)).toEqual(['broken', 'org/one', 'org/three'])
    expect(filter(null, null, 2)).toEqual(['broken', 'org/one', 'two'])
    expect(filter(null, null, 0)).toEqual(['broken'])
  })

  test('patterns that match nothing are an error with examples', () => {
    expect(() => filter(['nothing'], null, null)).toThrow('no task matches "nothing" among 4')
    expect(filterTasks([], { include: ['x'], exclude: null, limit: null })).toEqual([])
  })
})
