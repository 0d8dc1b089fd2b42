import { useEffect, useState } from 'react'
import type { CodeToken, Language } from './code-highlighter.ts'

/** Longer texts are shown without colours: those cost more than they tell. */
const MAX_COLOURED = 60_000

/** Text of a known language. It is readable at once; its colours come when their code is loaded. */
export function Code({
  text,
  language,
  className = '',
}: {
  readonly text: string
  readonly language: Language | null
  readonly className?: string
}) {
  const lines = useTokens(text, language)
  return (
    <pre className={`font-mono text-xs break-words whitespace-pre-wrap ${className}`}>
      {lines === null
        ? text
        : lines.map((line, index) => (
            <span key={index}>
              {line.map(({ content, color }, at) => (
                <span key={at} style={{ color }}>
                  {content}
                </span>
              ))}
              {'\n'}
            </span>
          ))}
    </pre>
  )
}

/** The language of a file by its name; null: plain text. */
export function languageOf(path: string): Language | null {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  if (name === 'dockerfile') return 'docker'
  return BY_ENDING[name.slice(name.lastIndexOf('.') + 1)] ?? null
}

const BY_ENDING: Readonly<Record<string, Language>> = {
  json: 'json',
  jsonl: 'json',
  sh: 'shellscript',
  bash: 'shellscript',
  py: 'python',
  toml: 'toml',
  yml: 'yaml',
  yaml: 'yaml',
  diff: 'diff',
  patch: 'diff',
  xml: 'xml',
}

function useTokens(text: string, language: Language | null): readonly (readonly CodeToken[])[] | null {
  const [done, setDone] = useState<{ readonly key: string; readonly lines: readonly (readonly CodeToken[])[] } | null>(
    null,
  )
  const key = `${language ?? ''}\n${text}`
  useEffect(() => {
    if (language === null || text.length > MAX_COLOURED) return undefined
    let wanted = true
    const colour = async (): Promise<void> => {
      const { highlight } = await import('./code-highlighter.ts')
      const lines = await highlight(text, language)
      if (wanted) setDone({ key, lines })
    }
    // Without colours the text is complete; a chunk that cannot be loaded takes nothing away.
    colour().catch(() => undefined)
    return () => {
      wanted = false
    }
  }, [key, text, language])
  return done?.key === key ? done.lines : null
}
