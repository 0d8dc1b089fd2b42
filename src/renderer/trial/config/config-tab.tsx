import { useCall } from '../../client/queries.ts'
import { Code } from '../../components/code.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { CopyButton } from '../../components/text.tsx'
import { toVisible } from '../../format/visible.ts'
import type { KnownTrial } from '../use-trial.ts'

/** What the trial ran with, and where that is not what its task says. */
export function ConfigTab({ known }: { readonly known: KnownTrial }) {
  const { data, error, refetch } = useCall('trials.config', known.ref)
  if (error !== null) return <ErrorState error={error} retry={() => void refetch()} />
  if (data === undefined) return <Skeleton />
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label="Configuration"
      className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-(--page) py-3 outline-offset-[-2px]"
    >
      <Differences rows={data.differences} />
      <section aria-label="Resolved configuration">
        <h2 className="flex items-center gap-2 font-semibold">
          Resolved
          {data.config === null ? null : <CopyButton text={data.config} label="Copy config.json" />}
        </h2>
        {data.config === null ? (
          <EmptyState title="No config.json" hint="It is written when the trial starts." />
        ) : (
          <Code text={toIndented(data.config)} language="json" className="mt-1" />
        )}
      </section>
    </div>
  )
}

function Differences({
  rows,
}: {
  readonly rows: readonly { readonly key: string; readonly task: string | null; readonly used: string | null }[]
}) {
  if (rows.length === 0) return <p className="text-dim">It ran with what its task says: nothing was changed.</p>
  return (
    <section aria-label="Differences from the task">
      <h2 className="font-semibold">Not as the task says</h2>
      <table className="mt-1 border-collapse text-left">
        <thead className="text-xs text-dim">
          <tr>
            <th className="pr-6 font-normal">Setting</th>
            <th className="pr-6 font-normal">Task</th>
            <th className="font-normal">Used</th>
          </tr>
        </thead>
        <tbody className="font-mono text-xs">
          {rows.map(({ key, task, used }) => (
            <tr key={key} className="border-t border-line align-top">
              <td className="py-1 pr-6">{toVisible(key)}</td>
              <td className="py-1 pr-6 break-all text-dim">{task === null ? 'not set' : toVisible(task)}</td>
              <td className="py-1 break-all">{used === null ? 'not set' : toVisible(used)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function toIndented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}
