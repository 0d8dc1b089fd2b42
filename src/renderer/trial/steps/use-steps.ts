import { useEffect, useEffectEvent, useRef, useState } from 'react'
import type { TrialRef } from '../../../contract/api/common.ts'
import { StepKind, type StepOutline } from '../../../contract/api/trials.ts'
import type { TrialRow } from '../../../contract/rows.ts'
import { usePaneShown } from '../../app/pane-shown.ts'
import { setQuery, useAddress } from '../../app/router.ts'
import { useOutline, type Outline, type StepChoice } from './use-outline.ts'
import { useSameStep } from './use-same-step.ts'

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
export function useSteps(ref: TrialRef, state: TrialRow['state']): Steps {
  const { query } = useAddress('runs')
  const [choice, setChoice] = useState<StepChoice>(() => toChoice(query))
  const isWhole = choice.kinds.length === 0 && choice.text === ''
  const isRunning = state === 'running'
  const [place, setPlace] = useState(() => ({
    // In a filtered list nobody knows yet where it stands.
    row: isWhole ? toIndex(query['step']) : 0,
    following: state !== 'finished' && query['step'] === undefined,
    chosenAt: query['step'] === undefined ? 0 : 1,
  }))
  const outline = useOutline(ref, choice, [place.row], isRunning)
  const total = outline.total ?? 0
  const row = place.following ? Math.max(0, total - 1) : Math.min(place.row, Math.max(0, total - 1))
  const here = outline.at(row)
  const isSought = useSameStep(outline, place.following ? null : place.row, here, (found) =>
    setPlace((before) => ({ ...before, row: found })),
  )
  const current = isSought ? undefined : here
  const moveTo = (next: number, byUser: boolean): void =>
    setPlace((before) => ({
      row: Math.max(0, next),
      following: false,
      chosenAt: byUser ? before.chosenAt + 1 : before.chosenAt,
    }))
  useAddressOf({
    index: place.following || place.chosenAt === 0 ? null : (current?.index ?? null),
    isKnown: place.following || place.chosenAt === 0 || current !== undefined || outline.total === 0,
    choice,
    onAsked: (index) => (isWhole ? moveTo(index, true) : undefined),
  })

  return {
    outline,
    choice,
    row,
    current,
    following: place.following && isRunning,
    chosenAt: place.chosenAt,
    select: (next) => moveTo(Math.min(next, total - 1), true),
    selectByTerminal: (next) => moveTo(next, false),
    follow: () => setPlace((before) => ({ ...before, following: true })),
    choose(next) {
      const isNextWhole = next.kinds.length === 0 && next.text === ''
      setChoice(next)
      // In the whole list a step stands at its number; in a filtered one the first that was found is looked at.
      setPlace((before) => ({ ...before, row: isNextWhole ? (current?.index ?? 0) : 0, following: false }))
    },
    toFirstError() {
      const { firstError } = outline
      if (firstError === null) return
      setChoice(WHOLE)
      setPlace((before) => ({ row: firstError, following: false, chosenAt: before.chosenAt + 1 }))
    },
  }
}

const WHOLE: StepChoice = { kinds: [], text: '' }

/** The address follows after a moment: browsers refuse to change it as fast as a held key does. */
const ADDRESS_DELAY_MS = 400

/**
 * Keeps the address at what is looked at. `index` null: nothing that was chosen. `onAsked`: a link within the trial, or
 * the user in the address bar, asks for another step.
 */
function useAddressOf({
  index,
  isKnown,
  choice: { kinds, text },
  onAsked,
}: {
  readonly index: number | null
  readonly isKnown: boolean
  readonly choice: StepChoice
  readonly onAsked: (index: number) => void
}): void {
  const step = index === null ? null : String(index)
  const chosenKinds = kinds.length === 0 ? null : kinds.join(',')
  const find = text === '' ? null : text
  const { query } = useAddress('runs')
  const shown = usePaneShown()
  const asked = query['step'] ?? null
  const isThere = asked === step && (query['kinds'] ?? null) === chosenKinds && (query['find'] ?? null) === find
  const written = useRef(asked)
  const ask = useEffectEvent(onAsked)
  useEffect(() => {
    if (asked === null || asked === written.current) return
    written.current = asked
    ask(toIndex(asked))
  }, [asked])
  useEffect(() => {
    if (isThere || !isKnown || !shown) return undefined
    const timer = setTimeout(() => {
      written.current = step
      setQuery('runs', { step, kinds: chosenKinds, find })
    }, ADDRESS_DELAY_MS)
    return () => clearTimeout(timer)
  }, [isThere, isKnown, shown, step, chosenKinds, find])
}

function toChoice(query: Readonly<Record<string, string>>): StepChoice {
  const kinds = (query['kinds'] ?? '').split(',').flatMap((kind) => StepKind.safeParse(kind).data ?? [])
  return { kinds, text: query['find'] ?? '' }
}

function toIndex(text: string | undefined): number {
  const index = Number(text ?? 0)
  return Number.isSafeInteger(index) && index >= 0 ? index : 0
}
