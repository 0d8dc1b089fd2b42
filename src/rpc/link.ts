/**
 * The narrow waist of the transport: two ends that pass whole JSON-RPC 2.0 messages on, in order and without loss as
 * long as the link is open. What is not well-formed never gets past a link.
 */
export interface Link {
  /** Passes a message on; nothing where the link is closed. Throws for a value that the link cannot carry. */
  send(message: object): void
  /** Every message that arrives from here on. Called once, in the tick in which the link was made. */
  onMessage(listener: (message: unknown) => void): void
  /** Told once, also where the link is closed already; the reason is for people. */
  onClose(listener: (reason: string) => void): void
  close(reason?: string): void
  /** Resolves when the link has passed on most of what was sent, or is closed. Absent: it tells nothing about it. */
  drained?(): Promise<void>
}

export interface Closing {
  readonly isClosed: () => boolean
  /** True for the first call only. */
  close(reason: string): boolean
  onClose(listener: (reason: string) => void): void
}

/** What every link knows about its end: it comes once, and a late listener hears of it too. */
export function createClosing(): Closing {
  const listeners: ((reason: string) => void)[] = []
  let closedBy: string | null = null
  return {
    isClosed: () => closedBy !== null,
    close(reason) {
      if (closedBy !== null) return false
      closedBy = reason
      for (const listener of listeners.splice(0)) listener(reason)
      return true
    },
    onClose(listener) {
      if (closedBy === null) listeners.push(listener)
      else listener(closedBy)
    },
  }
}
