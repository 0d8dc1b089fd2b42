import { useState } from 'react'
import type { Recording } from '../../../contract/api/trials.ts'
import type { TestSummary } from '../../../contract/trial.ts'
import { Segmented } from '../../components/controls.tsx'
import { EmptyState } from '../../components/states.tsx'
import { formatReward } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import type { KnownTrial } from '../use-trial.ts'
import { RawOutput } from './raw-output.tsx'
import { sortTests } from './test-looks.ts'
import { Tests } from './tests.tsx'

/** What the verifier found: its tests, and all that it printed. */
export function VerifierTab({
  known,
  recording,
}: {
  readonly known: KnownTrial
  readonly recording: Recording | undefined
}) {
  const { tests, record } = known.detail
  const [view, setView] = useState<'tests' | 'output'>('tests')
  return (
    <>
      <div className="flex flex-wrap items-center gap-4 px-(--page) py-2">
        <Segmented
          label="View"
          value={view}
          choices={[
            { value: 'tests', label: 'Tests' },
            { value: 'output', label: 'Raw output' },
          ]}
          onChange={(next) => setView(next === 'output' ? 'output' : 'tests')}
        />
        <Rewards rewards={record?.rewards ?? null} reward={known.trial.reward} />
        {tests === null ? null : <TestCounts tests={tests} />}
      </div>
      {view === 'output' ? (
        <RawOutput trial={known.ref} recording={recording} isRunning={known.isRunning} />
      ) : tests === null ? (
        <EmptyState
          title={known.isRunning ? 'Not verified yet' : 'No list of tests'}
          hint={
            known.isRunning
              ? 'The verifier runs when the agent has ended.'
              : 'The verifier wrote no ctrf.json; the raw output and verifier/ under Files have what it said.'
          }
        />
      ) : (
        <Tests tests={sortTests(tests.items)} />
      )}
    </>
  )
}

/** Of a trial that Harbor ran the one that decides is known. */
function Rewards({
  rewards,
  reward,
}: {
  readonly rewards: Readonly<Record<string, number>> | null
  readonly reward: number | null
}) {
  const entries = Object.entries(rewards ?? (reward === null ? {} : { reward }))
  if (entries.length === 0) return <span className="text-dim">no reward was written</span>
  return entries.map(([name, value]) => (
    <span key={name}>
      <span className="text-dim">{toVisible(name)}</span> <span className="tabular">{formatReward(value)}</span>
    </span>
  ))
}

function TestCounts({ tests: { passed, failed, skipped, total } }: { readonly tests: TestSummary }) {
  return (
    <span className="text-dim tabular">
      {passed} passed, {failed} failed, {skipped} skipped of {total}
    </span>
  )
}
