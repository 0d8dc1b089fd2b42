import type { Handlers, ProcedureName, Sources, TopicName } from '../../contract/api/api.ts'
import type { SettingValue } from '../../contract/api/settings.ts'

/** One area's part of the service. */
export interface Area<Procedures extends ProcedureName, Topics extends TopicName = never> {
  readonly handlers: Pick<Handlers, Procedures>
  readonly sources: Pick<Sources, Topics>
}

/** Names of procedures, or topics, of one area: `jobs.list`, `jobs.show`, … */
export type ProceduresOf<Prefix extends string> = Extract<ProcedureName, `${Prefix}.${string}`>
export type TopicsOf<Prefix extends string> = Extract<TopicName, `${Prefix}.${string}`>

/** Settings as other areas read and change them. */
export interface SettingsStore {
  get(key: string): SettingValue
  /** Code: invalid-input. */
  set(key: string, value: SettingValue): Promise<void>
  /** Values of the secret store, by the variables that programs read. */
  secrets(): Readonly<Record<string, string>>
}
