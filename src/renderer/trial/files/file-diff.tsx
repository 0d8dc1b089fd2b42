import { useMemo } from 'react'
import type { TrialRef } from '../../../contract/api/common.ts'
import { useCall } from '../../client/queries.ts'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { toVisible } from '../../format/visible.ts'
import { diffLines, type DiffLine } from './line-diff.ts'

const LOOKS: Readonly<Record<DiffLine['kind'], { readonly sign: string; readonly color: string }>> = {
  same: { sign: ' ', color: 'text-dim' },
  removed: { sign: '−', color: 'text-failure' },
  added: { sign: '+', color: 'text-success' },
}

/** What the agent made of a file of its task. */
export function FileDiff({
  trial,
  path,
  directory,
  counterpart,
}: {
  readonly trial: TrialRef
  readonly path: string
  readonly directory: string
  readonly counterpart: string
}) {
  const after = useCall('trials.readFile', { ...trial, path })
  const before = useCall('tasks.readFile', { directory, path: counterpart })
  const a = before.data?.text ?? null
  const b = after.data?.text ?? null
  const isCut = before.data?.truncated === true || after.data?.truncated === true
  const lines = useMemo(() => (a === null || b === null || isCut ? null : diffLines(a, b)), [a, b, isCut])
  const error = before.error ?? after.error
  if (error !== null) return <ErrorState error={error} />
  if (before.data === undefined || after.data === undefined) return <Skeleton />
  if (lines === null) {
    return (
      <EmptyState
        title="They cannot be compared line by line"
        hint="One of them is no text, too long, or they share too little."
      />
    )
  }
  if (lines.every(({ kind }) => kind === 'same')) {
    return <EmptyState title={`The same as the task’s ${toVisible(counterpart)}`} />
  }
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label="Difference"
      className="min-h-0 flex-1 overflow-auto p-3 outline-offset-[-2px]"
    >
      <p className="pb-1 text-xs text-dim">− the task’s {toVisible(counterpart)}, + the trial’s</p>
      <pre className="font-mono text-xs whitespace-pre-wrap">
        {lines.map(({ kind, text }, index) => (
          <div key={index} className={LOOKS[kind].color}>
            {LOOKS[kind].sign} {text}
          </div>
        ))}
      </pre>
    </div>
  )
}
