import { expect, test } from 'vitest'
import { stepNameKey, stepNameProblem } from './step-name.ts'

test.each(['build', 'a.b', 'Schritt 1', 'é', '.hidden', 'confile', 'x'.repeat(255)])('%s names a folder', (name) =>
  expect(stepNameProblem(name)).toBeNull(),
)

test.each([
  '',
  ' ',
  '.',
  '..',
  'a.',
  'a ',
  'a/b',
  'a\\b',
  'a:b',
  'a\u0007',
  'a\u007f',
  'CON',
  'con.txt',
  'COM¹',
  'lpt9 .x',
  'é'.repeat(128),
])('%j names none', (name) => expect(stepNameProblem(name)).toEqual(expect.any(String)))

test.each([
  ['Build', 'bUILD'],
  ['é', 'e\u0301'],
  ['Straße', 'STRASSE'],
  ['ẞ', 'ss'],
  ['ς', 'Σ'],
])('%s and %s are one folder somewhere', (one, other) => expect(stepNameKey(one)).toBe(stepNameKey(other)))

test('the dotless i is a letter of its own', () => expect(stepNameKey('ı')).not.toBe(stepNameKey('i')))
