import { expect, it } from 'vitest'
import type { FileEntry } from '../../../contract/api/common.ts'
import { toCounterpart } from './counterpart.ts'

const files = (...paths: string[]): FileEntry[] =>
  paths.map((path) => ({ path, kind: 'file', size: 1, modifiedAt: null }))

it('finds the file that an artifact is a copy of', () => {
  const task = files('environment/src/main.py', 'environment/main.py', 'solution/main.py', 'task.toml')
  expect(toCounterpart('artifacts/app/src/main.py', task)).toEqual({ path: 'environment/src/main.py' })
  expect(toCounterpart('artifacts/app/main.py', task)).toEqual({ path: 'environment/main.py' })
})

it('says none where nothing makes sense', () => {
  const task = files('environment/main.py', 'task.toml')
  expect(toCounterpart('artifacts/other.py', task)).toBeNull()
  expect(toCounterpart('verifier/main.py', task)).toBeNull()
  expect(toCounterpart('artifacts/task.toml', task)).toBeNull()
})
