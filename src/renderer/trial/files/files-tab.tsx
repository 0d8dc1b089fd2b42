import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronDown, ChevronRight, File, FileQuestion, Folder } from 'lucide-react'
import { useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { setQuery, useAddress } from '../../app/router.ts'
import { useCall } from '../../client/queries.ts'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { formatBytes } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import type { KnownTrial } from '../use-trial.ts'
import { FilePreview } from './file-preview.tsx'
import { toTreeRows, type TreeRow } from './file-tree.ts'

/** Everything that the trial left: logs, what the verifier wrote, artifacts. */
export function FilesTab({ known }: { readonly known: KnownTrial }) {
  const { data, error, refetch } = useCall('trials.files', known.ref)
  const { query } = useAddress('runs')
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const rows = useMemo(() => toTreeRows(data?.files ?? [], closed), [data, closed])
  const path = query['file'] ?? null
  const open = (row: TreeRow): void => {
    if (row.kind === 'directory') setClosed((before) => toggled(before, row.path))
    else setQuery('runs', { file: row.path })
  }
  if (error !== null) return <ErrorState error={error} retry={() => void refetch()} />
  if (data === undefined) return <Skeleton rows={10} />
  if (data.files.length === 0) return <EmptyState title="No files" hint="The trial has not written any yet." />
  return (
    <div className="flex min-h-0 flex-1">
      <div className="flex w-80 max-w-[40%] shrink-0 flex-col border-r border-line">
        <Tree rows={rows} current={path} onOpen={open} />
        {data.truncated ? (
          <p className="border-t border-line p-2 text-xs text-dim">There are more files than are listed here.</p>
        ) : null}
      </div>
      {path === null ? (
        <div className="flex-1">
          <EmptyState
            title="Choose a file"
            hint="agent/ holds the agent’s logs, verifier/ what judged it, artifacts/ what was kept of its work."
          />
        </div>
      ) : (
        <FilePreview key={path} known={known} path={path} />
      )}
    </div>
  )
}

function toggled(set: ReadonlySet<string>, path: string): ReadonlySet<string> {
  const next = new Set(set)
  if (!next.delete(path)) next.add(path)
  return next
}

function Tree({
  rows,
  current,
  onOpen,
}: {
  readonly rows: readonly TreeRow[]
  readonly current: string | null
  readonly onOpen: (row: TreeRow) => void
}) {
  const scroller = useRef<HTMLDivElement>(null)
  const [focused, setFocused] = useState(0)
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 26,
    overscan: 12,
  })
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[focused]
    if (event.altKey || event.ctrlKey || event.metaKey || row === undefined) return
    if (event.key === 'Enter') onOpen(row)
    else if (event.key === 'ArrowRight' && row.kind === 'directory' && !row.isOpen) onOpen(row)
    else if (event.key === 'ArrowLeft' && row.isOpen) onOpen(row)
    else if (event.key === 'ArrowDown' || event.key === 'j') move(focused + 1)
    else if (event.key === 'ArrowUp' || event.key === 'k') move(focused - 1)
    else if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    event.preventDefault()
  }
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(rows.length - 1, to))
    setFocused(next)
    virtualizer.scrollToIndex(next)
  }
  return (
    <div
      ref={scroller}
      role="tree"
      aria-label="Files"
      tabIndex={0}
      aria-activedescendant={`file-${focused}`}
      onKeyDown={onKeyDown}
      className="group min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]"
    >
      <div role="presentation" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const row = rows[item.index]
          if (row === undefined) return null
          return (
            <div
              key={row.path}
              id={`file-${item.index}`}
              role="treeitem"
              aria-level={row.depth + 1}
              aria-selected={row.path === current}
              {...(row.kind === 'directory' ? { 'aria-expanded': row.isOpen } : {})}
              onClick={() => {
                setFocused(item.index)
                onOpen(row)
              }}
              className={`absolute inset-x-0 top-0 flex items-center gap-1.5 pr-2 ${row.path === current ? 'bg-selected' : 'hover:bg-hover'} ${item.index === focused ? 'group-focus-visible:outline group-focus-visible:outline-focus group-focus-visible:-outline-offset-1' : ''}`}
              style={{ height: item.size, transform: `translateY(${item.start}px)`, paddingLeft: 8 + row.depth * 14 }}
            >
              <RowIcon row={row} />
              <span className="min-w-0 flex-1 truncate" title={toVisible(row.path)}>
                {toVisible(row.name)}
              </span>
              {row.kind === 'file' ? <span className="text-xs text-dim tabular">{formatBytes(row.size)}</span> : null}
            </div>
          )
        })}
      </div>
    </div>
  )
}

function RowIcon({ row: { kind, isOpen } }: { readonly row: TreeRow }) {
  const Chevron = isOpen ? ChevronDown : ChevronRight
  return (
    <span aria-hidden className="inline-flex shrink-0 items-center gap-0.5 text-dim">
      {kind === 'directory' ? <Chevron size={12} /> : <span className="w-3" />}
      {kind === 'directory' ? <Folder size={14} /> : kind === 'file' ? <File size={14} /> : <FileQuestion size={14} />}
    </span>
  )
}
