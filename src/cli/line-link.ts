import { StringDecoder } from 'node:string_decoder'
import type { Link } from '../rpc/link.ts'
import { createTextLink } from '../rpc/text-link.ts'
import type { Host, Output } from './host.ts'

/** As on the WebSocket. */
const MAX_LINE_CHARACTERS = 4 * 1024 ** 2

/**
 * A link over stdin and stdout: one message per line, ended by LF alone. It closes once stdin has ended and the calls
 * that came before have their answers, so that `echo … | tbcc rpc` gets its own.
 */
export function openLineLink({ stdin, stdout }: Pick<Host, 'stdin' | 'stdout'>): Link {
  const reading = new AbortController()
  const output = createLineOutput(stdout)
  const unanswered = new Set<unknown>()
  let isAtEnd = false
  const link = createTextLink({
    send: (text) => output.send(`${text}\n`),
    close: () => reading.abort(),
    drained: async () => output.drained(),
  })
  const endIfDone = (): void => {
    if (isAtEnd && unanswered.size === 0) link.ended('the end of stdin')
  }
  readLines(stdin(reading.signal), (line) => link.receive(line)).then(
    () => {
      isAtEnd = true
      endIfDone()
    },
    (error: unknown) => link.ended(error instanceof Error ? error.message : 'stdin cannot be read'),
  )
  return {
    ...link,
    send(message) {
      link.send(message)
      if ('id' in message && unanswered.delete(message.id)) endIfDone()
    },
    onMessage: (listener) =>
      link.onMessage((message) => {
        if (typeof message === 'object' && message !== null && 'id' in message && 'method' in message) {
          unanswered.add(message.id)
        }
        listener(message)
      }),
  }
}

function createLineOutput(stdout: Output): { send(text: string): void; drained(): Promise<void> } {
  let isFull = false
  return {
    send(text) {
      isFull = !stdout.write(text)
    },
    async drained() {
      if (!isFull) return
      await stdout.drained()
      isFull = false
    },
  }
}

/** Empty lines are skipped. Rejects for a line that is too long: what follows it cannot be trusted to be a message. */
async function readLines(chunks: AsyncIterable<Uint8Array>, onLine: (line: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + decoder.write(Buffer.from(chunk))).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') onLine(line)
    if (rest.length > MAX_LINE_CHARACTERS) throw new Error(`a line has more than ${MAX_LINE_CHARACTERS} characters`)
  }
  if (rest.trim() !== '') onLine(rest)
}
