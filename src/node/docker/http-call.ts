import type { ClientRequest, IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { AppError } from '../../contract/errors.ts'
import type { Archive } from '../../core/environment/backend.ts'
import { WORK_MS } from './deadline.ts'
import type { Engine } from './engine.ts'

export interface Answer {
  readonly status: number
  readonly text: string
}

/** A POST of JSON, for the calls that dockerode sends in another form than we need. Refusals look like dockerode's. */
export async function postJson(engine: Engine, path: string, body: unknown): Promise<unknown> {
  const text = JSON.stringify(body)
  const headers = { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(text)) }
  const request = engine.request({ method: 'POST', path, headers })
  const answer = answerOf(request)
  request.end(text)
  const { status, text: told } = await answer
  if (status < 200 || status > 299) throw toRefusal({ status, text: told })
  return parsed(told)
}

/** A GET of JSON. */
export async function getJson(engine: Engine, path: string): Promise<unknown> {
  const request = engine.request({ method: 'GET', path, headers: {} })
  const answer = answerOf(request)
  request.end()
  const told = await answer
  if (told.status !== 200) throw toRefusal(told)
  return parsed(told.text)
}

/** The engine's answer, read to its end. Rejects when none comes, or nothing moves for a long time. */
export async function answerOf(request: ClientRequest): Promise<Answer> {
  giveUpOnSilence(request)
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('error', reject)
    request.once('response', resolve)
  })
  return { status: response.statusCode ?? 0, text: await textOf(response) }
}

/** Breaks a request when nothing moves on its connection for a long time. */
export function giveUpOnSilence(request: ClientRequest): void {
  request.setTimeout(WORK_MS, () => request.destroy(new DOMException('no answer in time', 'TimeoutError')))
}

/** The body of an answer that goes on for long, e.g. a build's output, to a request with or without a body of its own. */
export async function streamOf(request: ClientRequest, body: Archive | null): Promise<IncomingMessage> {
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('error', reject)
    request.once('response', resolve)
  })
  const sending = body === null ? endOf(request) : pipeline(Readable.from(body), request)
  // The engine may answer before it has read everything; a source that fails ends the request.
  const response = await Promise.race([answer, sending.then(async () => answer)])
  sending.catch((error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))))
  if (response.statusCode === 200) return response
  const text = await textOf(response)
  request.destroy()
  throw toRefusal({ status: response.statusCode ?? 0, text })
}

async function endOf(request: ClientRequest): Promise<void> {
  request.end()
}

/** A source whose failures are told apart from the engine's by their translation. */
export async function* translated(
  source: Archive,
  translate: (error: unknown) => AppError,
): AsyncGenerator<Uint8Array> {
  try {
    yield* source
  } catch (error) {
    throw translate(error)
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  response.setEncoding('utf8')
  for await (const chunk of response as AsyncIterable<string>) text += chunk
  return text
}

/** A refusal in the form in which dockerode throws it. */
function toRefusal({ status, text }: Answer): Error {
  return Object.assign(new Error(`the engine answered ${status}: ${text}`), { statusCode: status, json: parsed(text) })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
