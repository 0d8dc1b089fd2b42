import type { Usage } from '../../../../contract/trial.ts'
import { asRecord, countOf, numberOf, recordOf, type Fields } from '../fields.ts'

/** What the messages of a run used, each counted once however many lines it comes in. */
export interface UsageTally {
  /** `final`: the numbers are those of the message's end. True where the totals changed. */
  see(messageId: string, usage: Fields, final: boolean): boolean
  /** Output tokens are null while any message's are not final: a message begins with one. No prices are known here. */
  total(): Usage
}

/** Messages whose numbers may still change. */
const MAX_OPEN = 1_000

export function createUsageTally(): UsageTally {
  const seen = new Map<string, Counts>()
  const sum = { input: 0, cached: 0, output: 0 }
  let messages = 0
  let unfinished = 0
  const add = (counts: Counts, sign: 1 | -1): void => {
    sum.input += sign * counts.input
    sum.cached += sign * counts.cached
    sum.output += sign * counts.output
    if (!counts.final) unfinished += sign
  }
  return {
    see: (messageId, usage, final) => {
      const before = seen.get(messageId)
      if (before?.final === true && !final) return false
      const now = toCounts(usage, final, before)
      if (before !== undefined && same(before, now)) return false
      if (before === undefined) messages += 1
      else add(before, -1)
      add(now, 1)
      seen.set(messageId, now)
      if (seen.size > MAX_OPEN) forgetOldest(seen)
      return true
    },
    total: () => {
      if (messages === 0) return { inputTokens: null, cachedTokens: null, outputTokens: null, costUsd: null }
      const outputTokens = unfinished === 0 ? sum.output : null
      return { inputTokens: sum.input, cachedTokens: sum.cached, outputTokens, costUsd: null }
    },
  }
}

/** The CLI's own totals: all models of the run, those of subagents too, where it names them. */
export function usageOfResult(result: Fields): Usage {
  const costUsd = numberOf(result, 'total_cost_usd')
  const models = Object.values(recordOf(result, 'modelUsage') ?? {})
    .map((value) => asRecord(value))
    .filter((model) => model !== null)
  if (models.length > 0) {
    const total = (key: string): number => models.reduce((sum, model) => sum + (countOf(model, key) ?? 0), 0)
    const cachedTokens = total('cacheReadInputTokens')
    const inputTokens = total('inputTokens') + cachedTokens + total('cacheCreationInputTokens')
    return { inputTokens, cachedTokens, outputTokens: total('outputTokens'), costUsd }
  }
  const usage = recordOf(result, 'usage')
  if (usage === null) return { inputTokens: null, cachedTokens: null, outputTokens: null, costUsd }
  const { input, cached } = toCounts(usage, true)
  return { inputTokens: input, cachedTokens: cached, outputTokens: countOf(usage, 'output_tokens'), costUsd }
}

interface Counts {
  readonly input: number
  readonly cached: number
  readonly output: number
  readonly final: boolean
}

/** The three kinds of input are counted apart by the vendor. What a later line leaves out stays as it was. */
function toCounts(usage: Fields, final: boolean, before?: Counts): Counts {
  const fresh = countOf(usage, 'input_tokens')
  if (fresh === null && before !== undefined)
    return { ...before, output: countOf(usage, 'output_tokens') ?? before.output, final }
  const cached = countOf(usage, 'cache_read_input_tokens') ?? 0
  const input = (fresh ?? 0) + cached + (countOf(usage, 'cache_creation_input_tokens') ?? 0)
  return { input, cached, output: countOf(usage, 'output_tokens') ?? before?.output ?? 0, final }
}

function same(one: Counts, other: Counts): boolean {
  return (
    one.input === other.input && one.cached === other.cached && one.output === other.output && one.final === other.final
  )
}

function forgetOldest(seen: Map<string, Counts>): void {
  for (const key of seen.keys()) {
    seen.delete(key)
    return
  }
}
