import { expect, test } from 'vitest'
import type { SecretState, Setting } from '../../contract/api/settings.ts'
import { toCommandDifferences } from './describe-command.ts'

const secret = (name: string, source: SecretState['source']): SecretState => ({
  name,
  label: name,
  isSet: source !== null,
  source,
  storedIn: 'a file',
})
const setting = (key: string, more: Pick<Setting, 'value' | 'default' | 'source'>): Setting => ({
  ...more,
  key,
  group: 'logging',
  label: key,
  help: '',
  type: 'text',
  choices: [],
  min: null,
  max: null,
  unit: null,
  nullLabel: null,
  variable: `VARIABLE_OF_${key}`,
})

test('only what makes a difference is said of the command', () => {
  const usual = [
    setting('containers.endpoint', { value: null, default: null, source: 'default' }),
    setting('logging.saveOutput', { value: true, default: true, source: 'file' }),
    setting('execution.attempts', { value: 3, default: 1, source: 'file' }),
  ]
  expect(toCommandDifferences(usual, [secret('A_KEY', 'environment'), secret('B_KEY', null)])).toEqual([])
})

test('stored keys, the endpoint and the logs are', () => {
  const set = [
    setting('containers.endpoint', { value: 'unix:///x', default: null, source: 'file' }),
    setting('logging.saveOutput', { value: false, default: true, source: 'file' }),
  ]
  expect(toCommandDifferences(set, [secret('A_KEY', 'store')])).toEqual([
    'stored keys are not handed on: set A_KEY as variables',
    'the Docker endpoint of the settings is not used: set VARIABLE_OF_containers.endpoint',
    'logs are kept by the defaults, not as set (logging.saveOutput)',
  ])
  const byVariable = { value: 'unix:///x', default: null, source: 'environment' } as const
  expect(toCommandDifferences([setting('containers.endpoint', byVariable)], [])).toEqual([])
})
