import type { SettingSpecs } from '../settings.ts'

/** Harbor's settings under Harbor's names. */
export const SPECS = {
  max_turns: { kind: 'integer', min: 1, summary: 'turns at most; default: its own limit' },
  reasoning_effort: {
    kind: 'choice',
    choices: ['off', 'low', 'medium', 'high', 'max'],
    summary: 'how hard the model thinks',
  },
  temperature: { kind: 'number', min: 0, summary: 'of the model, from 0 to 1' },
  max_tokens: { kind: 'integer', min: 1, summary: 'tokens of one answer at most' },
  context_limit: { kind: 'integer', min: 1, summary: 'tokens that the model remembers' },
} as const satisfies SettingSpecs
