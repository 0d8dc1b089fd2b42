import { createIndex } from './0001-index.ts'
import { addFacts } from './0002-facts.ts'
import { addPauses } from './0003-pauses.ts'
import { addCostEstimates } from './0004-cost-estimates.ts'
import { addBackends } from './0005-backends.ts'

/** One step of the database's form. A step that was released is never changed; a new one is added behind it. */
export interface Migration {
  /** `user_version` afterwards. */
  readonly version: number
  readonly sql: string
}

export const MIGRATIONS: readonly Migration[] = [createIndex, addFacts, addPauses, addCostEstimates, addBackends]
