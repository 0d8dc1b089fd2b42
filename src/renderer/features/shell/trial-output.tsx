import { useEffect, useRef, useState } from 'react'
import type { TrialRef } from '../../../contract/api/common.ts'
import { useFollow } from '../../client/queries.ts'
import { Button } from '../../components/controls.tsx'
import { FindBar } from '../../components/terminal/find-bar.tsx'
import { useTerminal } from '../../components/terminal/use-terminal.ts'
import { formatBytes } from '../../format/format.ts'
import { notifyError } from '../../stores/notices.ts'
import { createTail, type Tail } from '../../trial/terminal/tail.ts'
import { nextFrame } from '../../trial/terminal/use-feeds.ts'

/** What a running trial prints, to be watched only. */
export function TrialOutput({ trial, shown }: { readonly trial: TrialRef | null; readonly shown: boolean }) {
  const { place, screen } = useTerminal({ readOnly: true, scrollback: 10_000, label: 'Output of the trial' })
  const [skipped, setSkipped] = useState(0)
  const [ended, setEnded] = useState(false)
  const tail = useRef<Tail | null>(null)
  const shownTo = useRef<number | null>(null)
  const [fromByte, setFromByte] = useState<number | null>(null)
  useEffect(() => {
    if (screen === null) return
    tail.current = createTail(screen, nextFrame, (to, skippedBytes) => {
      shownTo.current = to
      if (skippedBytes > 0) setSkipped((sum) => sum + skippedBytes)
    })
  }, [screen])
  // Out of view nothing is followed: several at once would take the page's time for what nobody sees.
  const follows = shown && !ended && trial !== null && screen !== null
  useFollow('trial.output', follows ? { ...trial, fromByte } : null, {
    onItems: async (items) => tail.current?.take(items),
    onEnd: () => setEnded(true),
    onError: notifyError,
  })
  useEffect(() => {
    if (shown) screen?.fit()
    else setFromByte(shownTo.current)
  }, [shown, screen])
  return (
    <>
      <div className="flex items-center gap-3 px-(--page) pb-1.5 text-dim">
        <FindBar screen={screen} />
        {skipped === 0 ? null : (
          <span title="Printed too fast to be shown, or while this was not in view">
            {formatBytes(skipped)} not shown; all of it is in the log
          </span>
        )}
        {ended ? <span>The trial has ended.</span> : null}
        <Button tone="quiet" className="ml-auto" onClick={() => screen?.scrollToEnd()}>
          To the end
        </Button>
      </div>
      <div ref={place} className="min-h-0 flex-1 overflow-hidden bg-terminal p-2" />
    </>
  )
}
