import { JobColumn, type JobSort } from '../../../../contract/api/jobs.ts'
import type { TableSort } from '../../../components/data-table.tsx'

/** As the engine gives them without being asked for an order. */
const NEWEST_FIRST: JobSort = { column: 'startedAt', descending: true }

/** `costUsd` or `-costUsd` of an address; what is no column is the newest first. */
export function parseJobSort(text: string | undefined): JobSort {
  const column = JobColumn.safeParse(text?.replace(/^-/, ''))
  return column.success ? { column: column.data, descending: text?.startsWith('-') === true } : NEWEST_FIRST
}

/** Null: the order that an address without one stands for. */
export function toJobSortText({ column, descending }: TableSort): string | null {
  return isNewestFirst({ column, descending }) ? null : `${descending ? '-' : ''}${column}`
}

export function isNewestFirst({ column, descending }: TableSort): boolean {
  return column === NEWEST_FIRST.column && descending === NEWEST_FIRST.descending
}
