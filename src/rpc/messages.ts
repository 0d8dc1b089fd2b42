import { z } from 'zod'
import { AppError, ERROR_CODES, type ErrorDetails } from '../contract/errors.ts'

/*
 * JSON-RPC 2.0 as it goes over every link, and the few methods of its own that this protocol has. docs/protocol.md
 * describes both for people who write a client.
 */

const Id = z.union([z.string(), z.number()])
export type Id = z.infer<typeof Id>

/** A call, or without `id` a notification. */
export const Request = z.object({
  jsonrpc: z.literal('2.0'),
  method: z.string(),
  params: z.unknown().optional(),
  id: Id.optional(),
})
export type Request = z.infer<typeof Request>

export const ErrorObject = z.object({
  code: z.number(),
  message: z.string(),
  data: z
    .object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) })
    .optional()
    .catch(undefined),
})
export type ErrorObject = z.infer<typeof ErrorObject>

/** The answer to a call. `id` null: to a message that nothing could be made of. */
export const Response = z.union([
  z.object({ jsonrpc: z.literal('2.0'), id: Id.nullable(), error: ErrorObject }),
  z.object({ jsonrpc: z.literal('2.0'), id: Id, result: z.unknown() }),
])

export const Hello = z.object({ version: z.string(), protocol: z.number() })
export const Subscribe = z.object({ topic: z.string(), params: z.unknown().optional() })
export const Subscribed = z.object({ subscription: z.number().int() })
export const Ack = Subscribed.extend({ batches: z.number().int().positive() })
export const Cancel = z.object({ id: Id })
export const Items = Subscribed.extend({ items: z.array(z.unknown()) })
export const Ended = Subscribed.extend({ error: ErrorObject.nullable() })

const RPC_CODES = {
  parseError: -32_700,
  invalidRequest: -32_600,
  unknownMethod: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
  /** Of the range that JSON-RPC leaves to applications: what it is stands in `data.code`. */
  application: -32_000,
} as const

export function request(id: Id, method: string, params: unknown): object {
  return { jsonrpc: '2.0', id, method, params }
}

export function notification(method: string, params: unknown): object {
  return { jsonrpc: '2.0', method, params }
}

export function result(id: Id, value: unknown): object {
  return { jsonrpc: '2.0', id, result: value ?? null }
}

export function failure(id: Id | null, error: ErrorObject): object {
  return { jsonrpc: '2.0', id, error }
}

export function invalidRequest(message: string): ErrorObject {
  return toObject(RPC_CODES.invalidRequest, new AppError('invalid-input', message))
}

export function unknownMethod(method: string): ErrorObject {
  return toObject(RPC_CODES.unknownMethod, new AppError('unsupported', `there is no method ${JSON.stringify(method)}`))
}

/** What a text that is no JSON is answered with. */
export const PARSE_ERROR = failure(
  null,
  toObject(RPC_CODES.parseError, new AppError('invalid-input', 'the message is not JSON')),
)

/**
 * A thrown value as it may cross: an AppError with its code and facts, never its cause or stack. Of anything else
 * nothing is told: it is a mistake in tbcc and may hold what is nobody's business.
 */
export function toErrorObject(thrown: unknown): ErrorObject {
  if (!(thrown instanceof AppError)) {
    return toObject(RPC_CODES.internal, new AppError('internal', 'something went wrong inside tbcc'))
  }
  if (thrown.code === 'invalid-input') return toObject(RPC_CODES.invalidParams, thrown)
  return toObject(thrown.code === 'internal' ? RPC_CODES.internal : RPC_CODES.application, thrown)
}

function toObject(code: number, { code: name, message, details }: AppError): ErrorObject {
  return { code, message, data: { code: name, message, details: { ...details } } }
}

/** The other way round. A code that this side does not know is `internal`. */
export function fromErrorObject({ message, data }: ErrorObject): AppError {
  const code = ERROR_CODES.find((known) => known === data?.code) ?? 'internal'
  return new AppError(code, data?.message ?? message, { details: toDetails(data?.details ?? {}) })
}

const Fact = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])

function toDetails(given: Readonly<Record<string, unknown>>): ErrorDetails {
  const facts = Object.entries(given).flatMap(([name, value]) => {
    const fact = Fact.safeParse(value)
    return fact.success ? [[name, fact.data] as const] : []
  })
  const { hint, log, ...rest } = Object.fromEntries(facts)
  return {
    ...rest,
    ...(typeof hint === 'string' ? { hint } : {}),
    ...(typeof log === 'string' ? { log } : {}),
  }
}

/** The value as its schema gives it. Throws AppError `invalid-input`. */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new AppError('invalid-input', describeIssues(parsed.error))
  return parsed.data
}

/** The same for what the other side sent: there the mistake is tbcc's, and the code `internal`. */
export function expected<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new AppError('internal', `the engine sent something unexpected as ${what}: ${describeIssues(parsed.error)}`)
}

/** The first things that are wrong with a value, each with its place. */
function describeIssues({ issues }: z.ZodError): string {
  return issues
    .slice(0, 3)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`))
    .join('; ')
}
