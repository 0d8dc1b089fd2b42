import { useState } from 'react'
import { toggleRows } from '../../components/use-selection.ts'
import type { TaskRow } from './task-rows.ts'

export interface Chosen {
  readonly keys: ReadonlySet<string>
  readonly names: readonly string[]
  readonly toggle: (key: string, range: boolean) => void
  /** All that the filter leaves, besides what is chosen. */
  readonly addAll: () => void
  readonly clear: () => void
}

/** Tasks of the dataset at `path` that are chosen to be run, also while a filter hides them. Another dataset begins with none. */
export function useChosen(shown: readonly TaskRow[], path: string | null): Chosen {
  const [rows, setRows] = useState<ReadonlyMap<string, TaskRow>>(new Map())
  const [last, setLast] = useState<string | null>(null)
  const [of, setOf] = useState(path)
  if (of !== path) {
    setOf(path)
    setRows(new Map())
    setLast(null)
  }
  return {
    keys: new Set(rows.keys()),
    names: [...rows.values()].map(({ task }) => task.name),
    toggle(key, range) {
      setLast(key)
      setRows((before) => toggleRows(before, shown, keyOf, key, range ? last : null))
    },
    addAll: () => setRows((before) => new Map([...before, ...shown.map((row) => [keyOf(row), row] as const)])),
    clear: () => setRows(new Map()),
  }
}

/** A task's folder is what it is told apart by. */
export function keyOf({ task }: TaskRow): string {
  return task.directory
}
