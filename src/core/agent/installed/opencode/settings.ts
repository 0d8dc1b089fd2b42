import type { SettingSpecs } from '../settings.ts'

/** Harbor's settings under Harbor's names; `max_turns` is ours. */
export const SPECS = {
  variant: {
    kind: 'text',
    summary: "the model's variant, e.g. how hard it thinks: high, max, minimal",
    aliases: ['reasoning_effort'],
  },
  opencode_config: { kind: 'json', summary: 'laid over its opencode.json, a JSON object; secrets as {env:NAME}' },
  disable_web_search: { kind: 'flag', summary: 'takes websearch and webfetch away' },
  max_turns: {
    kind: 'integer',
    min: 1,
    summary: 'steps of the agent at most; in the last it may only say how far it came',
  },
} as const satisfies SettingSpecs
