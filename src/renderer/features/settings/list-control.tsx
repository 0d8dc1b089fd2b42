import { FolderOpen } from 'lucide-react'
import { useState, type KeyboardEvent } from 'react'
import { host } from '../../client/open-host.ts'
import { IconButton } from '../../components/controls.tsx'
import { notifyError } from '../../stores/notices.ts'

/** Several texts, one a line: a path may have any other sign in it. Holds when it is left or with Ctrl/Cmd+Enter; Esc takes it back. */
export function ListControl({
  label,
  value,
  disabled,
  onChange,
}: {
  readonly label: string
  readonly value: readonly string[]
  readonly disabled: boolean
  readonly onChange: (value: string[]) => void
}) {
  const shown = value.join('\n')
  const [text, setText] = useState(shown)
  const [before, setBefore] = useState(shown)
  if (shown !== before) {
    setBefore(shown)
    setText(shown)
  }
  const settle = (): void => {
    const items = toItems(text)
    if (items.join('\n') !== shown) onChange(items)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      // Not the shortcut of the page.
      event.preventDefault()
      settle()
    }
    if (event.key !== 'Escape') return
    event.stopPropagation()
    setText(shown)
  }
  const pick = async (): Promise<void> => {
    const folder = await host.pickFolder()
    if (folder !== null) onChange([...value, folder])
  }
  return (
    <div className="flex items-start gap-1.5">
      <textarea
        aria-label={label}
        value={text}
        rows={Math.min(8, Math.max(2, text.split('\n').length))}
        disabled={disabled}
        placeholder="One a line"
        spellCheck={false}
        autoComplete="off"
        onChange={({ target }) => setText(target.value)}
        onBlur={settle}
        onKeyDown={onKeyDown}
        className="w-72 resize-y rounded-md border border-line bg-raised px-2 py-1 text-text placeholder:text-dim disabled:opacity-50"
      />
      {host.can.pickFolder ? (
        <IconButton
          label={`Choose a folder for ${label}`}
          disabled={disabled}
          onClick={() => void pick().catch(notifyError)}
        >
          <FolderOpen size={14} />
        </IconButton>
      ) : null}
    </div>
  )
}

function toItems(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
