import { TrialColumn } from '../../../../contract/api/trials.ts'
import type { TableSort } from '../../../components/data-table.tsx'

const NEWEST_FIRST: TableSort = { column: 'startedAt', descending: true }

/** `costUsd` or `-costUsd` of an address; what is no column is the newest first. */
export function parseSort(text: string | undefined): TableSort {
  const column = TrialColumn.safeParse(text?.replace(/^-/, ''))
  return column.success ? { column: column.data, descending: text?.startsWith('-') === true } : NEWEST_FIRST
}

export function toSortText({ column, descending }: TableSort): string {
  return `${descending ? '-' : ''}${column}`
}

/** As the engine sorts. */
export function toTrialSort({ column, descending }: TableSort): { column: TrialColumn; descending: boolean } {
  const known = TrialColumn.safeParse(column)
  return known.success ? { column: known.data, descending } : { column: 'startedAt', descending: true }
}
