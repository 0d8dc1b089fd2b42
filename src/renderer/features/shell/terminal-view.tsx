import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { TerminalInfo } from '../../../contract/api/terminals.ts'
import { call } from '../../client/client.ts'
import { invalidate, useFollow } from '../../client/queries.ts'
import { FindBar } from '../../components/terminal/find-bar.tsx'
import { useTerminal } from '../../components/terminal/use-terminal.ts'
import { notifyError } from '../../stores/notices.ts'

/** A terminal in an environment: keys go there, what it prints comes here, and its size follows the window. */
export function TerminalView({ terminal, shown }: { readonly terminal: TerminalInfo; readonly shown: boolean }) {
  const { terminalId, title, readOnly } = terminal
  const queries = useQueryClient()
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
    onItems: async (items) => {
      const written = screen?.write(items.map(({ text }) => text).join(''))
      if (items.some((item) => item.exited)) {
        setExited(true)
        // The tab says so, too.
        invalidate(queries, ['terminals.list']).catch(notifyError)
      }
      await written
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
