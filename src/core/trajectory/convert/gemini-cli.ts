import { asRecord, listOf, textOf, type Fields } from '../../agent/logs/fields.ts'
import { createGeminiCliParser } from '../../agent/logs/gemini-cli.ts'
import { createLineReader } from './line-reader.ts'
import type { Conversion, ConvertContext, LogFolder, TrajectoryConverter } from './converter.ts'
import { convertStream } from './from-stream.ts'
import { readMessage } from './gemini-cli/read-message.ts'
import { indexSession } from './gemini-cli/session-index.ts'
import { toStep } from './gemini-cli/to-step.ts'
import { CHAIN_READING } from './line-chains.ts'
import { readDocument } from './read-document.ts'
import { createStepTotals, differencesOf, readTold } from './step-totals.ts'

const LOG = 'agent/gemini-cli.txt'
const SESSION = 'agent/gemini-cli.trajectory'
/** A session that is one JSON document must be in memory whole: a longer one is left to the log. */
const MAX_DOCUMENT_BYTES = 24 * 1024 ** 2

/**
 * The session file of Gemini CLI, as Harbor converts it (what differs is said in to-step.ts): JSON lines, or one JSON
 * document of versions before 0.40. Without a session, or with a document that is too long, it is made from the log.
 */
export const convertGeminiCli: TrajectoryConverter = async (context) => {
  const session = await openSession(context.logs)
  if (session === null) return convertStream(context, { log: LOG, createParser: createGeminiCliParser })
  return toConversion(context, session)
}

interface Session {
  readonly sessionId: string | null
  readonly model: string | null
  readonly skipped: number
  messages(): AsyncIterable<Fields>
}

async function toConversion({ logs, agent }: ConvertContext, session: Session): Promise<Conversion> {
  const totals = createStepTotals()
  const told = await readTold(logs, LOG, createGeminiCliParser({ maxTurns: null }))
  const about = { name: agent.name, version: agent.version ?? 'unknown' }
  return {
    head: {
      schema_version: 'ATIF-v1.7',
      session_id: session.sessionId ?? 'unknown',
      agent: { ...about, ...(session.model === null ? {} : { model_name: session.model }) },
    },
    async *steps() {
      for await (const message of session.messages()) {
        const step = toStep(message)
        if (step !== null) yield totals.number(step)
      }
    },
    tail: () => ({
      final_metrics: {
        total_prompt_tokens: totals.usage().inputTokens ?? 0,
        total_completion_tokens: totals.usage().outputTokens ?? 0,
        total_cached_tokens: totals.usage().cachedTokens ?? 0,
        total_steps: totals.steps,
      },
    }),
    totals: () => {
      const usage = totals.usage()
      return { usage, differences: differencesOf(usage, told), skipped: session.skipped }
    },
  }
}

/** Null: there is none that has messages. */
async function openSession(logs: LogFolder): Promise<Session | null> {
  const files = await logs.list('agent')
  for (const path of [`${SESSION}.jsonl`, `${SESSION}.json`]) {
    const file = files.find((one) => one.path === path)
    if (file === undefined) continue
    const lines = path.endsWith('.jsonl') ? await openLines(logs, path) : null
    const session = lines ?? (file.bytes > MAX_DOCUMENT_BYTES ? null : await openDocument(logs, path))
    if (session !== null) return session
  }
  return null
}

async function openLines(logs: LogFolder, path: string): Promise<Session | null> {
  const index = await indexSession(logs, path)
  if (index.messages === 0) return null
  return {
    ...index,
    async *messages() {
      const reader = createLineReader(logs, (_path, at) => index.demandOf(at), CHAIN_READING)
      try {
        for (let number = 0; number < index.messages; number += 1) {
          const message = await readMessage(reader, path, index.linesOf(number))
          if (message !== null) yield message
        }
      } finally {
        await reader.close()
      }
    },
  }
}

async function openDocument(logs: LogFolder, path: string): Promise<Session | null> {
  const document = await readDocument(logs, path)
  if (document === null) return null
  const messages = listOf(document, 'messages').map((message) => asRecord(message) ?? {})
  const known = messages.filter((message) => message['type'] === 'user' || message['type'] === 'gemini')
  if (known.length === 0) return null
  return {
    sessionId: textOf(document, 'sessionId'),
    model: known.map((message) => textOf(message, 'model')).find((model) => model !== null) ?? null,
    skipped: 0,
    async *messages() {
      yield* known
    },
  }
}
