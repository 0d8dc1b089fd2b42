import { ChevronDown, ChevronUp } from 'lucide-react'
import type { Recording } from '../../../contract/api/trials.ts'
import { IconButton } from '../../components/controls.tsx'
import { useTrialLayout } from '../layout-store.ts'
import type { Replay } from '../terminal/replay.ts'
import { TerminalPane } from '../terminal/terminal-pane.tsx'
import type { KnownTrial } from '../use-trial.ts'

/** The terminal below the steps; folded, it costs nothing. */
export function FoldedTerminal({
  known,
  recording,
  replay,
}: {
  readonly known: KnownTrial
  readonly recording: Recording | undefined
  readonly replay: Replay
}) {
  const { terminalFolded: folded, set } = useTrialLayout()
  const fold = (
    <IconButton
      label={folded ? 'Show the terminal' : 'Hide the terminal'}
      aria-expanded={!folded}
      onClick={() => set({ terminalFolded: !folded })}
    >
      {folded ? <ChevronUp size={14} /> : <ChevronDown size={14} />}
    </IconButton>
  )
  if (folded) {
    return (
      <div className="flex shrink-0 items-center justify-between px-2 text-dim">
        <span>Terminal at this step</span>
        {fold}
      </div>
    )
  }
  return (
    <div className="flex min-h-56 flex-[2] shrink-0 flex-col">
      <TerminalPane known={known} recording={recording} replay={replay}>
        {fold}
      </TerminalPane>
    </div>
  )
}
