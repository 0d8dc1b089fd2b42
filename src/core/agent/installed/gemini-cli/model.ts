import type { ModelName } from '../installed-agent.ts'

/** What stands after the last slash, as Harbor takes it. */
export function shortModel(model: ModelName | null): string {
  return model?.full.split('/').at(-1) ?? ''
}
