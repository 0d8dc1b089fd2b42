import { quote } from '../../shell.ts'
import type { EnvironmentAsk, RunAsk } from '../installed-agent.ts'
import type { SPECS } from './settings.ts'

const WEB_TOOLS = ['WebSearch', 'WebFetch']

/** The settings as words of the command line, in Harbor's order. */
export function claudeFlags({ settings, env }: RunAsk<typeof SPECS>): readonly string[] {
  const forbidden = [
    ...(settings.disallowed_tools === null ? [] : [settings.disallowed_tools]),
    ...(settings.disable_web_search === true ? WEB_TOOLS : []),
  ].join(',')
  const values: readonly (readonly [string, string | number | null | undefined])[] = [
    ['--max-turns', settings.max_turns ?? env['CLAUDE_CODE_MAX_TURNS']],
    ['--effort', settings.reasoning_effort ?? env['CLAUDE_CODE_EFFORT_LEVEL']],
    ['--thinking', settings.thinking],
    ['--thinking-display', settings.thinking_display],
    ['--max-budget-usd', settings.max_budget_usd],
    ['--fallback-model', settings.fallback_model],
    ['--append-system-prompt', settings.append_system_prompt],
    ['--allowedTools', settings.allowed_tools],
    ['--disallowedTools', forbidden],
  ]
  return [
    ...values.flatMap(([flag, value]) => (isSet(value) ? [`${flag} ${quote(String(value))}`] : [])),
    `--permission-mode=${settings.permission_mode ?? 'bypassPermissions'}`,
  ]
}

/** The number that `--max-turns` gets; null: none, or a word that is no number. */
export function claudeMaxTurns({ settings, env }: EnvironmentAsk<typeof SPECS>): number | null {
  const turns = settings.max_turns ?? Number(env['CLAUDE_CODE_MAX_TURNS'] || Number.NaN)
  return Number.isSafeInteger(turns) && turns > 0 ? turns : null
}

function isSet(value: string | number | null | undefined): boolean {
  return value !== null && value !== undefined && value !== ''
}
