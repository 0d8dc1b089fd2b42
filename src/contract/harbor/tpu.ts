import type { z } from 'zod'
import { table, Text, rare } from './lax.ts'

/** A slice of TPUs. */
export const TpuSpec = rare(() =>
  table({
    type: Text.min(1, { error: 'expected the type of a TPU, got empty text' }),
    topology: Text.transform((topology) => topology.trim()).refine(
      (topology) => /^[1-9]\d*(x[1-9]\d*)+$/.test(topology),
      {
        error: 'expected a topology such as 2x4 or 2x2x1',
      },
    ),
  }),
)
export type TpuSpec = z.infer<typeof TpuSpec>
