import { useEffect, useState } from 'react'
import type { TerminalInfo } from '../../../contract/api/terminals.ts'
import { call } from '../../client/client.ts'
import { useFollow } from '../../client/queries.ts'
import { FindBar } from '../../components/terminal/find-bar.tsx'
import { useTerminal } from '../../components/terminal/use-terminal.ts'
import { notifyError } from '../../stores/notices.ts'

/** A terminal in an environment: keys go there, what it prints comes here, and its size follows the window. */
export function TerminalView({ terminal, shown }: { readonly terminal: TerminalInfo; readonly shown: boolean }) {
  const { terminalId, title, readOnly } = terminal
  const [exited, setExited] = useState(terminal.exited)
  const { place, screen } = useTerminal({ readOnly, scrollback: 10_000, label: title }, (columns, rows) => {
    call('terminals.resize', { terminalId, columns, rows }).catch(() => {
      // It has ended meanwhile; the topic says so.
    })
  })
  useEffect(() => {
    screen?.onInput((data) => {
      call('terminals.write', { terminalId, data }).catch(notifyError)
    })
  }, [screen, terminalId])
  useEffect(() => {
    if (!shown || screen === null) return
    screen.fit()
    screen.focus()
  }, [shown, screen])
  useFollow('terminal.output', screen === null ? null : { terminalId }, {
    async onItems(items) {
      for (const item of items) {
        await screen?.write(item.text)
        if (item.exited) setExited(true)
      }
    },
    onError: notifyError,
  })
  return (
    <>
      <div className="flex items-center gap-2 px-(--page) pb-1.5">
        <FindBar screen={screen} />
        {exited ? <span className="text-dim">The terminal has ended.</span> : null}
      </div>
      <div ref={place} className="min-h-0 flex-1 overflow-hidden bg-terminal p-2" />
    </>
  )
}
