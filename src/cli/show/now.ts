import type { LiveTrial } from '../../contract/api/trials.ts'
import type { StoredEvent } from '../../contract/events.ts'
import { foldLive } from '../../core/job/live-state.ts'
import { formatCount, formatDuration, formatMoney, UNKNOWN } from '../text/format.ts'
import { plainLine } from '../text/plain.ts'

/** What a trial that runs does now, by its events; null before its first phase. */
export async function readNow(events: AsyncIterable<StoredEvent>): Promise<LiveTrial | null> {
  let live: LiveTrial | null = null
  for await (const event of events) live = foldLive(live, event, null)
  return live
}

/** The same in lines, with what was measured of it so far. */
export function renderNow(live: LiveTrial, nowMs: number): string[] {
  const { phase, phaseStartedAt, turn, maxTurns, containerId, usage } = live
  const { inputTokens, cachedTokens, outputTokens, costUsd } = usage
  const isMeasured = [inputTokens, cachedTokens, outputTokens, costUsd].some((value) => value !== null)
  const sinceMs = Date.parse(phaseStartedAt)
  const lines: readonly (readonly [string, string])[] = [
    ['phase', Number.isFinite(sinceMs) ? `${phase} for ${formatDuration(Math.max(0, nowMs - sinceMs))}` : phase],
    ...(turn === null ? [] : [['turn', `${turn}${maxTurns === null ? '' : ` of ${maxTurns}`}`] as const]),
    ['container', containerId?.slice(0, 12) ?? UNKNOWN],
    ...(isMeasured
      ? [
          [
            'tokens',
            `${formatCount(inputTokens)} in (${formatCount(cachedTokens)} cached), ${formatCount(outputTokens)} out`,
          ] as const,
          ['cost', formatMoney(costUsd, usage.costIsEstimate)] as const,
        ]
      : []),
  ]
  return ['Now:', ...lines.map(([key, value]) => `  ${key.padEnd(14)}${plainLine(value)}`)]
}
