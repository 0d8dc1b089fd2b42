import type { z } from 'zod'
import { choice, FreeValues, table } from './lax.ts'

/** What is computed over the rewards of trials. */
export const MetricConfig = table({
  type: choice(['sum', 'min', 'max', 'mean', 'uv-script']).default('mean'),
  kwargs: FreeValues,
})
export type MetricConfig = z.infer<typeof MetricConfig>
