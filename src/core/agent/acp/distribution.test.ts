import { expect, test } from 'vitest'
import { AppError } from '../../../contract/errors.ts'
import type { WantedInstall } from '../installed/install.ts'
import { chooseLaunch, DISTRIBUTIONS, fittingKinds } from './distribution.ts'
import { npmRecipe, pypiRecipe } from './package-recipe.ts'
import { parseRegistryEntry } from './registry-entry.ts'
import { parsePreference } from './settings.ts'

const DIGEST = 'a'.repeat(64)
const entry = parseRegistryEntry(
  {
    id: 'all',
    version: '1.2.3',
    description: 'fields that nobody uses are left alone',
    distribution: {
      binary: {
        'linux-x86_64': { archive: 'https://host/a.tar.gz', cmd: './bin/it', args: ['acp', "o'ne"], sha256: DIGEST },
        'linux-aarch64': { archive: 'https://host/it-arm', cmd: './it' },
      },
      npx: { package: '@scope/it@1.2.3', args: ['--acp'], env: { A: 'b' } },
      uvx: { package: 'it-acp==1.2.3' },
      local: { cmd: 'it' },
    },
  },
  'the test',
)

test('the first of the preferred that there is', () => {
  const kindOf = (preference: Parameters<typeof chooseLaunch>[1], platform: string): string =>
    chooseLaunch(entry, preference, platform, null).kind
  expect(kindOf(DISTRIBUTIONS, 'linux-x86_64')).toBe('binary')
  expect(kindOf(DISTRIBUTIONS, 'linux-riscv64')).toBe('npx')
  expect(kindOf(parsePreference(' uvx, npx'), 'linux-x86_64')).toBe('uvx')
  expect(() => chooseLaunch(entry, ['binary'], 'linux-riscv64', null)).toThrow(
    /linux-riscv64.*binary \(linux-x86_64, linux-aarch64\)/,
  )
  expect(() => parsePreference('snap')).toThrow(AppError)
})

test('an archive comes by its own way and a network only', () => {
  const kinds = (way: WantedInstall['way'], network: 'public' | 'no-network', distribution = entry.distribution) =>
    fittingKinds({ ...entry, distribution }, { way, preference: DISTRIBUTIONS }, network).join()
  const all = 'binary,npx,uvx,local'
  expect(kinds('auto', 'public')).toBe(all)
  expect(kinds('vendor', 'public')).toBe(all)
  for (const way of ['prepared', 'registry', 'present'] as const) expect(kinds(way, 'public')).toBe('npx,uvx,local')
  expect(kinds('auto', 'no-network')).toBe('npx,uvx,local')
  // Nothing else is there: why it fails is told.
  const { binary } = entry.distribution
  expect(kinds('auto', 'no-network', { binary })).toBe(all)
  expect(kinds('auto', 'no-network', { binary, local: entry.distribution.local })).toBe(all)
  const prepared = fittingKinds(entry, { way: 'prepared', preference: ['binary'] }, 'public')
  expect(() => chooseLaunch(entry, prepared, 'linux-x86_64', null)).toThrow(
    'for linux-x86_64 by nothing: it is offered',
  )
})

test('how it is started', () => {
  const command = (kind: (typeof DISTRIBUTIONS)[number], platform = 'linux-x86_64'): string =>
    chooseLaunch(entry, [kind], platform, null).command
  expect(command('binary')).toBe(`/opt/tbcc-acp-agent/bin/it acp 'o'\\''ne'`)
  expect(command('binary', 'linux-aarch64')).toBe('/opt/tbcc-acp-agent/it')
  expect(command('npx')).toBe('it --acp')
  expect(command('uvx')).toBe('it-acp')
  expect(chooseLaunch(entry, ['npx'], 'any', 'other-program')).toMatchObject({
    command: 'other-program --acp',
    env: { A: 'b' },
  })
})

test('packages and their versions', () => {
  expect(npmRecipe('@scope/it@1.2.3', null)).toMatchObject({
    version: '1.2.3',
    recipe: { registry: { name: '@scope/it' } },
  })
  expect(npmRecipe('it', null)).toMatchObject({ version: null, recipe: { program: 'it' } })
  expect(pypiRecipe('it-acp@1.0', null)).toMatchObject({
    version: '1.0',
    recipe: { registry: { kind: 'pypi', name: 'it-acp' } },
  })
  expect(pypiRecipe('it[acp]==1.0', 'it-run')).toMatchObject({
    version: '1.0',
    recipe: { registry: null, program: 'it-run' },
  })
  for (const spec of ['', '../x', 'a b', 'file:x', '-g']) expect(() => npmRecipe(spec, null)).toThrow(AppError)
})

test.each([
  [{ version: '1', distribution: { npx: { package: 'a' } } }, 'id'],
  [{ id: '../x', version: '1', distribution: { npx: { package: 'a' } } }, 'id'],
  [{ id: 'a', version: '1', distribution: {} }, 'names no way'],
  [{ id: 'a', version: '1', distribution: { binary: { x: { archive: 'http://host/a', cmd: 'a' } } } }, 'HTTPS'],
  [{ id: 'a', version: '1', distribution: { npx: { package: 'a', env: { 'A B': 'c' } } } }, 'env.A B'],
  ['text', 'expected object'],
])('a record that is none: %j', (record, what) => {
  expect(() => parseRegistryEntry(record, 'the test')).toThrow(what)
})

test('an archive whose program would stand outside of it, and a digest that is none', () => {
  const binary = (more: object): unknown => ({
    id: 'a',
    version: '1',
    distribution: { binary: { p: { archive: 'https://host/a.zip', cmd: 'a', ...more } } },
  })
  const choose = (more: object) => () =>
    chooseLaunch(parseRegistryEntry(binary(more), 'the test'), ['binary'], 'p', null)
  expect(choose({ cmd: '../../bin/sh' })).toThrow('leaves the archive')
  expect(choose({ checksum: 'sha256:12' })).toThrow('no SHA-256')
  expect(choose({ checksum: `sha256:${DIGEST.toUpperCase()}` })).not.toThrow()
})
