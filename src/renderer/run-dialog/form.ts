import type { AgentInfo } from '../../contract/api/jobs.ts'
import type { SettingValue } from '../../contract/api/settings.ts'
import type { BackendChoice } from '../../contract/api/common.ts'
import type { z } from 'zod'
import type { RunFieldName } from './fields.ts'

export type Backend = z.infer<typeof BackendChoice>

/** Which tasks: some or all of a dataset, or what an earlier job named in its own way. */
export type RunSource =
  | {
      readonly kind: 'dataset'
      /** Null: the first place that there is. */
      readonly path: string | null
      /** Null: all. */
      readonly taskNames: readonly string[] | null
    }
  | { readonly kind: 'config'; readonly tasks: readonly unknown[]; readonly datasets: readonly unknown[] }

export interface AgentForm {
  /** Told apart by it while it is changed. */
  readonly id: number
  readonly name: string
  /** Separated by commas; empty: none. */
  readonly models: string
  readonly kwargs: Readonly<Record<string, string>>
  /** Lines of `parseVariables`. */
  readonly env: string
  /** What else an earlier job said of it. */
  readonly rest: Readonly<Record<string, unknown>>
}

/** Everything that the dialog asks, as it is typed. */
export interface RunForm {
  readonly source: RunSource
  readonly agents: readonly AgentForm[]
  readonly backend: Backend
  readonly texts: Readonly<Record<RunFieldName, string>>
  readonly keep: 'never' | 'failures' | 'always'
  readonly forceBuild: boolean
  readonly verify: boolean
  /** Paths in the container, one a line. */
  readonly artifacts: string
  /** Variables of the environment. */
  readonly env: string
  /** The configuration of an earlier job: what no field shows stays as it was. */
  readonly base: Readonly<Record<string, unknown>>
}

export type SettingOf = (key: string) => SettingValue | undefined

/** An agent as the dialog offers it first: with what the settings say of its model and its turns. */
export function freshAgent(
  id: number,
  name: string,
  { known, settingOf }: { readonly known: readonly AgentInfo[]; readonly settingOf: SettingOf },
): AgentForm {
  const info = known.find((agent) => agent.name === name)
  const maxTurns = settingOf('execution.maxTurns')
  const limited = info !== undefined && 'max_turns' in info.kwargs && typeof maxTurns === 'number'
  const model = settingOf('execution.model')
  return {
    id,
    name,
    models: info?.model === 'none' || typeof model !== 'string' ? '' : model,
    kwargs: limited ? { max_turns: String(maxTurns) } : {},
    env: '',
    rest: {},
  }
}

export function modelsOf({ models }: Pick<AgentForm, 'models'>): readonly string[] {
  return [
    ...new Set(
      models
        .split(/[,\n]/)
        .map((model) => model.trim())
        .filter((model) => model !== ''),
    ),
  ]
}

/** How many agents there are, each with each of its models. */
export function countWho(agents: readonly AgentForm[]): number {
  return agents.reduce((sum, agent) => sum + Math.max(1, modelsOf(agent).length), 0)
}
