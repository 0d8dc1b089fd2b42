import { useState } from 'react'
import type { Recording } from '../../../contract/api/trials.ts'
import type { TestItem, TestSummary } from '../../../contract/trial.ts'
import { AnsiText } from '../../components/ansi-text.tsx'
import { Segmented } from '../../components/controls.tsx'
import { DataTable, type Column } from '../../components/data-table.tsx'
import { EmptyState } from '../../components/states.tsx'
import { CopyButton, Value } from '../../components/text.tsx'
import { formatDuration, formatReward } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import { usePaneShown } from '../../app/pane-shown.ts'
import type { KnownTrial } from '../use-trial.ts'
import { RawOutput } from './raw-output.tsx'
import { sortTests, TEST_LOOKS, type NumberedTest } from './test-looks.ts'

/** What the verifier found: its tests, and all that it printed. */
export function VerifierTab({
  known,
  recording,
}: {
  readonly known: KnownTrial
  readonly recording: Recording | undefined
}) {
  const { record } = known.detail
  const tests = record?.tests ?? null
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
        <Rewards rewards={record?.rewards ?? null} />
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

function Rewards({ rewards }: { readonly rewards: Readonly<Record<string, number>> | null }) {
  const entries = Object.entries(rewards ?? {})
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

const COLUMNS: readonly Column<NumberedTest>[] = [
  {
    id: 'status',
    title: 'Status',
    width: '96px',
    cell: ({ test: { status } }) => (
      <span className={TEST_LOOKS[status].color}>
        <span aria-hidden>{TEST_LOOKS[status].glyph}</span> {status}
      </span>
    ),
  },
  {
    id: 'name',
    title: 'Test',
    width: 'minmax(160px, 1fr)',
    cell: ({ test: { name } }) => (
      <span className="font-mono text-xs" title={toVisible(name)}>
        {toVisible(name)}
      </span>
    ),
  },
  {
    id: 'duration',
    title: 'Time',
    width: '64px',
    align: 'right',
    cell: ({ test: { durationMs } }) => <Value>{formatDuration(durationMs)}</Value>,
  },
]

function Tests({ tests }: { readonly tests: readonly NumberedTest[] }) {
  const [current, setCurrent] = useState<string | null>(null)
  const shown = usePaneShown()
  const chosen = tests.find(({ key }) => key === current) ?? tests[0]
  if (chosen === undefined) return <EmptyState title="The verifier listed no test" />
  return (
    <div className="flex min-h-0 flex-1 border-t border-line">
      <div className="flex w-1/2 min-w-80 flex-col border-r border-line">
        <DataTable
          label="Tests"
          columns={COLUMNS}
          row={(index) => tests[index]}
          count={tests.length}
          keyOf={({ key }) => key}
          current={chosen.key}
          onCurrent={({ key }) => setCurrent(key)}
          active={shown}
        />
      </div>
      <TestDetail test={chosen.test} />
    </div>
  )
}

function TestDetail({ test: { name, status, message, trace } }: { readonly test: TestItem }) {
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label="The test"
      className="min-h-0 min-w-0 flex-1 overflow-y-auto px-4 py-2 outline-offset-[-2px]"
    >
      <header className="flex items-start gap-2">
        <h2 className="min-w-0 flex-1 font-mono text-xs break-all">
          <span className={TEST_LOOKS[status].color}>{TEST_LOOKS[status].glyph}</span> {toVisible(name)}
        </h2>
        <CopyButton
          text={[name, message, trace].filter((part) => part !== null).join('\n\n')}
          label="Copy the test’s report"
        />
      </header>
      <Report title="message" text={message} />
      <Report title="trace" text={trace} />
      {message === null && trace === null ? (
        <p className="mt-2 text-dim">
          {status === 'passed' ? 'Passed; nothing more was reported.' : 'Nothing more was reported.'}
        </p>
      ) : null}
    </div>
  )
}

function Report({ title, text }: { readonly title: string; readonly text: string | null }) {
  if (text === null || text === '') return null
  return (
    <section aria-label={title} className="mt-2">
      <h3 className="text-xs text-dim">{title}</h3>
      <AnsiText text={text} />
    </section>
  )
}
