import { useEffect, useState } from 'react'
import type { TrialRef } from '../../../contract/api/common.ts'
import type { OutputPiece, Recording } from '../../../contract/api/trials.ts'
import { call } from '../../client/client.ts'
import { AnsiText } from '../../components/ansi-text.tsx'
import { Button } from '../../components/controls.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { CopyButton } from '../../components/text.tsx'
import { formatBytes } from '../../format/format.ts'
import { notifyError } from '../../stores/notices.ts'
import { whyGone } from '../terminal/why-empty.ts'
import { KeptOutput } from './kept-output.tsx'

/** Verdicts stand at the end, so that is where reading begins. */
const PIECE_BYTES = 128 * 1024

/** All that was printed in the verification. */
export function RawOutput({
  trial,
  recording,
  isRunning,
}: {
  readonly trial: TrialRef
  readonly recording: Recording | undefined
  readonly isRunning: boolean
}) {
  const phase = recording?.phases.findLast((span) => span.phase === 'verification')
  if (recording === undefined) return <Skeleton />
  const isEmpty = phase === undefined || phase.to <= phase.from
  if (isEmpty && isRunning) {
    return (
      <EmptyState
        title="Nothing was printed yet"
        hint="Its files, where it left some, stand under Files in verifier/."
      />
    )
  }
  const { pruned } = recording
  if (isEmpty || pruned !== null) return <KeptOutput trial={trial} whyGone={pruned === null ? null : whyGone(pruned)} />
  return <Pieces key={phase.from} trial={trial} from={phase.from} to={phase.to} />
}

function Pieces({ trial, from, to }: { readonly trial: TrialRef; readonly from: number; readonly to: number }) {
  const { jobName, trialName } = trial
  const [pieces, setPieces] = useState<readonly OutputPiece[] | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const begin = Math.max(from, to - PIECE_BYTES)
  useEffect(() => {
    const gone = new AbortController()
    readBetween({ jobName, trialName }, begin, to, gone.signal)
      .then((read) => {
        setPieces(read)
        setError(null)
      })
      .catch((thrown: unknown) => (gone.signal.aborted ? undefined : setError(thrown)))
    return () => gone.abort()
  }, [jobName, trialName, begin, to])
  const first = pieces?.[0]?.from ?? begin
  const loadEarlier = async (): Promise<void> => {
    const earlier = await readBetween(trial, Math.max(from, first - PIECE_BYTES), first)
    setPieces((known) => [...earlier, ...(known ?? [])])
  }
  if (error !== null) return <ErrorState error={error} />
  if (pieces === null) return <Skeleton />
  // The log is shorter than the events say.
  if (pieces.length === 0)
    return <KeptOutput trial={trial} whyGone="The terminal output that is there ends before it." />
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label="Raw output"
      className="min-h-0 flex-1 overflow-y-auto border-t border-line px-(--page) py-2 outline-offset-[-2px]"
    >
      <div className="flex items-center gap-2 pb-1 text-xs text-dim">
        {formatBytes(to - from)} printed in the verification
        <CopyButton text={() => pieces.map(({ text }) => text).join('')} label="Copy what is shown" />
        {first > from ? (
          <Button
            busy={busy}
            onClick={() => {
              setBusy(true)
              loadEarlier()
                .catch(notifyError)
                .finally(() => setBusy(false))
            }}
          >
            {formatBytes(first - from)} before this: show more
          </Button>
        ) : null}
      </div>
      {pieces.map((piece) => (
        <AnsiText key={piece.from} text={piece.text} />
      ))}
    </div>
  )
}

/** What stands between two positions; the engine may give it in several pieces. */
async function readBetween(
  trial: TrialRef,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<readonly OutputPiece[]> {
  const pieces: OutputPiece[] = []
  for (let at = from; at < to;) {
    const piece = await call(
      'trials.readOutput',
      { ...trial, from: at, limit: to - at },
      signal === undefined ? {} : { signal },
    )
    if (piece.to <= at) break
    pieces.push(piece)
    at = piece.to
  }
  return pieces
}
