import type { StepOutline } from '../../../contract/api/trials.ts'
import { findRow, PAGE } from './find-row.ts'

/**
 * Row of a trajectory's step that tells what a step of the events told: what its turn became, or a step beside it that
 * says the same and is no turn of the agent itself. The last row where there is none, as for commands that prepared the run.
 */
export async function findSame(
  told: StepOutline,
  total: number,
  loadPage: (offset: number) => Promise<readonly StepOutline[]>,
): Promise<number> {
  const last = Math.max(0, total - 1)
  const { turn } = told
  if (turn === null) return last
  const row = await findRow(total, loadPage, (step) => step.turn, turn)
  if (row === null) return last
  const near = await around(row, total, loadPage)
  const distance = (other: Placed): number => Math.abs(other.row - row)
  const alike = near.filter(({ step }) => isAlike(step, told)).toSorted((a, b) => distance(a) - distance(b))[0]
  return (alike ?? near.find(({ step }) => step.turn === turn))?.row ?? last
}

interface Placed {
  readonly row: number
  readonly step: StepOutline
}

/** The steps of the page that a row is on, and of the next one: what subagents did follows the turn that called them. */
async function around(
  row: number,
  total: number,
  loadPage: (offset: number) => Promise<readonly StepOutline[]>,
): Promise<readonly Placed[]> {
  const first = Math.floor(row / PAGE) * PAGE
  const offsets = [first, first + PAGE].filter((offset) => offset < total)
  const pages = await Promise.all(offsets.map(loadPage))
  return pages.flatMap((steps, page) => steps.map((step, at) => ({ row: first + page * PAGE + at, step })))
}

/** What is no turn of the agent itself has none in a trajectory. */
function isAlike(step: StepOutline, told: StepOutline): boolean {
  return (
    step.summary === told.summary &&
    step.subagent === told.subagent &&
    (step.turn === null || (step.turn === told.turn && !told.subagent))
  )
}
