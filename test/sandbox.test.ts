import { createSandboxBackend } from '../src/node/sandbox/backend.ts'
import { backendContract } from './contract/backend-suite.ts'
import { describeOn } from './support/machine.ts'

const probe = await createSandboxBackend().probe()
const facts = {
  // Only root may give a sandbox ids of its own for other users.
  users: process.getuid?.() === 0,
  limits: probe.available && probe.capabilities.memoryLimit && probe.capabilities.cpuLimit,
}

describeOn('sandbox', 'Linux namespaces', () => {
  for (const tool of ['bubblewrap', 'unshare'] as const) {
    backendContract(`sandbox with ${tool}`, () => createSandboxBackend({ tool }), facts)
  }
})
