import type { TrialEventBody } from '../../../../contract/events.ts'
import { recordOf, textOf, type Fields } from '../fields.ts'
import { blocksOf } from './content.ts'

/** What a subagent says and calls: it makes no turns, and each of its lines is told at once. */
export function readSubagentLine(line: Fields, parentCallId: string, turn: number): readonly TrialEventBody[] {
  const blocks = blocksOf(line)
  const text = textsOf(blocks, 'text')
  const reasoning = textsOf(blocks, 'thinking')
  const message: TrialEventBody = {
    type: 'message.received',
    turn,
    source: 'agent',
    text,
    reasoning: reasoning === '' ? null : reasoning,
    parentCallId,
  }
  const calls = blocks
    .filter((block) => block['type'] === 'tool_use')
    .map((block): TrialEventBody => {
      const called = { callId: textOf(block, 'id') ?? '', name: textOf(block, 'name') ?? '' }
      return { type: 'tool.called', turn, ...called, arguments: recordOf(block, 'input') ?? {}, parentCallId }
    })
  return [...(text === '' && reasoning === '' ? [] : [message]), ...calls]
}

function textsOf(blocks: readonly Fields[], kind: 'text' | 'thinking'): string {
  return blocks.flatMap((block) => (block['type'] === kind ? (textOf(block, kind) ?? []) : [])).join('\n\n')
}
