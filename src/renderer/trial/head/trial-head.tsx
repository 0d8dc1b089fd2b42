import { ChevronLeft, ChevronRight, Folder, FolderOpen, Link2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { navigate, paths, useAddress } from '../../app/router.ts'
import { host } from '../../client/open-host.ts'
import { IconButton } from '../../components/controls.tsx'
import { BlameMark, OutcomeMark, toMark } from '../../components/outcome.tsx'
import { PageHead } from '../../components/page.tsx'
import { CopyButton, MiddleTruncated, Value } from '../../components/text.tsx'
import { formatReward } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import { trialKey, useEnvironments } from '../../stores/live.ts'
import { notifyError } from '../../stores/notices.ts'
import { toSentence } from '../verdict/sentence.ts'
import { useUpPaths } from '../up-paths.ts'
import type { KnownTrial } from '../use-trial.ts'

/** Where one is, how the trial ended in one line, and where to go from here. */
export function TrialHead({ known, children }: { readonly known: KnownTrial; readonly children?: ReactNode }) {
  const { ref, detail, trial } = known
  const up = useUpPaths(ref.jobName)
  return (
    <PageHead
      title={<MiddleTruncated text={toVisible(ref.trialName)} />}
      crumbs={[
        { label: 'Runs', to: up.list },
        { label: toVisible(ref.jobName), to: up.job },
      ]}
      answer={<Answer known={known} />}
      actions={
        <>
          {children}
          <CopyButton text={() => location.href} label="Copy the link to this view" icon={Link2} />
          {host.can.reveal ? (
            <IconButton
              label="Open the folder"
              onClick={() => {
                host.reveal(detail.directory).catch(notifyError)
              }}
            >
              <FolderOpen size={14} />
            </IconButton>
          ) : (
            <CopyButton text={detail.directory} label={`Copy the folder’s path: ${detail.directory}`} icon={Folder} />
          )}
          <Neighbours known={known} key={trial.trialName} />
        </>
      }
    />
  )
}

function Answer({ known: { ref, trial, detail } }: { readonly known: KnownTrial }) {
  const { record } = detail
  const environments = useEnvironments()
  const isAssisted =
    trial.assisted ||
    record?.assisted === true ||
    environments.some((one) => one.assisted && one.trial !== null && trialKey(one.trial) === trialKey(ref))
  return (
    <div className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 text-sm">
      <span className="flex min-w-0 items-baseline gap-2 text-base">
        <OutcomeMark mark={toMark(trial)} />
        <span className="min-w-0 break-words text-text">{toSentence(trial, detail)}</span>
      </span>
      <span>
        reward <Value>{formatReward(trial.reward)}</Value>
      </span>
      <span>
        tests <Value>{trial.testsTotal === null ? '–' : `${trial.testsPassed ?? 0}/${trial.testsTotal}`}</Value>
      </span>
      {trial.blame === null ? null : (
        <span className="inline-flex min-w-0 items-baseline gap-1.5">
          blame <BlameMark blame={trial.blame} />
        </span>
      )}
      {isAssisted ? (
        <span className="text-timeout" title="Somebody typed into its environment while it was scored">
          ✎ assisted
        </span>
      ) : null}
    </div>
  )
}

function Neighbours({ known: { ref, detail } }: { readonly known: KnownTrial }) {
  const { tab } = useAddress('runs').query
  const open = (trialName: string | null) => () => {
    // The tab stays, as with the arrow keys.
    if (trialName !== null) navigate(paths.trial({ jobName: ref.jobName, trialName }, tab === undefined ? {} : { tab }))
  }
  return (
    <span className="inline-flex items-center text-dim">
      <IconButton label="Previous trial of the job" disabled={detail.previous === null} onClick={open(detail.previous)}>
        <ChevronLeft size={16} />
      </IconButton>
      <span className="text-xs tabular" title="Its place among the trials of the job">
        {detail.position} of {detail.of}
      </span>
      <IconButton label="Next trial of the job" disabled={detail.next === null} onClick={open(detail.next)}>
        <ChevronRight size={16} />
      </IconButton>
    </span>
  )
}
