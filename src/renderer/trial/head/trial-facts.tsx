import type { ReactNode } from 'react'
import type { AgentSetup } from '../../../contract/trial.ts'
import { paths } from '../../app/router.ts'

import { CopyButton, Link, MiddleTruncated, Value } from '../../components/text.tsx'
import { formatCost, formatCount, formatDuration, NOT_MEASURED } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import type { KnownTrial } from '../use-trial.ts'

/** What ran where, and what it took. */
export function TrialFacts({
  known: { trial, detail },
  workdir,
}: {
  readonly known: KnownTrial
  /** As the events say, while there is no record. */
  readonly workdir: string | null
}) {
  const { record } = detail
  const environment = record?.environment ?? null
  const containerId = environment?.containerId ?? trial.live?.containerId ?? null
  const directory = environment?.workdir ?? workdir
  const usage = trial.live?.usage ?? trial
  const image = environment?.image ?? trial.live?.image ?? null
  return (
    <dl className="flex flex-wrap gap-x-5 gap-y-1 px-(--page) pb-2">
      <Fact label="task">
        <Link to={paths.task(trial.taskName)}>
          <MiddleTruncated text={toVisible(trial.taskName)} />
        </Link>
      </Fact>
      <Fact label="agent">
        <Link to={paths.trials({ agents: trial.agent })}>{toVisible(trial.agent)}</Link>
        {record === null ? null : (
          <span className="ml-1 text-dim" title={setupWords(record.agentSetup ?? null)}>
            {toVisible(record.agentVersion)}
          </span>
        )}
      </Fact>
      <Fact label="model">
        {trial.model === null ? (
          <span className="text-dim">none</span>
        ) : (
          <Link to={paths.trials({ models: trial.model })}>{toVisible(trial.model)}</Link>
        )}
      </Fact>
      <Fact label="attempt">
        <Value>{trial.attempt === null ? NOT_MEASURED : String(trial.attempt)}</Value>
        {(record?.replaced ?? 0) > 0 ? <span className="ml-1 text-dim">after {record?.replaced} replaced</span> : null}
      </Fact>
      <Fact label="image">{image === null ? <Value>{NOT_MEASURED}</Value> : <Copied text={image} />}</Fact>
      <Fact label="container">
        {containerId === null ? (
          <Value>{NOT_MEASURED}</Value>
        ) : (
          <Copied text={containerId} shown={containerId.slice(0, 12)} />
        )}
      </Fact>
      <Fact label="working directory">
        {directory === null ? <Value>{NOT_MEASURED}</Value> : <Copied text={directory} />}
      </Fact>
      <Fact label="tokens in / cached / out">
        <span>
          <Value>{formatCount(usage.inputTokens)}</Value> / <Value>{formatCount(usage.cachedTokens)}</Value> /{' '}
          <Value>{formatCount(usage.outputTokens)}</Value>
        </span>
      </Fact>
      <Fact label="cost">
        <Value>{formatCost(usage.costUsd, usage.costIsEstimate)}</Value>
      </Fact>
    </dl>
  )
}

/** How the agent came into the container. */
function setupWords(setup: AgentSetup | null): string | undefined {
  if (setup === null) return undefined
  const failed = setup.failedWays.map((way) => `\ntried before: ${toVisible(way)}`).join('')
  return `${SETUP_WAYS[setup.way]} in ${formatDuration(setup.durationMs)}${failed}`
}

const SETUP_WAYS: Readonly<Record<AgentSetup['way'], string>> = {
  present: 'was in the image: looked at',
  vendor: "installed by the vendor's installer",
  registry: 'installed from its registry',
  prepared: 'put in ready-made',
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="flex max-w-64 min-w-0 flex-col">
      <dt className="text-xs text-dim">{label}</dt>
      <dd className="flex h-6 min-w-0 items-center whitespace-nowrap tabular">{children}</dd>
    </div>
  )
}

/** A name in full on hover and when it is copied. */
function Copied({ text, shown }: { readonly text: string; readonly shown?: string }) {
  return (
    <>
      <span className="min-w-0 truncate font-mono text-xs" title={toVisible(text)}>
        {shown ?? <MiddleTruncated text={toVisible(text)} />}
      </span>
      <CopyButton text={text} label={`Copy ${shown === undefined ? toVisible(text) : 'the full id'}`} />
    </>
  )
}
