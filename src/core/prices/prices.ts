/** The price lists of the models' makers, read when they are first asked for. */
export type Prices = () => Promise<PriceOf>

/** What one call costs by list, in USD; null where the model stands in no list. */
export type PriceOf = (call: PricedCall) => number | null

/** One call of a model. Lists have steps by the size of a call: totals of a run are not one. */
export interface PricedCall {
  /** As a log or the job names it, with or without `provider/` before it. */
  readonly model: string
  /** Of the job's model, where `model` itself names none; null: not known. */
  readonly provider: string | null
  /** All of them, those from a cache and those written into one included. */
  readonly inputTokens: number
  readonly cachedTokens: number
  readonly cacheWriteTokens: number
  readonly outputTokens: number
  /** When it was made: lists change. Null: now. */
  readonly at: string | null
}
