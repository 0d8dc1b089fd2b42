import { paths } from '../../../app/router.ts'
import { Link } from '../../../components/text.tsx'
import { formatClock } from '../../../format/format.ts'
import { toVisible } from '../../../format/visible.ts'
import type { LogLine } from './describe-job-event.ts'

const TONES = { plain: '', warning: 'text-timeout', error: 'text-failure' } as const

export function LogRow({ line, jobName }: { readonly line: LogLine; readonly jobName: string }) {
  const { at, tone, text, trialName } = line
  return (
    <div className="flex gap-4 px-(--page) py-0.5 hover:bg-hover">
      <time dateTime={at} title={at} className="shrink-0 text-dim tabular">
        {formatClock(at, 1)}
      </time>
      <span className={`min-w-0 flex-1 break-words ${TONES[tone]}`}>
        {tone === 'plain' ? null : <span aria-hidden>! </span>}
        {trialName === null ? null : (
          <>
            <Link to={paths.trial({ jobName, trialName })}>{toVisible(trialName)}</Link>{' '}
          </>
        )}
        {toVisible(text)}
      </span>
    </div>
  )
}
