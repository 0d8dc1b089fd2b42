import { create } from 'zustand'
import type { RunRequestInput } from '../../contract/api/jobs.ts'

/** What the run dialog starts from: chosen tasks of a dataset, or a whole one; and what is already settled. */
export interface RunDraft {
  /** Absolute path of the dataset; null: the default one. */
  readonly datasetPath: string | null
  /** Names within it; null: all. */
  readonly taskNames: readonly string[] | null
  /** Of an earlier job, to be run again or changed. */
  readonly config: RunRequestInput['config'] | null
}

const useRunDialogStore = create<{ readonly draft: RunDraft | null }>(() => ({ draft: null }))

export function openRunDialog(draft: Partial<RunDraft> = {}): void {
  useRunDialogStore.setState({ draft: { datasetPath: null, taskNames: null, config: null, ...draft } })
}

export function closeRunDialog(): void {
  useRunDialogStore.setState({ draft: null })
}

/** What is being set up; null: the dialog is closed. */
export function useRunDraft(): RunDraft | null {
  return useRunDialogStore((store) => store.draft)
}
