import type { TrialEventBody } from '../../../contract/events.ts'
import type { Usage } from '../../../contract/trial.ts'
import { NOT_MEASURED } from '../agent.ts'
import { asRecord, listOf, textOf, type Fields } from '../logs/fields.ts'
import { createCalls } from './calls.ts'
import { contentText } from './tool-call.ts'
import { createTurnRule } from './turn-rule.ts'
import { costOf, promptUsage } from './usage.ts'

/** Makes what an agent tells of its session the events of every agent. Nothing in it throws: updates may hold anything. */
export interface UpdateReader {
  update(update: Fields): readonly TrialEventBody[]
  /** A request for leave, and how it was answered. */
  permission(toolCall: Fields, answer: 'allowed' | 'denied'): readonly TrialEventBody[]
  /** The answer to the prompt. */
  answered(response: Fields): readonly TrialEventBody[]
  /** Closes what is open. */
  end(): readonly TrialEventBody[]
  readonly usage: Usage
}

export function createUpdateReader(terminalOutput: (id: string) => string | null): UpdateReader {
  let events: TrialEventBody[] = []
  const emit = (event: TrialEventBody): void => void events.push(event)
  const rule = createTurnRule()
  const turn = createTurn(emit)
  const calls = createCalls({ emit, turn: () => turn.number, terminalOutput })
  const account = createAccount(emit)
  const close = (): void => {
    turn.tellMessage()
    calls.tellAll()
    turn.close()
  }
  const take = (update: Fields): void => {
    switch (textOf(update, 'sessionUpdate')) {
      case 'agent_message_chunk':
        return turn.say(contentText(update['content']))
      case 'agent_thought_chunk':
        return turn.think(contentText(update['content']))
      case 'tool_call':
      case 'tool_call_update':
        turn.tellMessage()
        return calls.take(update)
      case 'plan':
        turn.tellMessage()
        emit({ type: 'message.received', turn: turn.number, source: 'system', text: planText(update), reasoning: null })
        return
      case 'usage_update':
        return account.cost(costOf(update))
      default:
      // Commands that it offers, modes, what the user said: nothing that it did.
    }
  }
  const collect = (work: () => void): readonly TrialEventBody[] => {
    events = []
    work()
    return events
  }
  const read = (update: Fields): void => {
    const edge = rule.see(update)
    if (edge === 'begins') close()
    if (edge === 'begins' || edge === 'within') turn.open()
    take(update)
    if (edge === 'ends') close()
  }
  return {
    update: (update) => collect(() => read(update)),
    permission: (toolCall, answer) =>
      collect(() => {
        const callId = textOf(toolCall, 'toolCallId')
        // Some agents tell of a call by asking for leave first. What it says of the call's state is not its end.
        read({ ...toolCall, sessionUpdate: 'tool_call_update', status: 'pending' })
        if (callId !== null) calls.tell(callId)
        const question = textOf(toolCall, 'title') ?? `tool call ${callId ?? 'without a name'}`
        emit({ type: 'permission.answered', callId, question, answer })
      }),
    answered: (response) => collect(() => account.tokens(promptUsage(response))),
    end: () => collect(close),
    get usage() {
      return account.usage
    },
  }
}

interface OpenTurn {
  /** From 1; 0 before the first. */
  readonly number: number
  open(): void
  say(text: string): void
  think(text: string): void
  /** What was said since the last message: chunks are told as one. */
  tellMessage(): void
  close(): void
}

/** A message that goes on and on is told in parts. */
const MAX_MESSAGE = 1024 * 1024

function createTurn(emit: (event: TrialEventBody) => void): OpenTurn {
  let turn = 0
  let isOpen = false
  let text = ''
  let thought = ''
  function tellMessage(): void {
    if (text.trim() !== '' || thought.trim() !== '') {
      const reasoning = thought === '' ? null : thought
      emit({ type: 'message.received', turn, source: 'agent', text, reasoning })
    }
    text = ''
    thought = ''
  }
  return {
    get number() {
      return turn
    },
    open() {
      if (isOpen) return
      isOpen = true
      turn += 1
      emit({ type: 'turn.started', turn, maxTurns: null })
    },
    say(more) {
      text += more
      if (text.length > MAX_MESSAGE) tellMessage()
    },
    think(more) {
      if (text !== '' || thought.length > MAX_MESSAGE) tellMessage()
      thought += more
    },
    tellMessage,
    close() {
      if (!isOpen) return
      isOpen = false
      emit({ type: 'turn.finished', turn })
    },
  }
}

interface Account {
  readonly usage: Usage
  cost(costUsd: number | null): void
  tokens(tokens: Omit<Usage, 'costUsd'> | null): void
}

function createAccount(emit: (event: TrialEventBody) => void): Account {
  let usage: Usage = NOT_MEASURED
  const update = (now: Usage): void => {
    if (JSON.stringify(now) === JSON.stringify(usage)) return
    usage = now
    emit({ type: 'usage.updated', usage })
  }
  return {
    get usage() {
      return usage
    },
    cost: (costUsd) => update({ ...usage, costUsd: costUsd ?? usage.costUsd }),
    tokens: (tokens) => update({ ...usage, ...tokens }),
  }
}

const MARKS: Readonly<Record<string, string>> = { completed: '[x]', in_progress: '[>]' }

function planText(update: Fields): string {
  const entries = listOf(update, 'entries').flatMap((entry) => {
    const record = asRecord(entry)
    if (record === null) return []
    return [`${MARKS[textOf(record, 'status') ?? ''] ?? '[ ]'} ${textOf(record, 'content') ?? ''}`]
  })
  return ['Plan:', ...entries].join('\n')
}
