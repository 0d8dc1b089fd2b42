import { parseLine, recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import { createColumn, createHashTable, hashOf } from '../columns.ts'
import type { LogFolder } from '../converter.ts'
import { createLineChains } from '../line-chains.ts'
import type { Demand } from '../line-reader.ts'
import { answersOf, callIdsOf, userText } from './parts.ts'

export interface ChatIndex {
  readonly sessionId: string | null
  readonly version: string | null
  readonly model: string | null
  /** As its first line with it says; null: it is the agent's own. */
  readonly agentId: string | null
  readonly agentName: string | null
  readonly skipped: number
  readonly steps: number
  /** Where the line of a step begins, and then those with answers to its calls. */
  linesOf(step: number): readonly number[]
  /** How often the steps ask for the line that begins there. */
  demandOf(at: number): Demand
}

/** Reads a chat of JSON lines once. */
export async function indexChat(logs: LogFolder, path: string): Promise<ChatIndex> {
  const chains = createLineChains()
  const calls = createHashTable()
  const lastAnswer = createColumn('number')
  const about = createAbout()
  let skipped = 0
  for await (const { text, at } of logs.lines(path)) {
    const event = parseLine(text)
    if (event === null) {
      if (text.trim() !== '') skipped += 1
      continue
    }
    about.see(event)
    const message = recordOf(event, 'message')
    if (message === null) continue
    if (event['type'] === 'tool_result') {
      for (const { id } of answersOf(message)) {
        const step = calls.get(hashOf(id))
        if (step === null || lastAnswer.at(step) === at) continue
        chains.append(step, at)
        lastAnswer.set(step, at)
      }
    } else if (event['type'] === 'assistant' || (event['type'] === 'user' && userText(message) !== '')) {
      const step = chains.add()
      chains.append(step, at)
      lastAnswer.push(at)
      if (event['type'] === 'assistant') for (const id of callIdsOf(message)) calls.set(hashOf(id), step)
    }
  }
  const { length: steps, linesOf, demandOf } = chains
  return { ...about.values, skipped, steps, linesOf, demandOf }
}

interface About {
  see(event: Fields): void
  readonly values: Pick<ChatIndex, 'sessionId' | 'version' | 'model' | 'agentId' | 'agentName'>
}

/** The last value counts, of agents the first. */
function createAbout(): About {
  const values: { -readonly [Key in keyof About['values']]: string | null } = {
    sessionId: null,
    version: null,
    model: null,
    agentId: null,
    agentName: null,
  }
  return {
    see(event) {
      values.sessionId = textOf(event, 'sessionId') || values.sessionId
      values.version = textOf(event, 'version') || values.version
      values.model = textOf(event, 'model') || values.model
      values.agentId ??= textOf(event, 'agentId')
      values.agentName ??= textOf(event, 'agentName')
    },
    values,
  }
}

/** The time of the last line; empty: none has one. */
export async function lastTime(logs: LogFolder, path: string): Promise<string> {
  let last = ''
  for await (const { text } of logs.lines(path)) {
    const time = textOf(parseLine(text) ?? {}, 'timestamp')
    if (time !== null && time > last) last = time
  }
  return last
}
