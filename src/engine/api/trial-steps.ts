import type { Step, StepKind, StepOutline } from '../../contract/api/trials.ts'
import { parseEventLine } from '../../core/job/event-line.ts'
import { outlineOfEvents, stepOfEvents, type StepEvents } from '../../core/steps/from-events.ts'
import { shown } from '../../core/steps/text.ts'
import type { StepLines } from '../../node/sqlite/step-table.ts'
import type { IndexStore } from '../../node/sqlite/sqlite-store.ts'
import { readOutputPiece } from './follow-output.ts'

export interface OutlineQuery {
  readonly kinds?: readonly StepKind[] | undefined
  readonly text?: string | undefined
  readonly errors?: boolean | undefined
  readonly offset: number
  readonly limit: number
}

export interface Outline {
  readonly total: number
  readonly steps: StepOutline[]
  readonly firstError: number | null
  readonly origin: 'trajectory' | 'events' | 'none'
  readonly issue: string | null
}

/** Steps of trials: as the agent's own trajectory tells them, else as their events do. */
export interface TrialSteps {
  outline(stream: string, query: OutlineQuery): Promise<Outline>
  /** `directory`: of the trial, where its output stands. */
  steps(stream: string, directory: string, indices: readonly number[]): Promise<Step[]>
}

/** Output of a command that is shown with its step. */
const OUTPUT_BYTES = 64 * 1024

export function createTrialSteps(
  index: Pick<IndexStore, 'stepPage' | 'steps' | 'trajectoryPage' | 'trajectorySteps'>,
): TrialSteps {
  return {
    async outline(stream, { kinds = [], text = '', errors = false, offset, limit }) {
      const filter = { kinds: kinds.length === 0 ? null : kinds, text: text === '' ? null : text, errors }
      const query = { ...filter, offset, limit }
      const { page: told, issue } = await index.trajectoryPage(stream, query)
      if (told !== null) return { ...told, steps: [...told.steps], origin: 'trajectory', issue: null }
      const page = await index.stepPage(stream, query)
      const steps = page.steps.flatMap((lines) => toEvents(lines) ?? []).map(outlineOfEvents)
      const isWhole = filter.kinds === null && filter.text === null && !errors
      return { ...page, steps, origin: page.total === 0 && isWhole ? 'none' : 'events', issue }
    },
    async steps(stream, directory, indices) {
      const told = await index.trajectorySteps(stream, indices)
      if (told !== null) return [...told]
      const found = await index.steps(stream, indices)
      return found.flatMap((lines) => {
        const events = toEvents(lines)
        return events === null ? [] : [stepOfEvents(events, printedBy(events, lines, directory))]
      })
    },
  }
}

function toEvents({ index, line, end, outputTo }: StepLines): StepEvents | null {
  const event = parseEventLine(line)
  return event === null ? null : { index, event, end: end === null ? null : parseEventLine(end), outputTo }
}

/** What was printed between the start of a command and the next step. */
function printedBy({ event }: StepEvents, { outputFrom, outputTo }: StepLines, directory: string) {
  if (event.type !== 'command.started' || outputTo === null) return null
  const from = outputFrom ?? 0
  if (outputTo <= from) return null
  const { text } = readOutputPiece(directory, from, Math.min(OUTPUT_BYTES, outputTo - from))
  return shown(text, outputTo - from > OUTPUT_BYTES)
}
