import type { calcPrice, Provider } from '@pydantic/genai-prices'
import type { PricedCall, PriceOf } from '../../core/prices/prices.ts'

/** The public price lists that come with the program; nothing is fetched. */
export async function loadListPrices(): Promise<PriceOf> {
  // Loaded when it is needed: the lists are large, and many commands run no agent.
  const { calcPrice } = await import('@pydantic/genai-prices')
  const known: KnownModels = new Map()
  return (call) => toPrice(calcPrice, call, known)
}

/**
 * The provider that was found for a model, with that model alone; null: it stands in no list. To look through the lists for
 * every step of a long log costs more than to convert it.
 */
type KnownModels = Map<string, Provider | null>

/** A run has a few: where there are more, somebody makes them up. */
const MAX_KNOWN = 1000

/** What jobs call a provider and the lists call otherwise. */
const PROVIDERS: Readonly<Record<string, string>> = {
  gemini: 'google',
  vertex: 'google',
  bedrock: 'aws',
  'amazon-bedrock': 'aws',
  xai: 'x-ai',
  moonshot: 'moonshotai',
}

/**
 * By the provider where one is named, else by the model's name alone: a model of a server of one's own may bear the name
 * of one that others sell.
 */
function toPrice(calculate: typeof calcPrice, call: PricedCall, known: KnownModels): number | null {
  const [provider, model] = splitModel(call)
  const key = JSON.stringify([provider, model])
  const found = known.get(key)
  if (found === null) return null
  const usage = {
    input_tokens: call.inputTokens,
    cache_read_tokens: call.cachedTokens,
    cache_write_tokens: Math.min(call.cacheWriteTokens, call.inputTokens - call.cachedTokens),
    output_tokens: call.outputTokens,
  }
  const when = call.at === null ? Number.NaN : Date.parse(call.at)
  const result = calculate(usage, model, {
    ...(Number.isNaN(when) ? {} : { timestamp: new Date(when) }),
    ...(provider === null ? {} : { providerId: PROVIDERS[provider] ?? provider }),
    ...(found === undefined ? {} : { provider: found }),
  })
  if (found === undefined && known.size < MAX_KNOWN)
    known.set(key, result === null ? null : { ...result.provider, models: [result.model] })
  const price = result?.total_price
  return price !== undefined && Number.isFinite(price) && price >= 0 ? price : null
}

function splitModel({ model, provider }: PricedCall): readonly [provider: string | null, model: string] {
  const slash = model.indexOf('/')
  // The model's whole name at a gateway has its maker in it.
  if (slash === -1 || provider === 'openrouter') return [provider, model.replace(/^openrouter\//, '')]
  return [model.slice(0, slash), model.slice(slash + 1)]
}
