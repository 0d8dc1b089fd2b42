import type { TrialRef } from '../../../contract/api/common.ts'
import { toAppError } from '../../../contract/errors.ts'
import { useCall } from '../../client/queries.ts'
import { AnsiText } from '../../components/ansi-text.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { CopyButton } from '../../components/text.tsx'
import { formatBytes } from '../../format/format.ts'

/** Where Harbor keeps what the tests print. */
const PATH = 'verifier/test-stdout.txt'
/** Verdicts stand at the end. */
const TAIL_BYTES = 512 * 1024

/** What the verification printed, from the verifier's own file: for trials whose output was not kept, or that Harbor ran. */
export function KeptOutput({
  trial,
  whyGone,
}: {
  readonly trial: TrialRef
  /** Why the log of the trial no longer has it, as a sentence; null: nothing was printed as far as that tells. */
  readonly whyGone: string | null
}) {
  const head = useCall('trials.readFile', { ...trial, path: PATH })
  const size = head.data?.size ?? 0
  const isLong = head.data?.kind === 'text' && head.data.truncated
  const tail = useCall('trials.readFile', isLong ? { ...trial, path: PATH, offset: size - TAIL_BYTES } : null)
  const { data, error, refetch } = isLong ? tail : head
  if (error !== null) {
    if (toAppError(error).code === 'not-found') return <NoOutput whyGone={whyGone} />
    return <ErrorState error={error} retry={() => void refetch()} />
  }
  if (data === undefined) return <Skeleton />
  if (data.text === null || data.text === '') return <NoOutput whyGone={whyGone} />
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label="Raw output"
      className="min-h-0 flex-1 overflow-y-auto border-t border-line px-(--page) py-2 outline-offset-[-2px]"
    >
      <div className="flex items-center gap-2 pb-1 text-xs text-dim">
        {isLong ? `The end of ${formatBytes(size)}` : formatBytes(size)} in {PATH}
        {whyGone === null ? null : <span>{whyGone}</span>}
        <CopyButton text={data.text} label="Copy what is shown" />
      </div>
      <AnsiText text={data.text} />
    </div>
  )
}

function NoOutput({ whyGone }: { readonly whyGone: string | null }) {
  if (whyGone !== null) {
    return <EmptyState title="What the verification printed is not there" hint={`${whyGone} ${PATH} has none of it.`} />
  }
  return (
    <EmptyState
      title="The verification printed nothing"
      hint="Its files, where it left some, stand under Files in verifier/."
    />
  )
}
