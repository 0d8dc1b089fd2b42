import type { SettingSpecs } from '../settings.ts'

/** Harbor's settings under Harbor's names; `max_iterations` is what others call `max_turns`. */
export const SPECS = {
  max_turns: { kind: 'integer', min: 1, summary: 'actions at most; default: its own limit' },
  max_iterations: { kind: 'integer', min: 1, summary: "the same under OpenHands' own name" },
  disable_tool_calls: { kind: 'flag', summary: 'the model writes its calls as text; default: false' },
  reasoning_effort: { kind: 'text', summary: 'how hard the model thinks, in the words of its provider' },
  temperature: { kind: 'number', min: 0, summary: 'of the model' },
  top_p: { kind: 'number', min: 0, summary: 'of the model' },
  caching_prompt: { kind: 'flag', summary: 'whether prompts are cached' },
  num_retries: { kind: 'integer', min: 0, summary: 'how often a request is made anew' },
  max_budget_per_task: { kind: 'number', min: 0, summary: 'dollars at most' },
  drop_params: { kind: 'flag', summary: 'leave out what the model does not know' },
  disable_vision: { kind: 'flag', summary: 'no images' },
  api_base: { kind: 'text', summary: 'address of the provider; default: $LLM_BASE_URL' },
  model_info: {
    kind: 'json',
    summary: 'max_input_tokens and max_output_tokens, where OpenHands does not know the model',
  },
} as const satisfies SettingSpecs
