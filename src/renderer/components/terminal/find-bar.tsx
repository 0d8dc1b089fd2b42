import { ChevronDown, ChevronUp } from 'lucide-react'
import { useState } from 'react'
import { CopyButton } from '../text.tsx'
import { IconButton, TextField } from '../controls.tsx'
import type { TerminalScreen } from './terminal-screen.ts'

/** Search in a terminal and copying what is selected in it. */
export function FindBar({ screen }: { readonly screen: TerminalScreen | null }) {
  const [text, setText] = useState('')
  const [missing, setMissing] = useState(false)
  const find = (direction: 'next' | 'previous'): void => {
    if (text !== '' && screen !== null) setMissing(!screen.find(text, direction))
  }
  return (
    <span className="inline-flex items-center gap-1">
      <TextField
        aria-label="Find in the terminal"
        aria-invalid={missing}
        placeholder="Find"
        value={text}
        onChange={(event) => {
          setMissing(false)
          setText(event.target.value)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') find(event.shiftKey ? 'previous' : 'next')
        }}
        className="w-40"
      />
      <IconButton label="Find previous" onClick={() => find('previous')}>
        <ChevronUp size={14} />
      </IconButton>
      <IconButton label="Find next" onClick={() => find('next')}>
        <ChevronDown size={14} />
      </IconButton>
      <CopyButton text={() => screen?.selection() ?? ''} label="Copy the selection" />
    </span>
  )
}
