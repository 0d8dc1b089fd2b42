import { chatClient } from './chat.ts'
import { json, TEST_KEY, type Heard, type HeardCall, type WireClient } from './client.ts'
import { geminiClient } from './gemini.ts'
import { messagesClient } from './messages.ts'
import { responsesClient } from './responses.ts'

export { at, TEST_KEY, TEST_MODEL, type WireClient } from './client.ts'

export const WIRE_CLIENTS: readonly WireClient[] = [messagesClient, responsesClient, chatClient, geminiClient]

/** The events of an SSE body. Bytes may end anywhere, so nothing is read but the whole. */
export function parseSse(text: string): readonly unknown[] {
  const blocks = text.split('\n\n')
  if (blocks.pop() !== '') throw new Error('the last event is not whole')
  return blocks
    .map((block) => block.split('\n').find((line) => line.startsWith('data: ')))
    .filter((line) => line !== 'data: [DONE]')
    .map((line) => json(line?.slice('data: '.length)))
}

export interface Ask {
  readonly stream?: boolean
  /** Absent: the first request of a conversation. */
  readonly after?: HeardCall
  /** Over those of the format. */
  readonly fields?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export function bodyOf(client: WireClient, { stream = true, after, fields }: Ask = {}): Record<string, unknown> {
  return { ...client.body(stream), [client.conversation]: client.messages(after), ...fields }
}

export async function post(client: WireClient, url: string, ask: Ask = {}): Promise<Response> {
  return fetch(`${url}${client.path(ask.stream ?? true)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...client.headers(TEST_KEY), ...ask.headers },
    body: JSON.stringify(bodyOf(client, ask)),
    signal: ask.signal ?? null,
  })
}

export async function listen(client: WireClient, url: string, ask: Ask = {}): Promise<Heard> {
  const response = await post(client, url, ask)
  if (ask.stream === false) return client.hearWhole(await response.json())
  return client.hear(parseSse(await response.text()))
}
