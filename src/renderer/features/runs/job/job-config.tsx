import type { ReactNode } from 'react'
import type { JobDetail } from '../../../../contract/api/jobs.ts'
import { useCall } from '../../../client/queries.ts'
import { Code } from '../../../components/code.tsx'
import { Facts } from '../../../components/page.tsx'
import { ErrorState, Skeleton } from '../../../components/states.tsx'
import { CopyButton } from '../../../components/text.tsx'
import { formatPercent, formatWhen } from '../../../format/format.ts'

/** What the job was told to do, as it stands on disk, and as a command line. */
export function JobConfig({ jobName }: { readonly jobName: string }) {
  const { data, error, refetch } = useCall('jobs.show', { jobName })
  if (error !== null) return <ErrorState error={error} retry={() => void refetch()} />
  if (data === undefined) return <Skeleton rows={12} />
  return (
    <div
      className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-(--page) py-4"
      tabIndex={0}
      role="region"
      aria-label="Configuration"
    >
      <Facts rows={toFacts(data)} />
      {data.commandLine === null ? null : (
        <Part title="The same run as a command" text={data.commandLine}>
          <Code text={data.commandLine} language="shellscript" />
        </Part>
      )}
      <Part title="config.json" text={data.config}>
        <Code text={indent(data.config ?? '')} language="json" />
      </Part>
      {data.lock === null ? null : (
        <details>
          <summary className="font-semibold">lock.json</summary>
          <Part title="What exactly was run" text={data.lock}>
            <Code text={indent(data.lock)} language="json" />
          </Part>
        </details>
      )}
    </div>
  )
}

function Part({
  title,
  text,
  children,
}: {
  readonly title: string
  readonly text: string | null
  readonly children: ReactNode
}) {
  return (
    <section aria-label={title}>
      <h2 className="flex h-7 items-center gap-1 text-xs text-dim">
        {title}
        {text === null ? null : <CopyButton text={text} label={`Copy ${title}`} />}
      </h2>
      {text === null ? (
        <p className="text-dim">This job has none that can be read.</p>
      ) : (
        <div className="rounded-md bg-raised p-3">{children}</div>
      )}
    </section>
  )
}

function toFacts(job: JobDetail): readonly (readonly [string, ReactNode])[] {
  return [
    [
      'Folder',
      <span key="folder" className="inline-flex items-center gap-1">
        <span className="font-mono text-xs break-all">{job.directory}</span>
        <CopyButton text={job.directory} label="Copy the path" />
      </span>,
    ],
    ['Backend', job.backend ?? 'not known'],
    ['Started', formatWhen(job.startedAt)],
    ['Finished', formatWhen(job.finishedAt)],
    ...(job.concurrency === null ? [] : [['At once', String(job.concurrency)] as const]),
    ...(job.passAtK.length === 0 ? [] : [['pass@k', describePassAtK(job.passAtK)] as const]),
  ]
}

function describePassAtK(values: JobDetail['passAtK']): ReactNode {
  return (
    <ul>
      {values.map(({ agent, model, k, value }) => (
        <li key={`${agent} ${model ?? ''} ${k}`} className="tabular">
          pass@{k} {formatPercent(value)}{' '}
          <span className="text-dim">{[agent, model].filter((name) => name !== null).join(' ')}</span>
        </li>
      ))}
    </ul>
  )
}

/** Harbor writes it indented; other programs may not. */
function indent(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}
