import { AlertDialog, Dialog as Radix } from 'radix-ui'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { create } from 'zustand'
import { Button, IconButton } from './controls.tsx'

const OVERLAY = 'fixed inset-0 z-40 bg-[rgb(0_0_0/35%)]'
const PANEL =
  'fixed top-[8vh] left-1/2 z-40 flex max-h-[84vh] max-w-[calc(100vw-32px)] -translate-x-1/2 flex-col rounded-md border border-line bg-raised shadow-float'

/** A window over the page. Esc and the backdrop close it; focus goes back where it was. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  width = 640,
  children,
  footer,
}: {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: string
  readonly description?: string
  readonly width?: number
  readonly children: ReactNode
  readonly footer?: ReactNode
}) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Radix.Portal>
        <Radix.Overlay className={OVERLAY} />
        <Radix.Content
          className={PANEL}
          style={{ width }}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <header className="px-5 pt-4 pr-14 pb-2">
            <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
          </header>
          {description === undefined ? null : (
            <Radix.Description className="px-5 pb-2 text-dim">{description}</Radix.Description>
          )}
          <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-4">{children}</div>
          {footer === undefined ? null : (
            <footer className="flex items-center gap-2 border-t border-line px-5 py-3">{footer}</footer>
          )}
          {/* Last, so that the focus begins at what is to be filled in. */}
          <Radix.Close asChild>
            <IconButton label="Close" className="absolute top-3.5 right-4">
              <X size={16} />
            </IconButton>
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

interface Question {
  readonly title: string
  /** What exactly will be lost. */
  readonly text: ReactNode
  readonly action: string
  readonly danger?: boolean
}

interface Asked extends Question {
  readonly answer: (yes: boolean) => void
}

const useAsked = create<{ readonly asked: Asked | null }>(() => ({ asked: null }))

/** Asks once before something is lost or spent; false when the user thinks better of it. */
export async function confirm(question: Question): Promise<boolean> {
  useAsked.getState().asked?.answer(false)
  return new Promise((resolve) => {
    const answer = (yes: boolean): void => {
      useAsked.setState({ asked: null })
      resolve(yes)
    }
    useAsked.setState({ asked: { ...question, answer } })
  })
}

/** Shows what `confirm` asks; mounted once. */
export function ConfirmHost() {
  const asked = useAsked((state) => state.asked)
  return (
    <AlertDialog.Root open={asked !== null} onOpenChange={(open) => (open ? undefined : asked?.answer(false))}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={OVERLAY} />
        <AlertDialog.Content className={PANEL} style={{ width: 440 }}>
          <AlertDialog.Title className="px-5 pt-4 text-base font-semibold">{asked?.title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="px-5 py-3 text-dim">{asked?.text}</div>
          </AlertDialog.Description>
          <footer className="flex justify-end gap-2 border-t border-line px-5 py-3">
            <AlertDialog.Cancel asChild>
              <Button>Cancel</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button tone={asked?.danger === true ? 'danger' : 'primary'} onClick={() => asked?.answer(true)}>
                {asked?.action}
              </Button>
            </AlertDialog.Action>
          </footer>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
