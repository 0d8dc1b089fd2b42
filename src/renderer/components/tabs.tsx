import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

export interface TabItem {
  readonly value: string
  readonly label: string
  /** A count or a mark beside the label. */
  readonly note?: ReactNode
  readonly content: ReactNode
}

/** Tabs within a screen; only the chosen one is mounted unless `keep` says otherwise. */
export function Tabs({
  value,
  onChange,
  items,
  label,
}: {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly items: readonly TabItem[]
  readonly label: string
}) {
  return (
    <Radix.Root value={value} onValueChange={onChange} className="flex min-h-0 flex-1 flex-col">
      <Radix.List aria-label={label} className="flex gap-4 border-b border-line px-(--page)">
        {items.map((item) => (
          <Radix.Trigger
            key={item.value}
            value={item.value}
            className="-mb-px flex h-8 items-center gap-1.5 border-b-2 border-transparent text-dim hover:text-text data-[state=active]:border-accent data-[state=active]:text-text"
          >
            {item.label}
            {item.note === undefined ? null : <span className="text-xs text-dim tabular">{item.note}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {items.map((item) => (
        <Radix.Content key={item.value} value={item.value} className="flex min-h-0 flex-1 flex-col outline-none">
          {item.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
