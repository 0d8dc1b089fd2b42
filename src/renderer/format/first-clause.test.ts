import { expect, test } from 'vitest'
import { firstClause } from './first-clause.ts'

test.each([
  [
    'backend podman cannot be used: no socket at /run/podman.sock; start it',
    'backend podman cannot be used: no socket at /run/podman.sock',
  ],
  ['Docker 27.1 is too old. See the docs.', 'Docker 27.1 is too old'],
  ['nothing\nat all', 'nothing'],
  ['', ''],
])('%j', (reason, clause) => expect(firstClause(reason)).toBe(clause))
