import { createClosing, type Link } from './link.ts'
import { PARSE_ERROR } from './messages.ts'

/** Something that carries texts, such as a socket or the lines of a pipe. */
export interface TextCarrier {
  send(text: string): void
  close(reason: string): void
  drained?(): Promise<void>
}

export interface TextLink extends Link {
  /** Called by the carrier with each text that arrived. */
  receive(text: string): void
  /** Called by the carrier when it has ended by itself. */
  ended(reason: string): void
}

/** JSON text over a carrier. A text that is no JSON is answered as JSON-RPC says, and goes no further. */
export function createTextLink(carrier: TextCarrier): TextLink {
  const closing = createClosing()
  let listener: ((message: unknown) => void) | null = null
  const send = (message: object): void => {
    if (!closing.isClosed()) carrier.send(JSON.stringify(message))
  }
  return {
    send,
    receive(text) {
      if (closing.isClosed()) return
      const message = parse(text)
      if (message === undefined) send(PARSE_ERROR)
      else listener?.(message)
    },
    ended: (reason) => void closing.close(reason),
    onMessage(given) {
      listener = given
    },
    onClose: (given) => closing.onClose(given),
    close(reason = 'closed') {
      if (closing.close(reason)) carrier.close(reason)
    },
    drained: async () => carrier.drained?.(),
  }
}

/** Undefined, which no JSON stands for, where it is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
