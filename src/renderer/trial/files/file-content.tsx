import { useMemo, useState } from 'react'
import type { FileContent } from '../../../contract/api/common.ts'
import { hasControls } from '../../components/ansi-clean.ts'
import { AnsiText } from '../../components/ansi-text.tsx'
import { Code, languageOf } from '../../components/code.tsx'
import { Button } from '../../components/controls.tsx'
import { EmptyState } from '../../components/states.tsx'
import { formatBytes } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import { toChunks } from './chunks.ts'

/** What is in a file, as far as it was loaded. `loadMore` null: that is all of it. */
export function FileContentView({
  path,
  pieces,
  loadMore,
}: {
  readonly path: string
  readonly pieces: readonly FileContent[]
  readonly loadMore: (() => Promise<unknown>) | null
}) {
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
  return <TextContent path={path} pieces={pieces} size={first.size} loadMore={loadMore} />
}

/** A long text begins with what fits a few screens; each click shows as much again. */
function TextContent({
  path,
  pieces,
  size,
  loadMore,
}: {
  readonly path: string
  readonly pieces: readonly FileContent[]
  readonly size: number
  readonly loadMore: (() => Promise<unknown>) | null
}) {
  const [count, setCount] = useState(1)
  const [busy, setBusy] = useState(false)
  const chunks = useMemo(() => pieces.flatMap(({ text }) => toChunks(text ?? '')), [pieces])
  const language = languageOf(path)
  const more = (): void => {
    setCount((shown) => shown * 2)
    if (count * 2 <= chunks.length || loadMore === null) return
    setBusy(true)
    // That it failed is shown above the file.
    loadMore()
      .catch(() => undefined)
      .finally(() => setBusy(false))
  }
  return (
    <>
      {chunks
        .slice(0, count)
        .map((text, index) =>
          hasControls(text) || language === null ? (
            <AnsiText key={index} text={text} />
          ) : (
            <Code key={index} text={text} language={language} />
          ),
        )}
      {count < chunks.length || loadMore !== null ? (
        <Button busy={busy} onClick={more} className="mt-2">
          Show more of {formatBytes(size)}
        </Button>
      ) : null}
    </>
  )
}
