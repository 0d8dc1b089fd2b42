import type { SettingSpecs } from '../settings.ts'

/** Harbor's settings of Codex under Harbor's names. */
export const CODEX_SETTINGS = {
  reasoning_effort: {
    kind: 'choice',
    choices: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'],
    summary: "how much the model thinks; default: the model's",
  },
  reasoning_summary: {
    kind: 'choice',
    choices: ['auto', 'concise', 'detailed', 'none'],
    summary: 'how its thoughts are summed up in the log',
  },
  web_search: {
    kind: 'choice',
    choices: ['disabled', 'cached', 'live'],
    summary: 'where it may search the web',
  },
  disable_web_search: { kind: 'flag', summary: 'the same as web_search=disabled' },
  dangerously_bypass_hook_trust: { kind: 'flag', summary: 'run hooks that nobody has said to trust' },
  config: { kind: 'document', summary: 'a config.toml of Codex on this host, or its settings as a JSON object' },
} as const satisfies SettingSpecs
