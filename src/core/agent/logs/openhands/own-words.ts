import type { LogEntry } from './entry.ts'

/** The state that the agent comes to: `Setting agent(CodeActAgent) state from AgentState.RUNNING to AgentState.ERROR`. */
export function stateIn(text: string): string | null {
  return /^Setting agent\(.* to AgentState\.(\w+)$/.exec(text)?.[1] ?? null
}

/**
 * What a request failed of that is made again, with its number; null: the entry says something else. Entries of a session
 * are none: they may quote the model.
 */
export function retryOf({ sessionId, text }: LogEntry): string | null {
  return sessionId === null ? (/^(.*\. Attempt #\d+) \| You can customize retry values/s.exec(text)?.[1] ?? null) : null
}
