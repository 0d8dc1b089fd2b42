import { createContext, use } from 'react'
import { paths } from '../app/router.ts'

/** Where the screens above were left; null: one has not come from there. */
export interface Left {
  readonly list: string | null
  /** Of the job of the trial. */
  readonly job: string | null
}

export const LeftAbove = createContext<Left>({ list: null, job: null })

/** Where up leads to: as it was left, else to its start. */
export function useUpPaths(jobName: string): { readonly list: string; readonly job: string } {
  const { list, job } = use(LeftAbove)
  return { list: list ?? '/runs', job: job ?? paths.job(jobName) }
}
