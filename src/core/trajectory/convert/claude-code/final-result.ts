import type { Usage } from '../../../../contract/trial.ts'
import { parseLine } from '../../../agent/logs/fields.ts'
import { usageOfResult } from '../../../agent/logs/claude-code/usage.ts'
import type { LogFile, LogFolder } from '../converter.ts'

/** The result is the last thing that is printed: it is looked for in the end only. */
const TAIL_BYTES = 8 * 1024 ** 2

/** The CLI's own totals; null where it was cut off before it said them. */
export async function readFinalResult(logs: LogFolder, stream: LogFile): Promise<Usage | null> {
  let usage: Usage | null = null
  for await (const { text } of logs.lines(stream.path, Math.max(0, stream.bytes - TAIL_BYTES))) {
    if (!text.includes('"result"')) continue
    const line = parseLine(text)
    if (line !== null && line['type'] === 'result') usage = usageOfResult(line)
  }
  return usage
}

/** Where the steps and the CLI disagree, in words. */
export function describeDifferences(steps: Omit<Usage, 'costUsd'>, result: Usage | null): readonly string[] {
  if (result === null) return []
  const pairs = [
    ['input tokens', steps.inputTokens, result.inputTokens],
    ['cached tokens', steps.cachedTokens, result.cachedTokens],
    ['output tokens', steps.outputTokens, result.outputTokens],
  ] as const
  return pairs.flatMap(([what, ofSteps, ofResult]) =>
    ofSteps === null || ofResult === null || ofSteps === ofResult
      ? []
      : [`${what}: its messages add up to ${ofSteps}, its result says ${ofResult}`],
  )
}
