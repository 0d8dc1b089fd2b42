import type { SettingSpecs } from '../settings.ts'

/** Harbor's `base_url`; its `api_key` is left out, for a key comes by its variable only. `settings` and `max_turns` are ours. */
export const SPECS = {
  base_url: { kind: 'text', summary: 'where the model is asked for; default: OPENAI_BASE_URL, else OpenAI' },
  settings: {
    kind: 'json',
    summary:
      'laid over its settings.json, a JSON object; no secrets. How hard the model thinks: {"model":{"generationConfig":{"reasoning":{"effort":"high"}}}}',
    covers: ['reasoning_effort'],
  },
  max_turns: { kind: 'integer', min: 1, summary: 'turns of the agent at most' },
} as const satisfies SettingSpecs
