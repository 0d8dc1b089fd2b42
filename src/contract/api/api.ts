import type { z } from 'zod'
import type { Procedure, Topic } from './define.ts'
import { engineProcedures, engineTopics } from './engine.ts'
import { jobProcedures, jobTopics } from './jobs.ts'
import { settingsProcedures, settingsTopics } from './settings.ts'
import { statsProcedures } from './stats.ts'
import { taskProcedures } from './tasks.ts'
import { terminalProcedures, terminalTopics } from './terminals.ts'
import { trialProcedures, trialTopics } from './trials.ts'

/** Raised when a client of an older version could misread an answer. */
export const PROTOCOL_VERSION = 1

/** Everything that can be asked, as `area.verb`. */
export const procedures = {
  ...engineProcedures,
  ...taskProcedures,
  ...jobProcedures,
  ...trialProcedures,
  ...statsProcedures,
  ...settingsProcedures,
  ...terminalProcedures,
} as const satisfies Readonly<Record<string, Procedure>>

/** Everything that can be followed, as `area.noun`. */
export const topics = {
  ...engineTopics,
  ...jobTopics,
  ...trialTopics,
  ...settingsTopics,
  ...terminalTopics,
} as const satisfies Readonly<Record<string, Topic>>

export type ProcedureName = keyof typeof procedures
export type TopicName = keyof typeof topics

/** What a caller gives: fields with a default may be left out. */
export type InputOf<Name extends ProcedureName> = z.input<(typeof procedures)[Name]['input']>
/** What a handler gets. */
export type ReceivedOf<Name extends ProcedureName> = z.output<(typeof procedures)[Name]['input']>
export type OutputOf<Name extends ProcedureName> = z.output<(typeof procedures)[Name]['output']>
export type ParamsOf<Name extends TopicName> = z.input<(typeof topics)[Name]['params']>
export type ReceivedParamsOf<Name extends TopicName> = z.output<(typeof topics)[Name]['params']>
export type ItemOf<Name extends TopicName> = z.output<(typeof topics)[Name]['item']>

/** The engine's side of every procedure. Throws AppError and nothing else. */
export type Handlers = {
  readonly [Name in ProcedureName]: (
    input: ReceivedOf<Name>,
    context: { readonly signal: AbortSignal },
  ) => Promise<OutputOf<Name>>
}

/** The engine's side of every topic: pulled as fast as the reader takes it, ended by the signal. */
export type Sources = {
  readonly [Name in TopicName]: (
    params: ReceivedParamsOf<Name>,
    context: { readonly signal: AbortSignal },
  ) => AsyncIterable<ItemOf<Name>>
}
