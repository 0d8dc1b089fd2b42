import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from './controls.tsx'

/** Appears while rows are chosen: how many, and what can be done with them. */
export function SelectionBar({
  text,
  onClear,
  children,
}: {
  readonly text: string
  readonly onClear: () => void
  readonly children: ReactNode
}) {
  return (
    <div
      role="toolbar"
      aria-label="Selection"
      className="flex h-10 shrink-0 items-center gap-2 border-t border-line bg-raised px-(--page)"
    >
      <span className="tabular">{text}</span>
      {children}
      <IconButton label="Clear the selection" className="ml-auto" onClick={onClear}>
        <X size={14} />
      </IconButton>
    </div>
  )
}
