import type { BackendName } from '../../src/core/environment/backend.ts'

/** Suites that hold on every backend are declared once per name. */
export const BACKENDS: readonly BackendName[] = ['docker', 'podman', 'sandbox']
