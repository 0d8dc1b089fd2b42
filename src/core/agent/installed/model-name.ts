import type { ModelName } from './installed-agent.ts'

/** `provider/name` at its first slash, as Harbor splits it; a name alone has no provider. */
export function parseModelName(full: string): ModelName {
  const slash = full.indexOf('/')
  return slash === -1
    ? { provider: null, name: full, full }
    : { provider: full.slice(0, slash), name: full.slice(slash + 1), full }
}
