import type { Recording } from '../../contract/api/trials.ts'
import type { TabItem } from '../components/tabs.tsx'
import { formatCount } from '../format/format.ts'
import { ConfigTab } from './config/config-tab.tsx'
import { EventsTab } from './events/events-tab.tsx'
import { ExceptionTab } from './exception-tab.tsx'
import { FilesTab } from './files/files-tab.tsx'
import { StepsTab } from './steps/steps-tab.tsx'
import type { Steps } from './steps/use-steps.ts'
import type { Replay } from './terminal/replay.ts'
import { TerminalPane } from './terminal/terminal-pane.tsx'
import type { KnownTrial } from './use-trial.ts'
import { VerifierTab } from './verifier/verifier-tab.tsx'

/** What a trial's tabs show, in order. */
export function toTabs({
  known,
  steps,
  recording,
  replay,
  lastSeq,
}: {
  readonly known: KnownTrial
  readonly steps: Steps
  readonly recording: Recording | undefined
  readonly replay: Replay
  readonly lastSeq: number | null
}): readonly TabItem[] {
  const { trial, detail } = known
  const total = steps.choice.text === '' && steps.choice.kinds.length === 0 ? steps.outline.total : null
  const failed = detail.tests?.failed ?? 0
  const hasException = trial.exceptionType !== null || detail.exceptionText !== null
  return [
    {
      value: 'steps',
      label: 'Steps',
      ...(total === null ? {} : { note: formatCount(total) }),
      content: <StepsTab known={known} steps={steps} recording={recording} replay={replay} />,
    },
    {
      value: 'terminal',
      label: 'Terminal',
      content: <TerminalPane known={known} recording={recording} replay={replay} />,
    },
    {
      value: 'verifier',
      label: 'Verifier',
      ...(failed === 0 ? {} : { note: <span className="text-failure">{failed} ✗</span> }),
      content: <VerifierTab known={known} recording={recording} />,
    },
    { value: 'files', label: 'Files', content: <FilesTab known={known} /> },
    { value: 'config', label: 'Config', content: <ConfigTab known={known} /> },
    { value: 'events', label: 'Events', content: <EventsTab known={known} lastSeq={lastSeq} /> },
    {
      value: 'exception',
      label: 'Exception',
      ...(hasException ? { note: <span className="text-error">!</span> } : {}),
      content: <ExceptionTab known={known} />,
    },
  ]
}
