import { ListFilter } from 'lucide-react'
import { useState } from 'react'
import { TrialEventBody, type StoredEvent } from '../../../contract/events.ts'
import { usePaneShown } from '../../app/pane-shown.ts'
import { setQuery, useAddress } from '../../app/router.ts'
import { Code } from '../../components/code.tsx'
import { Button, Chip } from '../../components/controls.tsx'
import { DataTable, type Column } from '../../components/data-table.tsx'
import { Menu } from '../../components/menu.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { CopyButton } from '../../components/text.tsx'
import { formatClock, plural } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import type { KnownTrial } from '../use-trial.ts'
import { toEventSummary } from './event-summary.ts'
import { useAllEvents, useEventsOfTypes } from './use-events.ts'

const TYPES: readonly string[] = TrialEventBody.options.map((option) => option.shape.type.value)

/** Everything that happened, as it was recorded. */
export function EventsTab({ known, lastSeq }: { readonly known: KnownTrial; readonly lastSeq: number | null }) {
  const { query } = useAddress('runs')
  const types = (query['types'] ?? '').split(',').filter((type) => TYPES.includes(type))
  const all = useAllEvents(known.ref, lastSeq, types.length === 0)
  const some = useEventsOfTypes(known.ref, types, types.length > 0)
  const list = types.length === 0 ? all : some
  const [current, setCurrent] = useState<StoredEvent | null>(null)
  const shown = usePaneShown()
  const toggle = (type: string): void => {
    const next = types.includes(type) ? types.filter((other) => other !== type) : [...types, type]
    setQuery('runs', { types: next.length === 0 ? null : next.join(',') })
  }
  return (
    <>
      <div className="flex flex-wrap items-center gap-1.5 px-(--page) py-1.5">
        <span className="text-dim tabular">
          {list.count === null ? '' : `${plural(list.count, 'event')}${list.hasMore ? ' and more' : ''}`}
        </span>
        <Menu
          trigger={
            <Button tone="quiet">
              <ListFilter size={13} aria-hidden /> Type
            </Button>
          }
          items={TYPES.map((type) => ({ label: type, checked: types.includes(type), onSelect: () => toggle(type) }))}
        />
        {types.map((type) => (
          <Chip key={type} onRemove={() => toggle(type)}>
            {type}
          </Chip>
        ))}
      </div>
      {list.error !== null ? <ErrorState error={list.error} retry={list.retry} /> : null}
      {list.count === null ? (
        list.error === null ? (
          <Skeleton />
        ) : null
      ) : (
        <div className="flex min-h-0 flex-1 border-t border-line">
          <DataTable
            label="Events"
            columns={COLUMNS}
            row={list.at}
            count={list.count}
            keyOf={({ seq }) => String(seq)}
            onVisible={list.see}
            current={current === null ? null : String(current.seq)}
            onCurrent={setCurrent}
            active={shown}
            empty={
              types.length > 0 ? (
                <EmptyState title="No event of these types">
                  <Button onClick={() => setQuery('runs', { types: null })}>Show all events</Button>
                </EmptyState>
              ) : (
                <EmptyState title="No events" hint="A trial that another program ran has none." />
              )
            }
          />
          {current === null ? null : <EventDetail event={current} />}
        </div>
      )}
    </>
  )
}

const COLUMNS: readonly Column<StoredEvent>[] = [
  { id: 'seq', title: '#', width: '64px', align: 'right', cell: ({ seq }) => seq },
  {
    id: 'at',
    title: 'Time',
    width: '104px',
    cell: ({ at }) => (
      <span className="font-mono text-xs" title={at}>
        {formatClock(at, 3)}
      </span>
    ),
  },
  { id: 'type', title: 'Type', width: '148px', cell: ({ type }) => type },
  {
    id: 'summary',
    title: 'What',
    width: 'minmax(120px, 1fr)',
    cell: (event) => <span className="font-mono text-xs text-dim">{toVisible(toEventSummary(event))}</span>,
  },
]

function EventDetail({ event }: { readonly event: StoredEvent }) {
  const json = JSON.stringify(event, null, 2)
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label="The event"
      className="w-2/5 min-w-72 shrink-0 overflow-auto border-l border-line p-3 outline-offset-[-2px]"
    >
      <header className="flex items-center gap-2 pb-1">
        <h2 className="font-semibold">
          {event.seq} <span className="font-normal text-dim">{event.type}</span>
        </h2>
        <span className="ml-auto">
          <CopyButton text={json} label="Copy the event as JSON" />
        </span>
      </header>
      <Code text={json} language="json" />
    </div>
  )
}
