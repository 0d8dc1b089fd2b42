import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { FileContent } from '../../../contract/api/common.ts'
import { call } from '../../client/client.ts'
import { useCall } from '../../client/queries.ts'
import { AnsiText } from '../../components/ansi-text.tsx'
import { hasControls } from '../../components/ansi-clean.ts'
import { Code, languageOf } from '../../components/code.tsx'
import { Button, Segmented } from '../../components/controls.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { CopyButton } from '../../components/text.tsx'
import { formatBytes } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import type { KnownTrial } from '../use-trial.ts'
import { toCounterpart } from './counterpart.ts'
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
          <Content path={path} pieces={pieces.data?.pages ?? []} />
          {pieces.hasNextPage ? (
            <Button busy={pieces.isFetchingNextPage} onClick={() => void pieces.fetchNextPage()} className="mt-2">
              Show more of {formatBytes(first.size)}
            </Button>
          ) : null}
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
    getNextPageParam: ({ kind, truncated, offset, text }) =>
      kind === 'text' && truncated && text !== null && text !== ''
        ? offset + new TextEncoder().encode(text).length
        : null,
    gcTime: 20_000,
  })
}

function Content({ path, pieces }: { readonly path: string; readonly pieces: readonly FileContent[] }) {
  const [first] = pieces
  if (first === undefined) return null
  if (first.kind === 'image' && first.data !== null) {
    return <img src={`data:${first.mime};base64,${first.data}`} alt={toVisible(path)} className="max-w-full" />
  }
  if (first.kind !== 'text') {
    return (
      <EmptyState
        title={first.kind === 'image' ? 'The image is too large to show' : 'Not a text'}
        hint={`${first.mime}, ${formatBytes(first.size)}. Open it from the trial’s folder.`}
      />
    )
  }
  if (first.size === 0) return <p className="text-dim">The file is empty.</p>
  const language = languageOf(path)
  return pieces.map(({ offset, text }) =>
    text === null ? null : hasControls(text) || language === null ? (
      <AnsiText key={offset} text={text} />
    ) : (
      <Code key={offset} text={text} language={language} />
    ),
  )
}
