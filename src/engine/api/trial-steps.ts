import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { Step, StepKind, StepOutline } from '../../contract/api/trials.ts'
import { outlineOfEvents, stepOfEvents, type StepEvents } from '../../core/steps/from-events.ts'
import { readTrajectorySteps, type TrajectorySteps } from '../../core/steps/from-trajectory.ts'
import { shown } from '../../core/steps/text.ts'
import { parseEventLine } from '../../core/job/event-line.ts'
import { TRAJECTORY_FILE } from '../../node/read/layout.ts'
import { readTextBelow } from '../../node/read/safe-read.ts'
import type { StepLines } from '../../node/sqlite/step-table.ts'
import type { IndexStore } from '../../node/sqlite/sqlite-store.ts'
import { readOutputPiece } from './follow-output.ts'

export interface OutlineQuery {
  readonly kinds?: readonly StepKind[] | undefined
  readonly text?: string | undefined
  readonly offset: number
  readonly limit: number
}

export interface Outline {
  readonly total: number
  readonly steps: StepOutline[]
  readonly firstError: number | null
  readonly origin: 'trajectory' | 'events' | 'none'
}

/** Steps of trials: as the agent's own trajectory tells them, else as their events do. */
export interface TrialSteps {
  outline(stream: string, directory: string, query: OutlineQuery): Promise<Outline>
  steps(stream: string, directory: string, indices: readonly number[]): Promise<Step[]>
}

/** A larger document is not parsed: the trial's events tell its steps. */
const MAX_TRAJECTORY_BYTES = 64 * 1024 ** 2
/** So many documents are held. */
const HELD = 3
/** Output of a command that is shown with its step. */
const OUTPUT_BYTES = 64 * 1024

export function createTrialSteps(index: Pick<IndexStore, 'stepPage' | 'steps'>): TrialSteps {
  const held = new Map<string, { readonly stamp: string; readonly steps: TrajectorySteps | null }>()

  function trajectoryOf(directory: string): TrajectorySteps | null {
    const path = join(directory, TRAJECTORY_FILE)
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false })
    if (stats?.isFile() !== true || stats.size > MAX_TRAJECTORY_BYTES) return null
    const stamp = `${stats.ino}:${stats.size}:${stats.mtimeNs}`
    const known = held.get(directory)
    if (known?.stamp === stamp) return known.steps
    const text = readTextBelow(directory, TRAJECTORY_FILE.split('/'), MAX_TRAJECTORY_BYTES)
    const steps = text === null ? null : readTrajectorySteps(text)
    held.delete(directory)
    held.set(directory, { stamp, steps })
    for (const oldest of [...held.keys()].slice(0, -HELD)) held.delete(oldest)
    return steps
  }

  return {
    async outline(stream, directory, query) {
      const trajectory = trajectoryOf(directory)
      if (trajectory !== null) return outlineOf(trajectory, query)
      const { kinds = null, text = null, offset, limit } = query
      const isAll = kinds === null || kinds.length === 0
      const wanted = { kinds: isAll ? null : kinds, text: text === '' ? null : text, offset, limit }
      const page = await index.stepPage(stream, wanted)
      const steps = page.steps.flatMap((lines) => toEvents(lines) ?? []).map(outlineOfEvents)
      return { ...page, steps, origin: page.total === 0 && isAll && wanted.text === null ? 'none' : 'events' }
    },
    async steps(stream, directory, indices) {
      const trajectory = trajectoryOf(directory)
      if (trajectory !== null)
        return indices.filter((at) => at >= 0 && at < trajectory.length).map((at) => trajectory.step(at))
      const found = await index.steps(stream, indices)
      return found.flatMap((lines) => {
        const events = toEvents(lines)
        return events === null ? [] : [stepOfEvents(events, printedBy(events, lines, directory))]
      })
    },
  }
}

function outlineOf(trajectory: TrajectorySteps, { kinds = [], text = '', offset, limit }: OutlineQuery): Outline {
  const all = Array.from({ length: trajectory.length }, (_, at) => at)
  const outlines = kinds.length === 0 && text === '' ? null : all.map((at) => trajectory.outline(at))
  const found = all.filter((at) => {
    const kind = outlines?.[at]?.kind
    return (
      (kinds.length === 0 || (kind !== undefined && kinds.includes(kind))) &&
      (text === '' || trajectory.mentions(at, text))
    )
  })
  const firstError = all.find((at) => (outlines?.[at] ?? trajectory.outline(at)).isError) ?? null
  return {
    total: found.length,
    steps: found.slice(offset, offset + limit).map((at) => outlines?.[at] ?? trajectory.outline(at)),
    firstError,
    origin: 'trajectory',
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
