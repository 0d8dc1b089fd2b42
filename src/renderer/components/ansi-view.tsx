import { useMemo } from 'react'
import { toAnsiRuns } from './ansi-runs.ts'

export function AnsiView({ text }: { readonly text: string }) {
  const runs = useMemo(() => toAnsiRuns(text), [text])
  return runs.map(({ text: part, style }, index) =>
    Object.keys(style).length === 0 ? (
      part
    ) : (
      <span key={index} style={style}>
        {part}
      </span>
    ),
  )
}
