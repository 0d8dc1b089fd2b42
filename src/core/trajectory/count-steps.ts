import { z } from 'zod'

const Steps = z.object({ steps: z.array(z.object({ source: z.string(), is_copied_context: z.boolean().nullish() })) })

/** Steps that the agent took itself, by a trajectory.json; null where it is none. */
export function countSteps(text: string): number | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const parsed = Steps.safeParse(value)
  if (!parsed.success) return null
  return parsed.data.steps.filter(({ source, is_copied_context }) => source === 'agent' && is_copied_context !== true)
    .length
}
