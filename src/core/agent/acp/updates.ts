import type { TrialEventBody } from '../../../contract/events.ts'
import type { Usage } from '../../../contract/trial.ts'
import { asRecord, listOf, textOf, type Fields } from '../logs/fields.ts'
import { contentText, hasInput, mergeToolCall, toolArguments, toolResult, type ToolCallState } from './tool-call.ts'
import { createTurnRule, isDone } from './turn-rule.ts'
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

/** Of a tool's answer; the whole stands in acp-events.jsonl. */
const MAX_CONTENT = 16_000
/** A message that goes on and on is told in parts. */
const MAX_MESSAGE = 1024 * 1024

interface OpenCall {
  readonly state: ToolCallState
  readonly told: boolean
}

export function createUpdateReader(terminalOutput: (id: string) => string | null): UpdateReader {
  const rule = createTurnRule()
  const calls = new Map<string, OpenCall>()
  const ended = new Set<string>()
  let turn = 0
  let isOpen = false
  let text = ''
  let thought = ''
  let usage: Usage = { inputTokens: null, cachedTokens: null, outputTokens: null, costUsd: null }
  let events: TrialEventBody[] = []

  function openTurn(): void {
    if (isOpen) return
    isOpen = true
    turn += 1
    events.push({ type: 'turn.started', turn, maxTurns: null })
  }
  function closeTurn(): void {
    tellMessage()
    for (const id of calls.keys()) tellCall(id)
    if (!isOpen) return
    isOpen = false
    events.push({ type: 'turn.finished', turn })
  }
  function tellMessage(): void {
    if (text.trim() !== '' || thought.trim() !== '') {
      const reasoning = thought === '' ? null : thought
      events.push({ type: 'message.received', turn, source: 'agent', text, reasoning })
    }
    text = ''
    thought = ''
  }
  function tellCall(id: string): void {
    const call = calls.get(id)
    if (call === undefined || call.told) return
    calls.set(id, { ...call, told: true })
    const { name } = call.state
    events.push({ type: 'tool.called', turn, callId: id, name, arguments: toolArguments(call.state) })
  }
  function takeCall(update: Fields): void {
    const id = textOf(update, 'toolCallId') ?? ''
    // More is told of a call after its end sometimes: the record has it.
    if (id === '' || ended.has(id)) return
    tellMessage()
    // Another call: what is known of those before it is all that there will be.
    for (const other of calls.keys()) if (other !== id) tellCall(other)
    const before = calls.get(id)
    const state = mergeToolCall(id, before?.state, update)
    calls.set(id, { state, told: before?.told ?? false })
    const status = textOf(update, 'status')
    if (hasInput(state.input) || (status !== null && status !== 'pending')) tellCall(id)
    if (!isDone(update)) return
    calls.delete(id)
    ended.add(id)
    const content = toolResult(state, terminalOutput)
    events.push({
      type: 'tool.returned',
      callId: id,
      content: content.slice(0, MAX_CONTENT),
      isError: status === 'failed',
      truncated: content.length > MAX_CONTENT,
      durationMs: null,
    })
  }
  function take(update: Fields): void {
    switch (textOf(update, 'sessionUpdate')) {
      case 'agent_message_chunk':
        text += contentText(update['content'])
        if (text.length > MAX_MESSAGE) tellMessage()
        break
      case 'agent_thought_chunk':
        if (text !== '') tellMessage()
        thought += contentText(update['content'])
        if (thought.length > MAX_MESSAGE) tellMessage()
        break
      case 'tool_call':
      case 'tool_call_update':
        takeCall(update)
        break
      case 'plan':
        tellMessage()
        events.push({ type: 'message.received', turn, source: 'system', text: planText(update), reasoning: null })
        break
      case 'usage_update':
        takeUsage({ ...usage, costUsd: costOf(update) ?? usage.costUsd })
        break
      default:
      // Commands that it offers, modes, what the user said: nothing that it did.
    }
  }
  function takeUsage(now: Usage): void {
    if (JSON.stringify(now) === JSON.stringify(usage)) return
    usage = now
    events.push({ type: 'usage.updated', usage })
  }
  const collect = (work: () => void): readonly TrialEventBody[] => {
    events = []
    work()
    return events
  }
  return {
    update: (update) =>
      collect(() => {
        const edge = rule.see(update)
        if (edge === 'begins') closeTurn()
        if (edge === 'begins' || edge === 'within') openTurn()
        take(update)
        if (edge === 'ends') closeTurn()
      }),
    permission: (toolCall, answer) =>
      collect(() => {
        const callId = textOf(toolCall, 'toolCallId')
        if (callId !== null && calls.has(callId)) {
          takeCall(toolCall)
          tellCall(callId)
        }
        const question = textOf(toolCall, 'title') ?? `tool call ${callId ?? 'without a name'}`
        events.push({ type: 'permission.answered', callId, question, answer })
      }),
    answered: (response) =>
      collect(() => {
        const tokens = promptUsage(response)
        if (tokens !== null) takeUsage({ ...usage, ...tokens })
      }),
    end: () => collect(closeTurn),
    get usage() {
      return usage
    },
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
