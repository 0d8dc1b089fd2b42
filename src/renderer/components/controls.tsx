import { Select as RadixSelect, Switch as RadixSwitch } from 'radix-ui'
import { Check, ChevronDown, Search, X } from 'lucide-react'
import type { ComponentProps, KeyboardEvent, ReactNode, Ref } from 'react'
import { runShortcut } from '../app/actions.ts'

const TONES = {
  plain: 'border-line bg-raised text-text hover:bg-hover',
  primary: 'border-transparent bg-accent text-on-accent hover:opacity-90',
  danger: 'border-line bg-raised text-failure hover:bg-hover',
  quiet: 'border-transparent bg-transparent text-dim hover:bg-hover hover:text-text',
} as const

/** A button. `busy` keeps it from a second click while the first one is under way. */
export function Button({
  tone = 'plain',
  busy = false,
  className = '',
  disabled,
  ...rest
}: ComponentProps<'button'> & { readonly tone?: keyof typeof TONES; readonly busy?: boolean }) {
  return (
    <button
      type="button"
      disabled={busy || disabled === true}
      aria-busy={busy}
      className={`inline-flex h-7 items-center gap-1.5 rounded-md border px-2.5 whitespace-nowrap disabled:opacity-50 ${TONES[tone]} ${className}`}
      {...rest}
    />
  )
}

/** A button that is only an icon; `label` is what it is called. */
export function IconButton({ label, className = '', ...rest }: ComponentProps<'button'> & { readonly label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`inline-flex size-7 items-center justify-center rounded-md text-dim hover:bg-hover hover:text-text disabled:opacity-50 ${className}`}
      {...rest}
    />
  )
}

const FIELD =
  'h-7 rounded-md border border-line bg-raised px-2 text-text placeholder:text-dim disabled:opacity-50 aria-invalid:border-failure'

export function TextField({ className = '', ...rest }: ComponentProps<'input'>) {
  return <input className={`${FIELD} ${className}`} spellCheck={false} autoComplete="off" {...rest} />
}

/** A field that filters as one types; `/` leads to it, Esc empties it. */
export function SearchField({
  value,
  onChange,
  label,
  ref,
}: {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly label: string
  readonly ref?: Ref<HTMLInputElement>
}) {
  return (
    <span className="relative inline-flex items-center">
      <Search size={14} aria-hidden className="pointer-events-none absolute left-2 text-dim" />
      <input
        ref={ref}
        type="search"
        data-search
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.stopPropagation()
          if (value === '') event.currentTarget.blur()
          else onChange('')
        }}
        className={`${FIELD} w-56 pl-7`}
      />
    </span>
  )
}

export interface Choice {
  readonly value: string
  readonly label: string
}

/** One of several; opens as a list. */
export function Select({
  value,
  choices,
  onChange,
  label,
  disabled = false,
}: {
  readonly value: string
  readonly choices: readonly Choice[]
  readonly onChange: (value: string) => void
  readonly label: string
  readonly disabled?: boolean
}) {
  // An empty value means "nothing" to the list; a mark stands for it.
  const toItem = (item: string): string => (item === '' ? '\u0000' : item)
  return (
    <RadixSelect.Root
      value={toItem(value)}
      onValueChange={(item) => onChange(item === '\u0000' ? '' : item)}
      disabled={disabled}
    >
      <RadixSelect.Trigger
        aria-label={label}
        onKeyDown={leaveShortcuts}
        className={`${FIELD} inline-flex max-w-72 items-center gap-1.5`}
      >
        <span className="truncate">
          <RadixSelect.Value />
        </span>
        <ChevronDown size={14} aria-hidden className="shrink-0 text-dim" />
      </RadixSelect.Trigger>
      <RadixSelect.Portal>
        <RadixSelect.Content
          position="popper"
          sideOffset={4}
          className="z-50 max-h-80 min-w-(--radix-select-trigger-width) overflow-y-auto rounded-md border border-line bg-raised p-1 shadow-float"
        >
          <RadixSelect.Viewport>
            {choices.map((choice) => (
              <RadixSelect.Item
                key={choice.value}
                value={toItem(choice.value)}
                className="flex h-7 items-center gap-2 rounded-md px-2 outline-none data-highlighted:bg-hover"
              >
                <RadixSelect.ItemText>{choice.label}</RadixSelect.ItemText>
                <RadixSelect.ItemIndicator className="ml-auto">
                  <Check size={14} />
                </RadixSelect.ItemIndicator>
              </RadixSelect.Item>
            ))}
          </RadixSelect.Viewport>
        </RadixSelect.Content>
      </RadixSelect.Portal>
    </RadixSelect.Root>
  )
}

/** A list opens with Enter; with Ctrl or Cmd, Enter is a shortcut like any other. */
function leaveShortcuts(event: KeyboardEvent): void {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
  event.preventDefault()
  runShortcut(event.nativeEvent)
}

/** One of few; all are visible. */
export function Segmented({
  value,
  choices,
  onChange,
  label,
}: {
  readonly value: string
  readonly choices: readonly Choice[]
  readonly onChange: (value: string) => void
  readonly label: string
}) {
  return (
    <div
      role="radiogroup"
      aria-label={label}
      className="inline-flex shrink-0 rounded-md border border-line p-0.5 whitespace-nowrap"
    >
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          role="radio"
          aria-checked={choice.value === value}
          onClick={() => onChange(choice.value)}
          className={`h-5.5 rounded-md px-2 ${choice.value === value ? 'bg-hover text-text' : 'text-dim hover:text-text'}`}
        >
          {choice.label}
        </button>
      ))}
    </div>
  )
}

export function Switch({
  checked,
  onChange,
  label,
  disabled = false,
}: {
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly label: string
  readonly disabled?: boolean
}) {
  return (
    <RadixSwitch.Root
      checked={checked}
      onCheckedChange={onChange}
      aria-label={label}
      disabled={disabled}
      className="h-4.5 w-8 rounded-full border border-line bg-hover p-px data-[state=checked]:bg-accent"
    >
      <RadixSwitch.Thumb className="block size-3.5 rounded-full bg-dim fade data-[state=checked]:translate-x-3.5 data-[state=checked]:bg-on-accent" />
    </RadixSwitch.Root>
  )
}

/** A condition that is on, with how to take it off. */
export function Chip({ children, onRemove }: { readonly children: ReactNode; readonly onRemove: () => void }) {
  return (
    <span className="inline-flex h-6 items-center gap-1 rounded-full bg-hover pr-1 pl-2.5 text-xs">
      {children}
      <button
        type="button"
        aria-label="Remove this filter"
        onClick={onRemove}
        className="inline-flex size-4 items-center justify-center rounded-full text-dim hover:text-text"
      >
        <X size={12} />
      </button>
    </span>
  )
}
