import { useEffect, useEffectEvent } from 'react'
import { create } from 'zustand'

/** Something a user can do now: from the palette, by its shortcut, and listed under `?`. */
export interface Action {
  readonly id: string
  readonly title: string
  /** Where it is listed: `General`, `Runs`, … */
  readonly group: string
  /** Such as `mod+k`, `shift+mod+p`, `?`, `g d`, `alt+arrowright`; `mod` is Cmd on a Mac, else Ctrl. */
  readonly keys?: string
  /** Other words it is found by. */
  readonly keywords?: string
  /** Works while a text field or a terminal has the focus, and over an open dialog. */
  readonly everywhere?: boolean
  /** Listed under `?` only; it is no command of its own (j, k, Enter in lists). */
  readonly hidden?: boolean
  run(): void
}

interface ActionStore {
  readonly groups: ReadonlyMap<symbol, readonly Action[]>
}

const useActionStore = create<ActionStore>(() => ({ groups: new Map() }))

/** Offers actions while the component is mounted and `active`. */
export function useActions(actions: readonly Action[], active = true): void {
  const run = useEffectEvent((id: string) => actions.find((action) => action.id === id)?.run())
  const toOffered = useEffectEvent(() => actions.map((action) => ({ ...action, run: () => run(action.id) })))
  const signature = actions.map(({ id, title, keys }) => `${id}\n${title}\n${keys ?? ''}`).join('\n')
  useEffect(() => {
    if (!active) return undefined
    const key = Symbol('actions')
    const offered = toOffered()
    useActionStore.setState(({ groups }) => ({ groups: new Map(groups).set(key, offered) }))
    return () =>
      useActionStore.setState(({ groups }) => {
        const rest = new Map(groups)
        rest.delete(key)
        return { groups: rest }
      })
  }, [active, signature])
}

/** All actions that are offered now; of two with one id the later one counts. */
export function useAllActions(): readonly Action[] {
  const groups = useActionStore((state) => state.groups)
  return [...new Map([...groups.values()].flat().map((action) => [action.id, action])).values()]
}

/** Runs the action of a shortcut; false: none has it. The last offered wins: what is nearest to the user. */
export function runShortcut(event: KeyboardEvent): boolean {
  const all = [...useActionStore.getState().groups.values()].flat().toReversed()
  // What lies under a window over the page is not meant, and a question is answered before anything else.
  if (isPress(event) || isOpen('alertdialog')) return false
  const typing = isTyping(event.target) || isOpen('dialog')
  const found = all.find(
    ({ keys, everywhere }) => keys !== undefined && matchesKeys(event, keys) && (!typing || everywhere === true),
  )
  if (found === undefined || (inTerminal(event.target) && !isTerminalSafe(event))) return false
  event.preventDefault()
  found.run()
  return true
}

/** Runs an action by its id, for the menu of the app's window. */
export function runAction(id: string): void {
  const all = [...useActionStore.getState().groups.values()].flat()
  all.findLast((action) => action.id === id)?.run()
}

const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

/** Keys as people read them: `⌘K`, `Ctrl+K`. */
export function toKeyLabels(keys: string): readonly string[] {
  return keys.split('+').map((key) => KEY_LABELS[key] ?? (key.length === 1 ? key.toUpperCase() : key))
}

const KEY_LABELS: Readonly<Record<string, string>> = {
  mod: isMac ? '⌘' : 'Ctrl',
  shift: isMac ? '⇧' : 'Shift',
  alt: isMac ? '⌥' : 'Alt',
  enter: 'Enter',
  escape: 'Esc',
  arrowleft: '←',
  arrowright: '→',
  arrowup: '↑',
  arrowdown: '↓',
  space: 'Space',
  home: 'Home',
  end: 'End',
  pageup: 'Page Up',
  pagedown: 'Page Down',
}

function matchesKeys(event: KeyboardEvent, keys: string): boolean {
  const parts = keys.split('+')
  const key = parts.at(-1) ?? ''
  const mod = isMac ? event.metaKey : event.ctrlKey
  // With Alt a digit may type another sign; the key is meant.
  const digit = /^Digit(\d)$/.exec(event.code)?.[1]
  const pressed = event.altKey && digit !== undefined ? digit : event.key === ' ' ? 'space' : event.key.toLowerCase()
  // A sign such as `?` needs Shift on some keyboards and not on others.
  const isSign = key.length === 1 && !/[a-z0-9]/.test(key)
  return (
    pressed === key &&
    mod === parts.includes('mod') &&
    event.altKey === parts.includes('alt') &&
    (isSign || event.shiftKey === parts.includes('shift'))
  )
}

/** Space and Enter on something that they press belong to it. */
function isPress(event: KeyboardEvent): boolean {
  const { key, target } = event
  if ((key !== ' ' && key !== 'Enter') || event.ctrlKey || event.metaKey || event.altKey) return false
  return (
    target instanceof HTMLElement &&
    target.closest('button, a[href], summary, input, [role=option][tabindex], [role^=menuitem], [role=tab]') !== null
  )
}

function isOpen(role: 'dialog' | 'alertdialog'): boolean {
  return document.querySelector(`[role="${role}"]`) !== null
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input:not([type=checkbox], [type=radio], [type=range]), textarea, select'))
  )
}

function inTerminal(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('[data-terminal]') !== null
}

/** In a focused terminal Ctrl keys belong to it; those with Shift are ours. */
function isTerminalSafe(event: KeyboardEvent): boolean {
  return isMac ? event.metaKey : event.ctrlKey && event.shiftKey
}
