import { z } from 'zod'
import { BackendChoice, BackendName, Nothing, TrialRef } from './common.ts'
import { procedure, topic } from './define.ts'

/** An environment that a terminal can be opened in. */
export const OpenEnvironment = z.object({
  environmentId: z.string(),
  backend: BackendName,
  containerId: z.string().nullable(),
  image: z.string().nullable(),
  taskName: z.string(),
  /** Set: of a running trial, typing into which marks it as assisted. Null: started to be explored. */
  trial: TrialRef.nullable(),
  assisted: z.boolean(),
  state: z.enum(['starting', 'running', 'failed']),
  /** What is being done, or why it failed. */
  message: z.string().nullable(),
  /** When the trial's current phase is cut off. */
  endsAt: z.string().nullable(),
})
export type OpenEnvironment = Readonly<z.infer<typeof OpenEnvironment>>

export const TerminalInfo = z.object({
  terminalId: z.string(),
  environmentId: z.string(),
  title: z.string(),
  readOnly: z.boolean(),
  exited: z.boolean(),
})
export type TerminalInfo = Readonly<z.infer<typeof TerminalInfo>>

const Size = z.object({ columns: z.number().int().min(2).max(500), rows: z.number().int().min(1).max(300) })
const TerminalId = z.object({ terminalId: z.string() })

export const terminalProcedures = {
  /** Starts a task's environment without an agent. It is removed when it is closed, or with the engine. */
  'environments.start': procedure(
    z.object({ directory: z.string().min(1), backend: BackendChoice }),
    z.object({ environmentId: z.string() }),
  ),
  'environments.stop': procedure(z.object({ environmentId: z.string() }), Nothing),
  /** `assisted` must be true where the environment belongs to a trial that is scored. */
  'terminals.open': procedure(
    Size.extend({ environmentId: z.string(), assisted: z.boolean(), user: z.string().nullable().default(null) }),
    TerminalInfo,
  ),
  'terminals.list': procedure(Nothing, z.array(TerminalInfo)),
  'terminals.write': procedure(TerminalId.extend({ data: z.string().max(1024 ** 2) }), Nothing),
  'terminals.resize': procedure(TerminalId.extend(Size.shape), Nothing),
  'terminals.close': procedure(TerminalId, Nothing),
} as const

export const terminalTopics = {
  /** The whole list, with each change. */
  'environments.changes': topic(Nothing, z.array(OpenEnvironment)),
  /** What a terminal printed, from a byte on as long as it is held (the last MiB); the last item has `exited`. */
  'terminal.output': topic(
    TerminalId.extend({ fromByte: z.number().int().nonnegative().default(0) }),
    z.object({ from: z.number(), to: z.number(), text: z.string(), exited: z.boolean() }),
    (params, last) => ({ ...params, fromByte: last.to }),
  ),
} as const
