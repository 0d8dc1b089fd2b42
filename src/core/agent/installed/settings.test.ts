import { expect, test } from 'vitest'
import { AppError } from '../../../contract/errors.ts'
import { miniSweAgent } from './mini-swe-agent.ts'
import { opencodeAgent } from './opencode.ts'
import { qwenCoderAgent } from './qwen-coder.ts'
import { describeSettings, parseSettings, SHARED_SETTINGS, withoutAliases } from './settings.ts'

test('a setting is known by other names of it, one at a time', () => {
  expect(withoutAliases('opencode', opencodeAgent.settings, { reasoning_effort: 'high', other: 1 })).toEqual({
    variant: 'high',
    other: 1,
  })
  const files = { config_file: 'a.yaml', litellm_model_registry_file: 'b.json' }
  expect(withoutAliases('mini-swe-agent', miniSweAgent.settings, files)).toEqual({
    config: 'a.yaml',
    litellm_model_registry: 'b.json',
  })
  const both = { config: 'a.yaml', config_file: 'a.yaml' }
  expect(() => withoutAliases('mini-swe-agent', miniSweAgent.settings, both)).toThrow('are the same setting')
  expect(describeSettings(miniSweAgent.settings)['config']).toContain('; also as config_file')
})

test('one that an agent does not have is refused with those it has, and where it can be said all the same', () => {
  const hintOf = (specs: Parameters<typeof parseSettings>[1], alsoKnown = {}): unknown => {
    try {
      return parseSettings('any', specs, { reasoning_effort: 'high' }, alsoKnown)
    } catch (thrown) {
      return thrown instanceof AppError ? thrown.details.hint : thrown
    }
  }
  expect(hintOf(SHARED_SETTINGS, qwenCoderAgent.settings)).toMatch(
    /^reasoning_effort can be said by --ak settings; it takes --ak base_url, --ak settings, .*--ak version/,
  )
  expect(hintOf({})).toBe('it takes --ak ')
})
