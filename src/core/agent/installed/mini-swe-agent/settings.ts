import type { SettingSpecs } from '../settings.ts'

/** Harbor's settings under Harbor's names, and a limit of turns. */
export const SPECS = {
  max_turns: { kind: 'integer', min: 1, summary: 'turns at most; default: no limit' },
  cost_limit: { kind: 'number', min: 0, summary: 'dollars at most; default: 0, no limit' },
  reasoning_effort: { kind: 'text', summary: 'how hard the model thinks, in the words of its provider' },
  max_tokens: { kind: 'integer', min: 1, summary: 'tokens of one answer at most' },
  config: {
    kind: 'document',
    summary: 'its configuration, over the default one: a YAML file or a JSON object',
    aliases: ['config_file'],
  },
  litellm_model_registry: {
    kind: 'document',
    summary: "models for LiteLLM's list: a JSON file or object",
    aliases: ['litellm_model_registry_file'],
  },
} as const satisfies SettingSpecs
