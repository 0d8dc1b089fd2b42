import { toVisible } from '../../../format/visible.ts'
import { MiddleTruncated } from '../../../components/text.tsx'
import { kindOf, labelOf, type Dimension, type GridLine } from './to-grid.ts'

/** `✗ 0/5`, `≈ 2/5`, `5/5`; what runs or waits does not count. */
function LineTotal({ line }: { readonly line: GridLine }) {
  const kind = kindOf(line)
  if (kind === 'open')
    return (
      <span className="text-dim" title="none has ended">
        –
      </span>
    )
  const sign = { never: '✗', mixed: '≈', always: '' }[kind]
  const color = { never: 'text-failure', mixed: 'text-timeout', always: 'text-dim' }[kind]
  const words = { never: 'never resolved', mixed: 'some resolved, some not', always: 'always resolved' }[kind]
  return (
    <span
      className={`whitespace-nowrap text-xs tabular ${color}`}
      title={`${line.resolved} of ${line.ended}: ${words}`}
    >
      <span aria-hidden>{sign}</span> {line.resolved}/{line.ended}
    </span>
  )
}

export function RowHead({ line, dimension }: { readonly line: GridLine; readonly dimension: Dimension }) {
  return (
    <span className="flex w-full items-center gap-2 pr-2 pl-(--page)">
      <span className="min-w-0 flex-1 truncate">
        <MiddleTruncated text={toVisible(labelOf(line.key, dimension))} />
      </span>
      <LineTotal line={line} />
    </span>
  )
}

/** `upright`: the columns are too narrow for names beside each other. */
export function ColumnHead({
  line,
  dimension,
  upright,
}: {
  readonly line: GridLine
  readonly dimension: Dimension
  readonly upright: boolean
}) {
  const label = toVisible(labelOf(line.key, dimension))
  return (
    <span className="flex h-full flex-col items-center justify-end gap-0.5 pb-1" title={toVisible(line.key)}>
      {upright ? (
        <span className="min-h-0 flex-1 rotate-180 truncate text-xs [writing-mode:vertical-rl]">{label}</span>
      ) : (
        <span className="flex w-full min-w-0 justify-center px-1">
          <MiddleTruncated text={label} />
        </span>
      )}
      <LineTotal line={line} />
    </span>
  )
}
