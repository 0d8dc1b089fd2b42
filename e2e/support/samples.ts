import { join } from 'node:path'
import { projectRoot } from '../../test/support/engine.ts'

/** The bundled dataset. */
export const SAMPLES = join(projectRoot, 'resources', 'samples')
