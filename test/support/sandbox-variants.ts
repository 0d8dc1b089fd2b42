import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { createSandboxBackend, type SandboxOptions } from '../../src/node/sandbox/backend.ts'
import { type Bed, useBed } from '../contract/backend-bed.ts'

export const isRoot = process.getuid?.() === 0

/** The ways in which sandboxes are made; without a user namespace only by root. */
export const VARIANTS: readonly { readonly name: string; readonly options: SandboxOptions }[] = [
  { name: 'bubblewrap', options: { tool: 'bubblewrap' } },
  { name: 'unshare', options: { tool: 'unshare' } },
  ...(isRoot
    ? ([
        { name: 'bubblewrap without a user namespace', options: { tool: 'bubblewrap', userNamespace: 'never' } },
        { name: 'unshare without a user namespace', options: { tool: 'unshare', userNamespace: 'never' } },
      ] as const)
    : []),
]

/** A bed whose sandboxes have a state folder of their own; to be called in a `describe`. */
export function useSandbox(options: SandboxOptions = {}): Bed & { readonly stateFolder: string } {
  let stateFolder = ''
  // Hooks after the tests run in reverse: the bed stops its sandboxes before their folder goes.
  beforeAll(() => {
    stateFolder = mkdtempSync(join(tmpdir(), 'tbcc-sandbox-test-'))
  })
  afterAll(() => {
    rmSync(stateFolder, { recursive: true, force: true })
  })
  const bed = useBed(() => createSandboxBackend({ ...options, stateFolder }), { users: isRoot, limits: isRoot })
  return Object.defineProperty(Object.assign(bed, { stateFolder }), 'stateFolder', { get: () => stateFolder })
}
