import type { SettingSpecs } from '../settings.ts'

const LEVELS = ['off', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const

/** Harbor's settings under Harbor's names. */
export const SPECS = {
  thinking: { kind: 'choice', choices: LEVELS, summary: 'how hard it thinks' },
  reasoning_effort: { kind: 'choice', choices: LEVELS, summary: 'another name of thinking' },
  model_api: {
    kind: 'text',
    summary:
      'what the address in the *_BASE_URL variable speaks: anthropic-messages, openai-completions, openai-responses, …; default: by provider',
  },
  max_turns: { kind: 'integer', min: 1, summary: 'answers of the model at most' },
} as const satisfies SettingSpecs
