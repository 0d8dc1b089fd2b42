import { describe, expect, test } from 'vitest'
import type { Engine } from './engine.ts'
import { isOfOtherPlatform, platformHint, wantedPlatform } from './platform.ts'

function engineWith(wanted: string | undefined, platform = 'linux/amd64'): Pick<Engine, 'connection' | 'version'> {
  const env = wanted === undefined ? {} : { DOCKER_DEFAULT_PLATFORM: wanted }
  const host = { env, home: '/nonexistent', platform: 'linux' } as const
  const endpoint = { kind: 'socket', path: '/nonexistent' } as const
  return {
    connection: { endpoint, label: '', chosenBy: '', config: {}, host },
    version: { version: '1', api: '1.41', platform, isPodman: false },
  }
}

describe('an image that is there', () => {
  test.each([
    [undefined, 'linux', 'arm64', false],
    ['', 'linux', 'arm64', false],
    ['linux/amd64', 'linux', 'arm64', true],
    ['linux/amd64', 'linux', 'amd64', false],
    ['linux/arm64/v8', 'linux', 'arm64', false],
    ['Linux/x86_64', 'linux', 'amd64', false],
    ['linux/aarch64', 'linux', 'arm64', false],
    ['windows/amd64', 'linux', 'amd64', true],
    // Of these the engine is to make sense.
    ['linux', 'linux', 'arm64', false],
    ['linux/amd64', null, null, false],
  ])('%s wanted, %s/%s there: another one is %s', (wanted, os, architecture, expected) => {
    expect(isOfOtherPlatform(engineWith(wanted), { os, architecture })).toBe(expected)
  })
})

test('without a value nothing is asked for', () => {
  expect([undefined, '', ' ', 'linux/arm64 '].map((value) => wantedPlatform(engineWith(value)))).toEqual([
    null,
    null,
    null,
    'linux/arm64',
  ])
})

describe('where an image is not made for a platform', () => {
  test.each([
    'no matching manifest for linux/arm64/v8 in the manifest list entries',
    'failed to solve: no match for platform in manifest: not found',
    'image with reference x was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64',
  ])('%s', (message) => {
    expect(platformHint(engineWith(undefined, 'linux/arm64'), message)).toMatch(
      /set DOCKER_DEFAULT_PLATFORM=linux\/amd64/,
    )
    expect(platformHint(engineWith('linux/riscv64'), message)).toMatch(/not made for linux\/riscv64/)
  })

  test('other messages say nothing of it', () => {
    expect(platformHint(engineWith(undefined), 'manifest unknown')).toBeNull()
    expect(platformHint(engineWith(undefined), 'pull access denied for x')).toBeNull()
  })
})
