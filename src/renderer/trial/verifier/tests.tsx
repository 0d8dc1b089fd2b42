import { useState } from 'react'
import type { TestItem } from '../../../contract/trial.ts'
import { usePaneShown } from '../../app/pane-shown.ts'
import { AnsiText } from '../../components/ansi-text.tsx'
import { DataTable, type Column } from '../../components/data-table.tsx'
import { EmptyState } from '../../components/states.tsx'
import { CopyButton, Value } from '../../components/text.tsx'
import { formatDuration } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import { TEST_LOOKS, type NumberedTest } from './test-looks.ts'

/** The verifier's tests, the failed ones first, beside the report of one. */
export function Tests({ tests }: { readonly tests: readonly NumberedTest[] }) {
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
