import { useState } from 'react'
import type { TrialRef } from '../../../contract/api/common.ts'
import { setQuery, useAddress } from '../../app/router.ts'
import { trialKey } from '../../stores/live.ts'

/** A trial whose output is looked at, for as long as the user wants: also when it has ended. */
export interface Watched {
  /** That of its view in the address, from which it is known again after a reload. */
  readonly id: string
  readonly trial: TrialRef
  /** Null: not known, it was found in the address. */
  readonly taskName: string | null
}

/** What is watched, with the one that the address names; and which view is shown. */
export function useWatched(): {
  readonly watched: readonly Watched[]
  readonly current: string
  readonly show: (view: string) => void
  readonly watch: (trial: TrialRef, taskName: string) => void
  readonly close: (id: string) => void
} {
  const [kept, setKept] = useState<readonly Watched[]>([])
  const current = useAddress('shell').query['view'] ?? ''
  const asked = parseView(current)
  const watched = asked === null || kept.some(({ id }) => id === asked.id) ? kept : [...kept, asked]
  const show = (view: string): void => {
    setKept(watched)
    setQuery('shell', { view })
  }
  return {
    watched,
    current,
    show,
    watch(trial, taskName) {
      const id = toView(trial)
      setKept([...watched.filter((one) => one.id !== id), { id, trial, taskName }])
      setQuery('shell', { view: id })
    },
    close(id) {
      setKept(watched.filter((one) => one.id !== id))
      if (id === current) setQuery('shell', { view: '' })
    },
  }
}

const PREFIX = 'output:'

function toView(trial: TrialRef): string {
  return `${PREFIX}${trialKey(trial)}`
}

function parseView(view: string): Watched | null {
  const [jobName = '', trialName = '', ...others] = view.slice(PREFIX.length).split('/')
  if (!view.startsWith(PREFIX) || jobName === '' || trialName === '' || others.length > 0) return null
  return { id: view, trial: { jobName, trialName }, taskName: null }
}
