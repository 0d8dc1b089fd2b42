import { toShortName } from '../../format/short-name.ts'
import { toVisible } from '../../format/visible.ts'

/** A name in which what was searched for is brought out; short unless the rest of it was meant. */
export function Highlight({ text, needle }: { readonly text: string; readonly needle: string }) {
  const whole = toVisible(text)
  const short = toVisible(toShortName(text))
  const shown = short.toLowerCase().includes(needle.trim().toLowerCase()) ? short : whole
  const wanted = needle.trim().toLowerCase()
  const at = wanted === '' ? -1 : shown.toLowerCase().indexOf(wanted)
  if (at < 0) return <span title={whole}>{shown}</span>
  return (
    <span title={whole}>
      {shown.slice(0, at)}
      <mark className="rounded-md bg-selected text-inherit underline decoration-accent">
        {shown.slice(at, at + wanted.length)}
      </mark>
      {shown.slice(at + wanted.length)}
    </span>
  )
}
