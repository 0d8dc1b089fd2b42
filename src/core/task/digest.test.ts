import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareCodePoints } from './code-point-order.ts'
import { type HashedDirectory, type NewHasher, selectDigestFiles, taskChecksum, taskDigest } from './digest.ts'
import { environmentId } from './environment-id.ts'

const newHasher: NewHasher = () => {
  const hash = createHash('sha256')
  return { update: (data) => void hash.update(data), hex: () => hash.digest('hex') }
}
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const VECTOR: Readonly<Record<string, string>> = {
  'task.toml': 'schema_version = "1.4"\n',
  'instruction.md': 'Do it.\n',
  'environment/Dockerfile': 'FROM ubuntu:24.04\n',
  'tests/test.sh': '#!/bin/bash\necho 1 > /logs/verifier/reward.txt\n',
  'solution/solve.sh': '#!/bin/bash\n',
  'environment/__pycache__/a.pyc': 'x',
  'extra/notes.txt': 'ignored',
}

describe('digest', () => {
  const digestOf = (paths: readonly string[], gitignore: string | null = null): string => {
    const files = selectDigestFiles(paths, gitignore).map((path) => ({ path, sha256: sha256(VECTOR[path] ?? '') }))
    return taskDigest(files, newHasher)
  }

  test('the known task has the known digest, in whatever order its files come', () => {
    const known = 'sha256:3458ab816446d17ffaff818d6fa3543a1ca7dd527628595f1c084f7d593c34d7'
    expect(digestOf(Object.keys(VECTOR))).toBe(known)
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.keys(VECTOR), { minLength: 7 }), (paths) => digestOf(paths) === known),
    )
  })

  test('a .gitignore replaces the usual exclusions', () => {
    expect(selectDigestFiles(Object.keys(VECTOR), 'solution\n')).toEqual([
      'environment/Dockerfile',
      'environment/__pycache__/a.pyc',
      'instruction.md',
      'task.toml',
      'tests/test.sh',
    ])
  })

  test('files are in code point order, which JavaScript itself does not give', () => {
    const names = ['tests/\u{1F600}', 'tests/\uFFEE', 'tests/a/b', 'tests/a.b']
    expect(selectDigestFiles(names, null)).toEqual(['tests/a.b', 'tests/a/b', 'tests/\uFFEE', 'tests/\u{1F600}'])
  })

  test('only known places count', () => {
    const places = [
      'trajectory.json',
      'README.md',
      'steps/a/instruction.md',
      '.gitignore',
      'readme.md',
      'a/task.toml',
      'environment',
    ]
    expect(selectDigestFiles(places, null)).toEqual(['README.md', 'steps/a/instruction.md', 'trajectory.json'])
  })
})

test('names are ordered by code point, beyond U+FFFF too', () => {
  expect(['\u{1F600}', '\uFFEE', 'é', 'a', 'ab', ''].toSorted(compareCodePoints)).toEqual([
    '',
    'a',
    'ab',
    'é',
    '\uFFEE',
    '\u{1F600}',
  ])
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
      const points = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0)
      const [first, second] = [points(one), points(other)]
      const at = first.findIndex((point, index) => point !== second[index])
      const expected = at < 0 ? first.length - second.length : (first[at] ?? 0) - (second[at] ?? -1)
      expect(Math.sign(compareCodePoints(one, other))).toBe(Math.sign(expected))
    }),
  )
})

test('the known task has the known checksum; folders without files do not count', () => {
  const tree = (prefix: string): HashedDirectory => {
    const below = Object.keys(VECTOR)
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length))
    const names = [...new Set(below.map((path) => path.split('/')[0] ?? ''))]
    return {
      files: names
        .filter((name) => below.includes(name))
        .map((name) => ({ name, sha256: sha256(VECTOR[prefix + name] ?? '') })),
      directories: names
        .filter((name) => !below.includes(name))
        .map((name) => ({ name, content: tree(`${prefix}${name}/`) })),
    }
  }
  const known = 'a80f4f10b38e92816657e4a75ed594384b643262003423fd0c853b2a1071310e'
  const empty = {
    name: 'empty',
    content: { files: [], directories: [{ name: 'deeper', content: { files: [], directories: [] } }] },
  }
  expect(taskChecksum(tree(''), newHasher)).toBe(known)
  expect(taskChecksum({ ...tree(''), directories: [...tree('').directories, empty] }, newHasher)).toBe(known)
})

describe('environment id', () => {
  const file = (path: string, text: string) => ({
    path,
    size: text.length,
    async *read() {
      yield new TextEncoder().encode(text)
    },
  })

  // Computed by Harbor 0.24 for the same files.
  test('names the content', async () => {
    const files = [
      file('b/c', 'two'),
      file('Dockerfile', 'FROM x\n'),
      file('.git/config', 'no'),
      file('b/__pycache__/d', 'no'),
    ]
    expect(await environmentId(files, 'environment', newHasher)).toBe('27b17ebafbb5316f4efdc93701cd2d98')
  })

  test('of an empty folder it names the image', async () => {
    expect(await environmentId([], 'ubuntu:24.04', newHasher)).toBe(sha256('ubuntu:24.04').slice(0, 32))
    expect(await environmentId([file('.DS_Store', 'x')], 'environment', newHasher)).toBe(
      sha256('environment').slice(0, 32),
    )
  })
})
