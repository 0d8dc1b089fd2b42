import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
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
  const stateFolder = mkdtempSync(join(tmpdir(), 'tbcc-sandbox-test-'))
  const bed = useBed(() => createSandboxBackend({ ...options, stateFolder }), { users: isRoot, limits: isRoot })
  afterAll(() => {
    rmSync(stateFolder, { recursive: true, force: true })
  })
  return Object.assign(bed, { stateFolder })
}
