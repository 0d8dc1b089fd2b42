import { create } from 'zustand'
import { toAppError } from '../../contract/errors.ts'

/**
 * A short message. It goes by itself, unless it says that something failed or offers to do something: that stays until it is
 * answered, dismissed, or pushed out by newer ones. Nobody need be quick.
 */
export interface Notice {
  readonly id: number
  readonly tone: 'plain' | 'error'
  readonly text: string
  readonly hint: string | null
  /** Undo, or what the message leads to. */
  readonly action: { readonly label: string; readonly run: () => void } | null
}

const useNoticeStore = create<{ readonly notices: readonly Notice[]; readonly last: number }>(() => ({
  notices: [],
  last: 0,
}))

const SHOWN_MS = 6000

export function notify(text: string, action: Notice['action'] = null): void {
  const id = add({ tone: 'plain', text, hint: null, action })
  if (action === null) setTimeout(() => dismiss(id), SHOWN_MS)
}

/** Says why something that the user asked for did not happen. Stays until it is dismissed. */
export function notifyError(error: unknown): void {
  const { message, details } = toAppError(error)
  add({ tone: 'error', text: message, hint: details.hint ?? null, action: null })
}

export function dismiss(id: number): void {
  useNoticeStore.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }))
}

export function useNotices(): readonly Notice[] {
  return useNoticeStore((store) => store.notices)
}

function add(notice: Omit<Notice, 'id'>): number {
  const id = useNoticeStore.getState().last + 1
  useNoticeStore.setState(({ notices }) => {
    // Said once more: what the earlier one offers, such as to undo, was for the time before.
    const others = notices.filter(({ text }) => text !== notice.text)
    return { last: id, notices: [...others.slice(-3), { ...notice, id }] }
  })
  return id
}
