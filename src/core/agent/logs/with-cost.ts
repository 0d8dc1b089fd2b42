import type { TrialEventBody } from '../../../contract/events.ts'
import { createCostMeter } from '../../prices/cost-meter.ts'
import type { PriceOf } from '../../prices/prices.ts'
import type { LogParser } from './log-parser.ts'

/** Of the job: for logs that name no model. */
interface JobModel {
  readonly provider: string | null
  readonly name: string
}

/** The same parser; where its log tells of tokens and of no cost, the cost so far by the models' price lists. */
export function withCost(parser: LogParser, priceOf: PriceOf, model: JobModel | null): LogParser {
  const meter = createCostMeter(priceOf, { provider: model?.provider ?? null })
  const priced = (event: TrialEventBody): TrialEventBody =>
    event.type === 'usage.updated' ? { ...event, usage: meter.see(event.usage, modelOf()) } : event
  const modelOf = (): string | null => parser.summary.model ?? model?.name ?? null
  return {
    line: (text) => parser.line(text).map(priced),
    end: () => parser.end().map(priced),
    get answers() {
      return parser.answers ?? 0
    },
    get summary() {
      const { summary } = parser
      return { ...summary, usage: meter.see(summary.usage, modelOf()) }
    },
  }
}
