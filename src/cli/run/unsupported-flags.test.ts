import { expect, test } from 'vitest'
import { thrownBy } from '../thrown.testing.ts'
import { parseRun } from './parse-run.testing.ts'

/** The flags of `harbor run` 0.24 that tbcc does not have, by their long names. */
const HARBORS = (
  'diff allow-agent-host resume-trajectory load-trajectory agent-include-logs agent-exclude-logs ' +
  'user-agent user-model uk user-persona-path user-prompt-template-path bridge bridge-prompt-path bk allow-environment-host ' +
  'stream cpus memory override-storage-mb override-gpus override-tpu mounts extra-docker-compose verifier-include-logs ' +
  'verifier-exclude-logs verifier verifier-kwarg task-git-url task-git-commit registry-url repo export-traces export-repo ' +
  'plugin pk upload public share share-user org launch'
).split(' ')

test.each(HARBORS)('--%s is refused by name, with a value and without', (flag) => {
  for (const args of [[`--${flag}`], [`--${flag}`, 'value'], [`--${flag}=value`]]) {
    const error = thrownBy(() => parseRun('-p', 'tasks', ...args))
    expect(error.code).toBe('invalid-input')
    expect(error.message).toBe(`--${flag} is a flag of Harbor's that tbcc does not support yet`)
  }
})

test('a flag that nobody knows is a typing mistake', () => {
  expect(() => parseRun('--n-atempts', '3')).toThrow(/Did you mean --n-attempts/)
})
