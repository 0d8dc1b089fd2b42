import type { Trajectory } from '../../../../contract/harbor/trajectory.ts'
import { countOf, numberOf, recordOf, type Fields } from '../../../agent/logs/fields.ts'
import { counted } from './steps.ts'

/** Totals of a thread from the `info` of its last `token_count`. Cost only where Codex says one, and today it says none. */
export function finalMetrics(info: Fields, steps: number): NonNullable<Trajectory['final_metrics']> {
  const usage = recordOf(info, 'total_token_usage') ?? {}
  const cost = numberOf(info, 'total_cost') ?? numberOf(info, 'cost_usd')
  const cacheWrite = countOf(usage, 'cache_write_input_tokens')
  return {
    ...counted('total_prompt_tokens', countOf(usage, 'input_tokens')),
    ...counted('total_completion_tokens', countOf(usage, 'output_tokens')),
    ...counted('total_cached_tokens', countOf(usage, 'cached_input_tokens')),
    ...(cost === null ? {} : { total_cost_usd: cost }),
    total_steps: steps,
    extra: {
      reasoning_output_tokens: countOf(usage, 'reasoning_output_tokens'),
      total_tokens: countOf(usage, 'total_tokens'),
      last_token_usage: info['last_token_usage'] ?? null,
      ...(cacheWrite === null ? {} : { total_cache_write_input_tokens: cacheWrite }),
    },
  }
}
