import { useMemo, useState, type ReactNode } from 'react'
import { PaneShown, usePaneShown } from '../../app/pane-shown.ts'
import { toPath, useAddress, type Address } from '../../app/router.ts'
import { TrialScreen } from '../../trial/trial-screen.tsx'
import { LeftAbove } from '../../trial/up-paths.ts'
import { KeptAddress } from './address.ts'
import { JobScreen } from './job/job-screen.tsx'
import { JobsScreen } from './jobs/jobs-screen.tsx'
import { AllTrials } from './trials/all-trials.tsx'

/**
 * Jobs, their trials, and one trial, by address. What one came from stays below, so that it is found as it was left:
 * its selection, its scroll, its groups. What is on top comes first, so that `/` finds its search.
 */
export function Runs() {
  const here = useAddress('runs')
  const { list, job } = useLayers(here)
  const [jobName, trialName] = here.parts
  const jobOfLayer = job?.parts[0]
  const left = useMemo(
    () => ({ list: list === null ? null : toPath(list), job: job === null ? null : toPath(job) }),
    [list, job],
  )
  return (
    <LeftAbove value={left}>
      {jobName === undefined || trialName === undefined ? null : (
        <TrialScreen jobName={jobName} trialName={trialName} />
      )}
      {job === null || jobOfLayer === undefined ? null : (
        <Layer key={jobOfLayer} address={job} isTop={trialName === undefined && jobName !== undefined}>
          <JobScreen jobName={jobOfLayer} />
        </Layer>
      )}
      {list === null ? null : (
        <Layer address={list} isTop={jobName === undefined}>
          {list.query['view'] === 'trials' ? <AllTrials /> : <JobsScreen />}
        </Layer>
      )}
    </LeftAbove>
  )
}

interface Layers {
  readonly list: Address | null
  readonly job: Address | null
}

/** Where the screens above which this one lies were left. */
function useLayers(here: Address): Layers {
  const [kept, setKept] = useState<Layers>({ list: null, job: null })
  const next = toLayers(kept, here)
  if (next.list !== kept.list || next.job !== kept.job) setKept(next)
  return next
}

function toLayers(kept: Layers, here: Address): Layers {
  const [jobName, trialName] = here.parts
  if (jobName === undefined) return { list: here, job: null }
  if (trialName === undefined) return { list: kept.list, job: here }
  return { list: kept.list, job: kept.job?.parts[0] === jobName ? kept.job : null }
}

function Layer({
  address,
  isTop,
  children,
}: {
  readonly address: Address
  readonly isTop: boolean
  readonly children: ReactNode
}) {
  const shown = usePaneShown()
  return (
    <div hidden={!isTop} className="flex min-h-0 min-w-0 flex-1 flex-col">
      <PaneShown value={shown && isTop}>
        <KeptAddress value={address}>{children}</KeptAddress>
      </PaneShown>
    </div>
  )
}
