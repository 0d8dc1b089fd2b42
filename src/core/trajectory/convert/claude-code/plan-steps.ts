import { createColumn, createHashTable, type Column, type HashTable } from '../columns.ts'
import { LINE, REF, type LineIndex } from './index-lines.ts'

/** Which lines make which step, found from the index alone. */
export interface StepPlan {
  readonly steps: number
  /** Numbers of lines, in order. */
  linesOf(step: number): readonly number[]
  /** The step that a line begins or goes on with by itself; null: none. */
  ownStep(line: number): number | null
  /** The step that the nth call or answer of a line belongs to; null: it is a copy of another one. */
  refStep(line: number, nth: number): number | null
}

/**
 * One step per message of the assistant, however many lines it comes in, with its calls and whatever answers them later;
 * one per message of a user. Steps stand in the order of their first line, lines in the order of time.
 */
export function planSteps(index: LineIndex): StepPlan {
  const plan = createDraft(index)
  for (const line of inOrder(index.keys.time)) {
    if (index.lines.kind.at(line) === LINE.assistant) planAssistant(plan, line)
    else planUser(plan, line)
  }
  const { head, next, entry, ownStep, refStep } = plan
  // Nothing else of the index is held on to.
  const { firstRef } = index.lines
  return {
    steps: head.length,
    linesOf: (step) => {
      const lines: number[] = []
      for (let at = head.at(step); at !== 0; at = next.at(at - 1)) lines.push(entry.at(at - 1))
      return lines
    },
    ownStep: (line) => minusOne(ownStep.at(line)),
    refStep: (line, nth) => minusOne(refStep.at(firstRef.at(line) + nth)),
  }
}

interface Draft {
  readonly index: LineIndex
  /** Step by the message's id. */
  readonly messages: HashTable
  /** 0: answered; otherwise one more than the step that waits for the answer. */
  readonly calls: HashTable
  /** A list of lines for each step: first and last entry, the entry after each, the line of each. Always one more; 0: none. */
  readonly head: Column
  readonly tail: Column
  readonly next: Column
  readonly entry: Column
  /** One more than the step; 0: none. */
  readonly ownStep: Column
  readonly refStep: Column
}

function createDraft(index: LineIndex): Draft {
  return {
    index,
    messages: createHashTable(),
    calls: createHashTable(),
    head: createColumn('count'),
    tail: createColumn('count'),
    next: createColumn('count'),
    entry: createColumn('count'),
    ownStep: createColumn('count', index.lines.kind.length),
    refStep: createColumn('count', index.refs.kind.length),
  }
}

function planAssistant(plan: Draft, line: number): void {
  const { keys, refs } = plan.index
  const id = { high: keys.high.at(line), low: keys.low.at(line) }
  const hasId = id.high !== 0 || id.low !== 0
  const known = hasId ? plan.messages.get(id) : null
  const step = known ?? addStep(plan)
  if (known === null && hasId) plan.messages.set(id, step)
  plan.ownStep.set(line, step + 1)
  addLine(plan, step, line)
  for (const ref of refsOf(plan.index, line)) {
    const call = { high: refs.high.at(ref), low: refs.low.at(ref) }
    if (plan.calls.get(call) !== null) continue
    plan.calls.set(call, step + 1)
    plan.refStep.set(ref, step + 1)
  }
}

function planUser(plan: Draft, line: number): void {
  for (const ref of refsOf(plan.index, line)) planResult(plan, line, ref)
  if (plan.index.lines.kind.at(line) !== LINE.userText) return
  const step = addStep(plan)
  plan.ownStep.set(line, step + 1)
  addLine(plan, step, line)
}

function planResult(plan: Draft, line: number, ref: number): void {
  const { refs } = plan.index
  const kind = refs.kind.at(ref)
  if (kind === REF.nothing) return
  const call = { high: refs.high.at(ref), low: refs.low.at(ref) }
  const waiting = plan.calls.get(call)
  // Answered already, or of no call that is known and of no tool.
  if (waiting === 0 || (waiting === null && kind !== REF.orphan)) return
  const step = waiting === null ? addStep(plan) : waiting - 1
  plan.refStep.set(ref, step + 1)
  addLine(plan, step, line)
  plan.calls.set(call, 0)
}

function addStep({ head, tail }: Draft): number {
  head.push(0)
  tail.push(0)
  return head.length - 1
}

function addLine({ head, tail, next, entry }: Draft, step: number, line: number): void {
  const last = tail.at(step)
  if (last !== 0 && entry.at(last - 1) === line) return
  entry.push(line)
  next.push(0)
  if (last === 0) head.set(step, entry.length)
  else next.set(last - 1, entry.length)
  tail.set(step, entry.length)
}

function* refsOf({ lines, refs }: LineIndex, line: number): Generator<number> {
  const end = line + 1 < lines.firstRef.length ? lines.firstRef.at(line + 1) : refs.kind.length
  for (let ref = lines.firstRef.at(line); ref < end; ref += 1) yield ref
}

/** Line numbers by time; those of one time stay as they were read. */
function inOrder(time: Column): Uint32Array {
  const order = Uint32Array.from({ length: time.length }, (_, line) => line)
  const before = (one: number, other: number): number => {
    const difference = time.at(one) - time.at(other)
    return Number.isNaN(difference) || difference === 0 ? one - other : difference
  }
  return order.sort(before)
}

function minusOne(value: number): number | null {
  return value === 0 ? null : value - 1
}
