import { useState } from 'react'
import { AnsiText } from '../../components/ansi-text.tsx'
import { plural } from '../../format/format.ts'

const FOLDED_LINES = 40

/** What was printed: a long one is folded to its first lines until it is asked for. */
export function ClippedText({
  text: { text, truncated },
  className = '',
}: {
  readonly text: { readonly text: string; readonly truncated: boolean }
  readonly className?: string
}) {
  const [whole, setWhole] = useState(false)
  const cut = nthLineEnd(text, FOLDED_LINES)
  const isFolded = cut !== null && !whole
  return (
    <div className={className}>
      {text === '' ? <p className="text-dim">nothing</p> : <AnsiText text={isFolded ? text.slice(0, cut) : text} />}
      {isFolded ? (
        <button type="button" className="text-accent hover:underline" onClick={() => setWhole(true)}>
          Show {plural(text.slice(cut).split('\n').length - 1, 'more line')}
        </button>
      ) : null}
      {truncated && !isFolded ? (
        <p className="text-dim">Cut here: the whole text stands under Files, in agent/.</p>
      ) : null}
    </div>
  )
}

/** Where the n-th line ends; null: there are not many more than so many. */
function nthLineEnd(text: string, lines: number): number | null {
  let at = -1
  for (let line = 0; line < lines; line += 1) {
    at = text.indexOf('\n', at + 1)
    if (at < 0) return null
  }
  const rest = text.slice(at + 1)
  return rest.split('\n', 6).length > 5 ? at : null
}
