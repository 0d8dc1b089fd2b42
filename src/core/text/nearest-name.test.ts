import { expect, test } from 'vitest'
import { nearestName } from './nearest-name.ts'

const AGENTS = ['oracle', 'pi', 'claude-code', 'codex']

test.each([
  ['claud-code', 'claude-code'],
  ['Codex', 'codex'],
  ['cdoex', 'codex'],
  ['pip', 'pi'],
  ['claude', null],
  // Two slips make any name of two letters any other one.
  ['x', null],
  ['ab', null],
  ['', null],
])('%s means %s', (name, nearest) => {
  expect(nearestName(name, AGENTS)).toBe(nearest)
})

test('how far is near enough is for the caller to say', () => {
  expect(nearestName('comment', ['command'])).toBe('command')
  expect(nearestName('comment', ['command'], 1)).toBeNull()
})
