import type { Usage } from '../../../contract/trial.ts'
import { convertLogs } from '../../trajectory/convert/convert-logs.ts'
import type { Prices } from '../../prices/prices.ts'
import type { AgentReport, ConcludeContext } from '../agent.ts'
import { watchedConversion } from '../conduct/watched-conversion.ts'
import type { InstalledAgent } from './installed-agent.ts'

/** Makes the agent's own logs a trajectory, and takes the totals from whichever log knows them. */
export async function concludeInstalled(
  { name, convert }: Pick<InstalledAgent, 'name' | 'convert'>,
  { model, prices }: { readonly model: string | null; readonly prices: Prices },
  context: ConcludeContext,
): Promise<AgentReport> {
  if (convert === undefined) return { usage: context.usage }
  const { files, instruction, version, signal } = context
  const about = { agent: { name, version }, model, instruction }
  const watched = watchedConversion(convert, (tool, args) => context.did(tool, args))
  const totals = await convertLogs(watched, files, about, prices, signal)
  if (totals === null) return { usage: context.usage }
  const { usage, differences, skipped } = totals
  if (differences.length > 0) {
    const message = 'the logs of the agent disagree about what it used'
    context.emit({ type: 'finding.made', finding: { kind: 'usage-differs', message, evidence: [...differences] } })
  }
  if (skipped > 0) {
    const message = `${skipped} lines of the agent's logs could not be read`
    context.emit({ type: 'warning.raised', message, hint: null })
  }
  return { usage: merge(usage, context.usage) }
}

/**
 * Harbor's numbers are those of the trajectory; what was told while it ran fills what that leaves open. A cost that the
 * agent named goes over an estimate.
 */
function merge(converted: Usage, told: Usage): Usage {
  const [cost] = [converted, told]
    .filter(({ costUsd }) => costUsd !== null)
    .toSorted((a, b) => Number(a.costIsEstimate ?? false) - Number(b.costIsEstimate ?? false))
  return {
    inputTokens: converted.inputTokens ?? told.inputTokens,
    cachedTokens: converted.cachedTokens ?? told.cachedTokens,
    outputTokens: converted.outputTokens ?? told.outputTokens,
    costUsd: cost?.costUsd ?? null,
    ...(cost?.costIsEstimate === true ? { costIsEstimate: true } : {}),
  }
}
