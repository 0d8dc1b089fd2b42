import { describe } from 'vitest'
import type { ContainerBackend } from '../../src/core/environment/backend.ts'
import { archiveSuite } from './archive-suite.ts'
import { type BackendFacts, useBed } from './backend-bed.ts'
import { execSuite } from './exec-suite.ts'
import { lifecycleSuite } from './lifecycle-suite.ts'
import { outputSuite } from './output-suite.ts'
import { stopSuite } from './stop-suite.ts'
import { terminalSuite } from './terminal-suite.ts'

/** What every `ContainerBackend` promises. The backend is a real one; what it starts is removed again. */
export function backendContract(name: string, makeBackend: () => ContainerBackend, facts: BackendFacts): void {
  describe(`${name} as a ContainerBackend`, () => {
    const bed = useBed(makeBackend, facts)
    lifecycleSuite(bed)
    execSuite(bed)
    outputSuite(bed)
    stopSuite(bed)
    archiveSuite(bed)
    terminalSuite(bed)
  })
}
