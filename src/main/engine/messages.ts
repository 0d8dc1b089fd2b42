/*
 * What the app and the process of its engine say to each other, beside what goes over the pages' ports. Both sides are
 * of one build; nothing of a task or a page gets here unchecked.
 */

export interface EngineStart {
  /** Absolute. */
  readonly settingsDir: string
  /** Absolute; used where neither the settings nor the environment name another. */
  readonly defaultJobsDir: string
  readonly cwd: string
  readonly version: string
  /** Where the system keeps the key that the app encrypts with; null: it has none. */
  readonly cipherLabel: string | null
}

/** From the app. `port` numbers the pages' ports that the app relays; a port that is handed over has none. */
export type ToEngine =
  | { readonly type: 'start'; readonly config: EngineStart }
  | { readonly type: 'connect'; readonly port: number | null }
  | { readonly type: 'port-message'; readonly port: number; readonly message: unknown }
  | { readonly type: 'port-closed'; readonly port: number }
  | { readonly type: 'stop'; readonly force: boolean }
  | AskMessage<EngineQuestion>
  | AnswerMessage

/** From the engine's process. */
export type FromEngine =
  /** It listens: the start may come. */
  | { readonly type: 'listening' }
  /** The service is there: ports may come. */
  | { readonly type: 'ready' }
  /** It will not start here however often it is tried; it waits to be ended. */
  | { readonly type: 'refused'; readonly reason: string }
  | { readonly type: 'port-message'; readonly port: number; readonly message: object }
  | { readonly type: 'port-closed'; readonly port: number }
  | AskMessage<AppQuestion>
  | AnswerMessage

/** What the app asks of the engine. */
export type EngineQuestion =
  /** string[]: names of the jobs that it runs now. */
  | { readonly about: 'running-jobs' }
  /** string | null: where the path really is, if that is a place that may be shown. */
  | { readonly about: 'revealable'; readonly path: string }

/** What the engine asks of the app. */
export type AppQuestion =
  /** Uint8Array */
  | { readonly about: 'encrypt'; readonly plain: string }
  /** string */
  | { readonly about: 'decrypt'; readonly data: Uint8Array }

export interface AskMessage<Question> {
  readonly type: 'ask'
  readonly id: number
  readonly question: Question
}

export interface AnswerMessage {
  readonly type: 'answer'
  readonly id: number
  readonly answer: unknown
  /** Why there is no answer; null: there is one. */
  readonly error: string | null
}

/** Exit code of an engine that refused to start. */
export const REFUSED_EXIT_CODE = 78
