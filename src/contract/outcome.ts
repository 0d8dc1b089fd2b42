import { z } from 'zod'
import { PHASES } from './phases.ts'

/** How a trial ended. "Resolved" is a word for rates only. */
export const Outcome = z.enum(['success', 'failure', 'timeout', 'error', 'aborted'])
export type Outcome = z.infer<typeof Outcome>

/** Who a trial that did not succeed is charged to; null for a success. */
export const Blame = z.enum(['agent', 'task', 'infrastructure', 'user'])
export type Blame = z.infer<typeof Blame>

export const Phase = z.enum(PHASES)
export type Phase = z.infer<typeof Phase>
