import { expect, test } from 'vitest'
import { stalePackage } from '../../scripts/lib/installed.mjs'

const lock = {
  packages: {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/other-platform': { version: '2.0.0', optional: true },
  },
}

test('what npm installed as locked needs no install, also without the packages of other platforms', () => {
  expect(stalePackage(lock, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBeNull()
})

test('a package of another version, a missing one and a changed optional one need an install', () => {
  expect(stalePackage(lock, { packages: { 'node_modules/a': { version: '1.0.1' } } })).toBe('a')
  expect(stalePackage(lock, { packages: {} })).toBe('a')
  const packages = { 'node_modules/a': { version: '1.0.0' }, 'node_modules/other-platform': { version: '1.9.0' } }
  expect(stalePackage(lock, { packages })).toBe('other-platform')
})
