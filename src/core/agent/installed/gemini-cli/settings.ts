import type { SettingSpecs } from '../settings.ts'

/** Harbor's settings under Harbor's names; `settings` and `max_turns` are ours. */
export const SPECS = {
  reasoning_effort: {
    kind: 'choice',
    choices: ['minimal', 'low', 'medium', 'high'],
    summary: "how much the model thinks, Gemini 3 only; default: the model's",
  },
  disable_web_search: { kind: 'flag', summary: 'takes google_web_search and web_fetch away' },
  settings: { kind: 'json', summary: 'laid over its settings.json, a JSON object; no secrets' },
  sandbox: { kind: 'flag', summary: 'runs its tools in its own sandbox' },
  max_turns: { kind: 'integer', min: 1, summary: 'turns of the agent at most' },
} as const satisfies SettingSpecs
