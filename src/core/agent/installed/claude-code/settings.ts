import type { SettingSpecs } from '../settings.ts'

/** Harbor's settings under Harbor's names. */
export const SPECS = {
  max_turns: { kind: 'integer', min: 1, summary: 'turns at most; default: $CLAUDE_CODE_MAX_TURNS, else no limit' },
  reasoning_effort: {
    kind: 'choice',
    choices: ['low', 'medium', 'high', 'xhigh', 'max'],
    summary: 'how hard it thinks; default: $CLAUDE_CODE_EFFORT_LEVEL',
  },
  thinking: { kind: 'choice', choices: ['enabled', 'adaptive', 'disabled'], summary: 'whether it thinks' },
  thinking_display: { kind: 'choice', choices: ['summarized', 'omitted'], summary: 'how its thoughts are shown' },
  max_thinking_tokens: { kind: 'integer', min: 0, summary: 'tokens for thinking; default: $MAX_THINKING_TOKENS' },
  max_budget_usd: { kind: 'number', min: 0, summary: 'dollars at most' },
  fallback_model: { kind: 'text', summary: 'model to take when the named one is overloaded' },
  append_system_prompt: { kind: 'text', summary: 'added to its system prompt' },
  allowed_tools: { kind: 'text', summary: 'tools it may use without leave, separated by commas' },
  disallowed_tools: { kind: 'text', summary: 'tools it may not use, separated by commas' },
  disable_web_search: { kind: 'flag', summary: 'takes WebSearch and WebFetch away' },
  permission_mode: {
    kind: 'choice',
    choices: ['default', 'acceptEdits', 'plan', 'auto', 'dontAsk', 'bypassPermissions'],
    summary: 'what it may do without leave; default: bypassPermissions',
  },
  config: { kind: 'json', summary: 'its settings.json, a JSON object' },
} as const satisfies SettingSpecs
