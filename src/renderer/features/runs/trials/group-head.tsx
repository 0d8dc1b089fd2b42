import { ChevronDown, ChevronRight } from 'lucide-react'
import { RateText } from '../../../components/text.tsx'
import { plural } from '../../../format/format.ts'
import { toVisible } from '../../../format/visible.ts'
import type { ListRow } from './list-rows.ts'

/** The head of a group: what its trials share, how many they are and how they went. */
export function GroupHead({
  row: { group, isOpen },
  onToggle,
}: {
  readonly row: Extract<ListRow, { kind: 'group' }>
  readonly onToggle: (value: string) => void
}) {
  const Chevron = isOpen ? ChevronDown : ChevronRight
  const name = group.value === '' ? 'no model' : toVisible(group.value)
  return (
    <span className="grid grid-cols-[minmax(0,420px)_90px_auto] items-center gap-3">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => onToggle(group.value)}
        className="inline-flex min-w-0 items-center gap-1.5"
      >
        <Chevron size={14} aria-hidden className="shrink-0 text-dim" />
        <span className="truncate font-semibold">{name}</span>
      </button>
      <span className="text-right text-dim tabular">{plural(group.count, 'trial')}</span>
      {group.rate === null ? null : <RateText rate={group.rate} />}
    </span>
  )
}
