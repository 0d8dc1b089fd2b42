import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../client/client.ts'
import { useCall } from '../../client/queries.ts'
import { Segmented } from '../../components/controls.tsx'
import { ErrorState, Skeleton } from '../../components/states.tsx'
import { CopyButton } from '../../components/text.tsx'
import { formatBytes } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import type { KnownTrial } from '../use-trial.ts'
import { toCounterpart } from './counterpart.ts'
import { FileContentView } from './file-content.tsx'
import { FileDiff } from './file-diff.tsx'

/** A file: text in pieces, an image, or what is known of anything else; beside the task's own file where it has one. */
export function FilePreview({ known, path }: { readonly known: KnownTrial; readonly path: string }) {
  const { ref, detail } = known
  const [view, setView] = useState<'file' | 'diff'>('file')
  const pieces = usePieces(known, path)
  const directory = detail.taskDirectory
  const task = useCall('tasks.show', directory === null || !path.startsWith('artifacts/') ? null : { directory })
  const counterpart = task.data === undefined ? null : toCounterpart(path, task.data.files)
  const first = pieces.data?.pages[0]
  return (
    <section aria-label={toVisible(path)} className="flex min-w-0 flex-1 flex-col">
      <header className="flex h-9 items-center gap-2 border-b border-line px-3">
        <h2 className="min-w-0 truncate font-mono text-xs" title={toVisible(path)}>
          {toVisible(path)}
        </h2>
        <span className="text-xs whitespace-nowrap text-dim tabular">
          {first === undefined ? '' : formatBytes(first.size)}
        </span>
        <CopyButton text={`${detail.directory}/${path}`} label="Copy the path" />
        <span className="ml-auto">
          {counterpart === null ? (
            path.startsWith('artifacts/') && task.data !== undefined ? (
              <span className="text-xs text-dim">the task has no file of this name to compare with</span>
            ) : null
          ) : (
            <Segmented
              label="Show"
              value={view}
              choices={[
                { value: 'file', label: 'File' },
                { value: 'diff', label: 'Against the task’s' },
              ]}
              onChange={(next) => setView(next === 'diff' ? 'diff' : 'file')}
            />
          )}
        </span>
      </header>
      {pieces.error !== null ? <ErrorState error={pieces.error} retry={() => void pieces.refetch()} /> : null}
      {first === undefined ? (
        pieces.error === null ? (
          <Skeleton />
        ) : null
      ) : view === 'diff' && counterpart !== null && directory !== null ? (
        <FileDiff trial={ref} path={path} directory={directory} counterpart={counterpart.path} />
      ) : (
        <div
          tabIndex={0}
          role="region"
          aria-label="Content"
          className="min-h-0 flex-1 overflow-auto p-3 outline-offset-[-2px]"
        >
          <FileContentView
            path={path}
            pieces={pieces.data?.pages ?? []}
            loadMore={pieces.hasNextPage ? async () => pieces.fetchNextPage() : null}
          />
        </div>
      )}
    </section>
  )
}

function usePieces({ ref }: KnownTrial, path: string) {
  return useInfiniteQuery({
    queryKey: ['trials.readFile pieces', { ...ref, path }],
    queryFn: async ({ pageParam, signal }) => call('trials.readFile', { ...ref, path, offset: pageParam }, { signal }),
    initialPageParam: 0,
    getNextPageParam: ({ kind, truncated, to }) => (kind === 'text' && truncated ? to : null),
    gcTime: 20_000,
  })
}
