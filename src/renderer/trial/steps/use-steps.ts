import { useEffect, useState } from 'react'
import type { TrialRef } from '../../../contract/api/common.ts'
import { StepKind, type StepOutline } from '../../../contract/api/trials.ts'
import { usePaneShown } from '../../app/panes.tsx'
import { setQuery, useAddress } from '../../app/router.ts'
import { useOutline, type Outline, type StepChoice } from './use-outline.ts'

/** The steps of a trial with the one that is looked at. */
export interface Steps {
  readonly outline: Outline
  readonly choice: StepChoice
  readonly choose: (choice: StepChoice) => void
  /** The current row of the list. */
  readonly row: number
  /** The current step; undefined: not loaded, or there is none. */
  readonly current: StepOutline | undefined
  /** The newest step is current, as the trial goes on. */
  readonly following: boolean
  /** Set when the user, not the terminal or the trial, chose the row: the terminal then goes along. */
  readonly chosenAt: number
  readonly select: (row: number) => void
  readonly selectByTerminal: (row: number) => void
  readonly follow: () => void
  /** Shows the first step with an error. */
  readonly toFirstError: () => void
}

/** The current step, the filter and the search stand in the address, so that they can be copied and come back. */
export function useSteps(ref: TrialRef, isRunning: boolean): Steps {
  const { query } = useAddress('runs')
  const [choice, setChoice] = useState<StepChoice>(() => toChoice(query))
  const [state, setState] = useState(() => ({
    // In a filtered list nobody knows yet where it stands.
    row: choice.kinds.length === 0 && choice.text === '' ? toIndex(query['step']) : 0,
    following: isRunning && query['step'] === undefined,
    chosenAt: 0,
  }))
  const outline = useOutline(ref, choice, [state.row], isRunning)
  const total = outline.total ?? 0
  const row = state.following ? Math.max(0, total - 1) : Math.min(state.row, Math.max(0, total - 1))
  const current = outline.at(row)
  useAddressOf(current?.index ?? null, choice, state.following || (state.chosenAt === 0 && query['step'] === undefined))

  const moveTo = (next: number, byUser: boolean): void =>
    setState((before) => ({
      row: Math.max(0, Math.min(next, Math.max(0, total - 1))),
      following: false,
      chosenAt: byUser ? before.chosenAt + 1 : before.chosenAt,
    }))
  return {
    outline,
    choice,
    row,
    current,
    following: state.following && isRunning,
    chosenAt: state.chosenAt,
    select: (next) => moveTo(next, true),
    selectByTerminal: (next) => moveTo(next, false),
    follow: () => setState((before) => ({ ...before, following: true })),
    choose(next) {
      const isWhole = next.kinds.length === 0 && next.text === ''
      setChoice(next)
      // In the whole list a step stands at its number; in a filtered one the first that was found is looked at.
      setState((before) => ({ ...before, row: isWhole ? (current?.index ?? 0) : 0, following: false }))
    },
    toFirstError() {
      const { firstError } = outline
      if (firstError === null) return
      setChoice(WHOLE)
      setState((before) => ({ row: firstError, following: false, chosenAt: before.chosenAt + 1 }))
    },
  }
}

const WHOLE: StepChoice = { kinds: [], text: '' }

/** The address follows after a moment: browsers refuse to change it as fast as a held key does. */
const ADDRESS_DELAY_MS = 400

function useAddressOf(index: number | null, { kinds, text }: StepChoice, isDefault: boolean): void {
  const step = index === null || isDefault ? null : String(index)
  const chosenKinds = kinds.length === 0 ? null : kinds.join(',')
  const find = text === '' ? null : text
  const { query } = useAddress('runs')
  const shown = usePaneShown()
  const isThere =
    (query['step'] ?? null) === step && (query['kinds'] ?? null) === chosenKinds && (query['find'] ?? null) === find
  useEffect(() => {
    if (isThere || !shown) return undefined
    const timer = setTimeout(() => setQuery('runs', { step, kinds: chosenKinds, find }), ADDRESS_DELAY_MS)
    return () => clearTimeout(timer)
  }, [isThere, shown, step, chosenKinds, find])
}

function toChoice(query: Readonly<Record<string, string>>): StepChoice {
  const kinds = (query['kinds'] ?? '').split(',').flatMap((kind) => StepKind.safeParse(kind).data ?? [])
  return { kinds, text: query['find'] ?? '' }
}

function toIndex(text: string | undefined): number {
  const index = Number(text ?? 0)
  return Number.isSafeInteger(index) && index >= 0 ? index : 0
}
