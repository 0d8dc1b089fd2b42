import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { ItemOf } from '../../../../contract/api/api.ts'
import { useCall, useFollow } from '../../../client/queries.ts'
import { AnsiText } from '../../../components/ansi-text.tsx'
import { Button, SearchField, Segmented } from '../../../components/controls.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../../components/states.tsx'
import { CopyButton } from '../../../components/text.tsx'
import { formatBytes, plural } from '../../../format/format.ts'
import { describeJobEvent, type LogLine } from './describe-job-event.ts'
import { LogRow } from './log-row.tsx'

type JobEvent = ItemOf<'job.events'>

/** What happened in the job, one line for each event, as it happens. */
export function JobLog({ jobName }: { readonly jobName: string }) {
  const [lines, setLines] = useState<readonly LogLine[] | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [text, setText] = useState('')
  const [kind, setKind] = useState('')
  useFollow(
    'job.events',
    { jobName },
    {
      onItems: (items: readonly JobEvent[]) => setLines((known) => [...(known ?? []), ...items.map(describeJobEvent)]),
      onError: setError,
    },
  )
  const shown = useMemo(() => filterLines(lines ?? [], text, kind), [lines, text, kind])
  if (error !== null) return <ErrorState error={error} />
  if (lines === null) return <LateLog jobName={jobName} />
  return (
    <>
      <div className="flex items-center gap-2 px-(--page) py-2">
        <SearchField label="Search the log" value={text} onChange={setText} />
        <Segmented
          label="Events"
          value={kind}
          choices={[
            { value: '', label: 'all' },
            { value: 'job', label: 'job' },
            { value: 'trial', label: 'trials' },
            { value: 'trouble', label: 'trouble' },
          ]}
          onChange={setKind}
        />
        <span className="ml-auto text-dim tabular">
          {shown.length === lines.length
            ? plural(lines.length, 'event')
            : `${shown.length} of ${plural(lines.length, 'event')}`}
        </span>
      </div>
      {shown.length === 0 ? (
        <EmptyState title={lines.length === 0 ? 'Nothing has happened yet' : 'No event matches'} />
      ) : (
        <LogList lines={shown} jobName={jobName} />
      )}
    </>
  )
}

/** A job of another program keeps no events: nothing will come, however long one waits. Harbor keeps a log of its own. */
function LateLog({ jobName }: { readonly jobName: string }) {
  const [late, setLate] = useState(false)
  const { data, error } = useCall('jobs.log', late ? { jobName } : null)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 1500)
    return () => clearTimeout(timer)
  }, [])
  if (!late || (data === undefined && error === null)) return <Skeleton rows={10} />
  if (error !== null) return <ErrorState error={error} />
  if (data?.text != null && data.text !== '') return <HarborLog text={data.text} from={data.from} />
  return (
    <EmptyState title="No events" hint="Jobs of other programs keep none; those of this one begin with their start." />
  )
}

function HarborLog({ text, from }: { readonly text: string; readonly from: number }) {
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label="Log of Harbor"
      className="min-h-0 flex-1 overflow-y-auto px-(--page) py-2 outline-offset-[-2px]"
    >
      <p className="flex items-center gap-2 pb-1 text-xs text-dim">
        Another program ran this job:{' '}
        {from === 0 ? 'its job.log' : `the end of its job.log, after ${formatBytes(from)}`}
        <CopyButton text={text} label="Copy what is shown" />
      </p>
      <AnsiText text={text} />
    </div>
  )
}

function LogList({ lines, jobName }: { readonly lines: readonly LogLine[]; readonly jobName: string }) {
  const scroller = useRef<HTMLDivElement>(null)
  const [following, setFollowing] = useState(true)
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 22,
    overscan: 20,
    measureElement: (element) => element.getBoundingClientRect().height,
  })
  useEffect(() => {
    if (following) virtualizer.scrollToIndex(lines.length - 1)
  }, [following, lines.length, virtualizer])
  const onScroll = (): void => {
    const element = scroller.current
    if (element === null) return
    setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < 40)
  }
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div
        ref={scroller}
        role="log"
        aria-label="Events of the job"
        tabIndex={0}
        onScroll={onScroll}
        className="min-h-0 flex-1 overflow-y-auto font-mono text-xs outline-offset-[-2px]"
      >
        <div className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const line = lines[item.index]
            return line === undefined ? null : (
              <div
                key={line.seq}
                ref={virtualizer.measureElement}
                data-index={item.index}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <LogRow line={line} jobName={jobName} />
              </div>
            )
          })}
        </div>
      </div>
      {following ? null : (
        <Button className="absolute right-6 bottom-4 shadow-float" onClick={() => setFollowing(true)}>
          Follow the end
        </Button>
      )}
    </div>
  )
}

export function filterLines(lines: readonly LogLine[], text: string, kind: string): readonly LogLine[] {
  const needle = text.toLowerCase()
  return lines.filter((line) => {
    if (kind === 'trouble' ? line.tone === 'plain' : kind !== '' && line.about !== kind) return false
    return (
      needle === '' || line.text.toLowerCase().includes(needle) || (line.trialName ?? '').toLowerCase().includes(needle)
    )
  })
}
