import { useInfiniteQuery } from '@tanstack/react-query'
import type { FileContent } from '../../../contract/api/common.ts'
import { call } from '../../client/client.ts'
import { Code, languageOf } from '../../components/code.tsx'
import { Button } from '../../components/controls.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { CopyButton } from '../../components/text.tsx'
import { formatBytes } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'

/** A file of a task: text in pieces, an image, or what is known of anything else. */
export function TaskFile({ directory, path }: { readonly directory: string; readonly path: string }) {
  const pieces = useInfiniteQuery({
    queryKey: ['tasks.readFile', { directory, path }],
    queryFn: async ({ pageParam, signal }) =>
      call('tasks.readFile', { directory, path, offset: pageParam }, { signal }),
    initialPageParam: 0,
    getNextPageParam: ({ kind, truncated, to }) => (kind === 'text' && truncated ? to : null),
    gcTime: 20_000,
  })
  const pages = pieces.data?.pages ?? []
  const [first] = pages
  if (pieces.error !== null) return <ErrorState error={pieces.error} retry={() => void pieces.refetch()} />
  if (first === undefined) return <Skeleton />
  return (
    <section aria-label={toVisible(path)} className="flex min-w-0 flex-1 flex-col">
      <header className="flex h-8 items-center gap-2 border-b border-line px-3">
        <h3 className="min-w-0 truncate font-mono text-xs">{toVisible(path)}</h3>
        <span className="text-xs whitespace-nowrap text-dim tabular">{formatBytes(first.size)}</span>
        <CopyButton text={`${directory}/${path}`} label="Copy the path of the file" />
      </header>
      <div
        tabIndex={0}
        role="region"
        aria-label="Content"
        className="min-h-0 flex-1 overflow-auto p-3 outline-offset-[-2px]"
      >
        <Content path={path} pages={pages} />
        {pieces.hasNextPage ? (
          <Button busy={pieces.isFetchingNextPage} onClick={() => void pieces.fetchNextPage()} className="mt-2">
            Show more of {formatBytes(first.size)}
          </Button>
        ) : null}
      </div>
    </section>
  )
}

function Content({ path, pages }: { readonly path: string; readonly pages: readonly FileContent[] }) {
  const [first] = pages
  if (first === undefined) return null
  if (first.kind === 'image' && first.data !== null) {
    return <img src={`data:${first.mime};base64,${first.data}`} alt={toVisible(path)} className="max-w-full" />
  }
  if (first.kind !== 'text') {
    return (
      <EmptyState
        title={first.kind === 'image' ? 'The image is too large to show' : 'Not a text'}
        hint={`${first.mime}, ${formatBytes(first.size)}`}
      />
    )
  }
  if (first.size === 0) return <p className="text-dim">The file is empty.</p>
  return pages.map(({ offset, text }) =>
    text === null ? null : <Code key={offset} text={text} language={languageOf(path)} />,
  )
}
