import type { StepKind, StepOutline } from '../../contract/api/trials.ts'
import type { TrajectorySteps } from './from-trajectory.ts'

/** Which steps of a document are asked for; all conditions hold together, null and false say nothing. */
export interface TrajectoryQuery {
  readonly kinds: readonly StepKind[] | null
  readonly text: string | null
  readonly errors: boolean
  readonly offset: number
  readonly limit: number
}

export interface TrajectoryPage {
  /** Steps that the query leaves. */
  readonly total: number
  readonly steps: readonly StepOutline[]
  /** Of all. */
  readonly firstError: number | null
}

/** Pages of one document. What a filter left last is kept, as a list is asked for page by page. */
export function createTrajectoryPages(document: TrajectorySteps): (query: TrajectoryQuery) => TrajectoryPage {
  const all = Array.from({ length: document.length }, (_, index) => index)
  let firstError: number | null | undefined
  let kept: { readonly key: string; readonly found: readonly number[] } | null = null

  function find({ kinds, text, errors }: Pick<TrajectoryQuery, 'kinds' | 'text' | 'errors'>): readonly number[] {
    if (kinds === null && text === null && !errors) return all
    return all.filter((index) => {
      const { kind, isError } = document.outline(index)
      if ((kinds !== null && !kinds.includes(kind)) || (errors && !isError)) return false
      return text === null || document.mentions(index, text)
    })
  }

  return ({ offset, limit, ...filter }) => {
    const key = JSON.stringify(filter)
    if (kept?.key !== key) kept = { key, found: find(filter) }
    if (firstError === undefined) firstError = all.find((index) => document.outline(index).isError) ?? null
    const steps = kept.found.slice(offset, offset + limit).map((index) => document.outline(index))
    return { total: kept.found.length, steps, firstError }
  }
}
