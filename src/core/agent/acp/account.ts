import type { TrialEventBody } from '../../../contract/events.ts'
import type { Usage } from '../../../contract/trial.ts'
import type { AgentContext } from '../agent.ts'
import { createTranscript } from '../installed/transcript.ts'
import { createComplaints, textOf, type Fields } from '../logs/fields.ts'
import { createLineSplitter } from '../logs/lines.ts'
import type { PipeListener } from './pipe.ts'
import { createAcpRecord, LOG_FILE, SUMMARY_FILE, type AcpRecord } from './record.ts'
import type { AcpSummary } from './summary.ts'
import { contentText, diffsOf } from './tool-call.ts'
import { createUpdateReader } from './updates.ts'

/** All that is told of a run, and where it is told: events, the terminal that people see, the files that stay. */
export interface Account extends PipeListener {
  readonly record: AcpRecord
  readonly usage: Usage
  readonly permission: (toolCall: Fields, answer: 'allowed' | 'denied') => void
  answered(response: Fields): void
  /** What the agent printed beside the protocol. */
  stderr(data: Uint8Array): void
  /** Lines that may tell the cause of a failure. */
  complaints(): readonly string[]
  /** Resolves when all that was told is written: a slow disk holds the agent back. */
  drained(): Promise<void>
  /** Tells what is still open, and writes the summary. */
  close(summary: AcpSummary): Promise<void>
}

export function openAccount(context: AgentContext, terminalOutput: (id: string) => string | null): Account {
  const record = createAcpRecord(context.files)
  const text = openText(context)
  const reader = createUpdateReader(terminalOutput)
  const transcript = createTranscript((data) => context.output(data))
  const complaints = createComplaints()
  const latest: { usage: Fields | null; info: Fields | null } = { usage: null, info: null }
  let permissions = 0
  const tell = (events: readonly TrialEventBody[]): void => {
    for (const event of events) {
      context.emit(event)
      transcript.event(event)
    }
  }
  const complain = (line: string): void => {
    complaints.add(line)
    transcript.stray(line)
  }
  const stderrLines = createLineSplitter(complain)
  const drained = async (): Promise<void> => {
    await Promise.all([record.drained(), text.drained(), transcript.drained()])
  }
  return {
    record,
    update(sessionId, update) {
      record.add('session_update', { session_id: sessionId, update })
      const kind = textOf(update, 'sessionUpdate')
      if (kind === 'usage_update') latest.usage = update
      if (kind === 'session_info_update') latest.info = update
      // Agents that do not say what they hand to a tool show what it changes.
      for (const diff of diffsOf(update)) context.did('edit', diff)
      const line = updateLine(update)
      if (line !== null) text.line(line)
      tell(reader.update(update))
    },
    stray(line) {
      text.line(line)
      complain(line)
    },
    permission(toolCall, answer) {
      permissions += 1
      for (const diff of diffsOf(toolCall)) context.did('edit', diff)
      tell(reader.permission(toolCall, answer))
    },
    answered: (response) => tell(reader.answered(response)),
    stderr(data) {
      text.bytes(data)
      stderrLines.push(data)
    },
    complaints: () => complaints.list(),
    drained,
    async close(summary) {
      stderrLines.end()
      tell(reader.end())
      summary.latest_usage_update = latest.usage
      summary.latest_session_info_update = latest.info
      summary.permissions_requested = permissions
      try {
        await drained()
      } finally {
        await Promise.all([record.close(), text.close()])
      }
      await context.files.writeText(`agent/${SUMMARY_FILE}`, `${JSON.stringify(summary, null, 2)}\n`)
    },
    get usage() {
      return reader.usage
    },
  }
}

/** `acp.txt`: what the agent printed beside the protocol, and its updates in words, as Harbor writes them. */
function openText({ files }: AgentContext): {
  line(line: string): void
  bytes(data: Uint8Array): void
  drained(): Promise<void>
  close(): Promise<void>
} {
  const log = files.appendLog(`agent/${LOG_FILE}`)
  const encoder = new TextEncoder()
  let last: Promise<unknown> = Promise.resolve()
  const write = (data: Uint8Array): void => {
    last = last.then(() => log.write(data))
    // Told by `drained`.
    last.catch(() => undefined)
  }
  return {
    line: (line) => write(encoder.encode(`${line}\n`)),
    bytes: (data) => write(data.slice()),
    drained: async () => void (await last),
    close: async () => log.close(),
  }
}

function updateLine(update: Fields): string | null {
  switch (textOf(update, 'sessionUpdate')) {
    case 'agent_message_chunk':
      return contentText(update['content']) || null
    case 'agent_thought_chunk': {
      const thought = contentText(update['content'])
      return thought === '' ? null : `[thought] ${thought}`
    }
    case 'tool_call': {
      const title = textOf(update, 'title') ?? textOf(update, 'toolCallId') ?? ''
      return `[tool] ${title} (${textOf(update, 'status') ?? 'pending'})`
    }
    case 'tool_call_update':
      return `[tool] ${textOf(update, 'toolCallId') ?? ''} -> ${textOf(update, 'status') ?? 'in_progress'}`
    case 'plan':
      return '[plan update]'
    default:
      return null
  }
}
