import { DropdownMenu } from 'radix-ui'
import { Check } from 'lucide-react'
import type { ReactNode } from 'react'

export interface MenuItem {
  readonly label: string
  readonly onSelect: () => void
  readonly danger?: boolean
  readonly disabled?: boolean
  /** Set: a condition that can be on or off; the menu stays open. */
  readonly checked?: boolean
  /** Shown at the right: a count, a shortcut. */
  readonly note?: string
}

/** Things to do, or conditions to set, behind one button. */
export function Menu({
  trigger,
  items,
  empty = 'Nothing to choose',
}: {
  readonly trigger: ReactNode
  readonly items: readonly MenuItem[]
  readonly empty?: string
}) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={4}
          className="z-50 max-h-96 min-w-44 overflow-y-auto rounded-md border border-line bg-raised p-1 shadow-float"
        >
          {items.length === 0 ? <p className="px-2 py-1 text-dim">{empty}</p> : null}
          {items.map((item) => (
            <DropdownMenu.Item
              key={item.label}
              disabled={item.disabled === true}
              onSelect={(event) => {
                if (item.checked !== undefined) event.preventDefault()
                item.onSelect()
              }}
              className={`flex h-7 items-center gap-2 rounded-md px-2 outline-none data-disabled:opacity-50 data-highlighted:bg-hover ${item.danger === true ? 'text-failure' : ''}`}
            >
              {item.checked === undefined ? null : (
                <span className="inline-flex w-4">{item.checked ? <Check size={14} /> : null}</span>
              )}
              <span className="truncate">{item.label}</span>
              {item.note === undefined ? null : <span className="ml-auto pl-4 text-dim tabular">{item.note}</span>}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
