import { expect, it } from 'vitest'
import type { TrialEventBody } from '../../../contract/events.ts'
import { createTranscript } from './transcript.ts'

const DIM = '\u001b[2m'
const RED = '\u001b[31m'
const RESET = '\u001b[0m'
const MARK = `${DIM}│${RESET} `

const call = (callId: string, command: string, parentCallId?: string): TrialEventBody => ({
  type: 'tool.called',
  turn: 1,
  callId,
  name: 'Bash',
  arguments: { command },
  ...(parentCallId === undefined ? {} : { parentCallId }),
})
const answer = (callId: string, content: string, isError = false): TrialEventBody => ({
  type: 'tool.returned',
  callId,
  content,
  isError,
  truncated: false,
  durationMs: null,
})
const message = (text: string, reasoning: string | null, parentCallId?: string): TrialEventBody => ({
  type: 'message.received',
  turn: 1,
  source: 'agent',
  text,
  reasoning,
  ...(parentCallId === undefined ? {} : { parentCallId }),
})

it('tells what an agent says, calls and is answered, as lines of a terminal', async () => {
  const text = await told([
    { type: 'turn.started', turn: 1, maxTurns: 9 },
    message('I look.', 'Two\nlines.'),
    call('c1', 'ls'),
    answer('c1', 'a\nb', true),
  ])
  expect(text).toBe(
    [
      `${DIM}── turn 1 of 9 ──${RESET}`,
      `${DIM}Two`,
      `lines.${RESET}`,
      'I look.',
      bold('▸ Bash', 'ls'),
      `${RED}a`,
      `b${RESET}`,
      '',
    ].join('\r\n'),
  )
})

it('marks each line of a subagent, the answers to its calls among them, and nothing else', async () => {
  const text = await told([
    call('agent', 'look'),
    message('I help,\nand look.', 'Hm,\nhm.', 'agent'),
    call('c2', 'uname\nls', 'agent'),
    call('c3', 'date'),
    answer('c3', 'today'),
    { type: 'permission.answered', callId: 'c2', question: 'may it?', answer: 'allowed' },
    answer('c2', 'no\r\nnever\n', true),
    answer('agent', 'It is so.'),
    { type: 'warning.raised', message: 'slow', hint: null },
  ])
  expect(text.split('\r\n')).toEqual([
    bold('▸ Bash', 'look'),
    `${MARK}${DIM}Hm,${RESET}`,
    `${MARK}${DIM}hm.${RESET}`,
    `${MARK}I help,`,
    `${MARK}and look.`,
    `${MARK}${bold('▸ Bash', 'uname')}`,
    `${MARK}ls`,
    bold('▸ Bash', 'date'),
    'today',
    `${MARK}${DIM}permission allowed: may it?${RESET}`,
    `${MARK}${RED}no${RESET}`,
    `${MARK}${RED}never${RESET}`,
    'It is so.',
    `\u001b[33m! slow${RESET}`,
    '',
  ])
})

it('says nothing where nothing was said', async () => {
  expect(await told([message('', null), message('', '', 'agent'), { type: 'turn.finished', turn: 1 }])).toBe('')
})

async function told(events: readonly TrialEventBody[]): Promise<string> {
  let text = ''
  const transcript = createTranscript(async (data) => {
    text += new TextDecoder().decode(data)
  })
  for (const event of events) transcript.event(event)
  await transcript.drained()
  return text
}

function bold(text: string, rest: string): string {
  return `\u001b[1m${text}${RESET} ${rest}`
}
