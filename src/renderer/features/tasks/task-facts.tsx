import type { TaskDetail } from '../../../contract/api/tasks.ts'
import { setQuery } from '../../app/router.ts'
import { useCall } from '../../client/queries.ts'
import { Facts } from '../../components/page.tsx'
import { CopyButton, Value } from '../../components/text.tsx'
import { formatBytes, formatDuration, NOT_MEASURED } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import { useStatus } from '../../stores/live.ts'

/** What the task asks for and allows, and what it says of itself. */
export function TaskFacts({ detail }: { readonly detail: TaskDetail }) {
  const { tags, hostVariables, refusals, unsupported } = detail
  const seconds = (value: number | null) => <Value>{formatDuration(value === null ? null : value * 1000)}</Value>
  return (
    <div
      role="region"
      aria-label="Facts"
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto px-4 py-3 outline-offset-[-2px]"
    >
      <Facts
        rows={[
          ['Difficulty', words(detail.difficulty)],
          ['Category', words(detail.category)],
          [
            'Tags',
            tags.length === 0 ? (
              <Value key="tags">{NOT_MEASURED}</Value>
            ) : (
              <span key="tags" className="flex flex-wrap gap-x-2">
                {tags.map((tag) => (
                  <button
                    key={tag}
                    type="button"
                    className="hover:underline"
                    onClick={() => setQuery('tasks', { tags: tag.replace(/[%,]/g, encodeURIComponent) })}
                  >
                    {toVisible(tag)}
                  </button>
                ))}
              </span>
            ),
          ],
          ['Agent timeout', seconds(detail.agentTimeoutSec)],
          ['Verifier timeout', seconds(detail.verifierTimeoutSec)],
          ['Build timeout', seconds(detail.buildTimeoutSec)],
          ['Processors', <Value key="cpus">{detail.cpus === null ? NOT_MEASURED : String(detail.cpus)}</Value>],
          ['Memory', <Value key="memory">{detail.memoryMb === null ? NOT_MEASURED : `${detail.memoryMb} MB`}</Value>],
          [
            'Storage',
            <Value key="storage">{detail.storageMb === null ? NOT_MEASURED : `${detail.storageMb} MB`}</Value>,
          ],
          ['Network', toVisible(detail.network)],
          ['Image', <ImageFact key="image" detail={detail} />],
          ['Solution', detail.hasSolution ? 'there: the oracle can play it' : 'none: the oracle cannot run it'],
          ['Digest', copied(detail.digest)],
          ['Folder', copied(detail.directory)],
          ...(hostVariables.length === 0
            ? []
            : [
                [
                  'Reads of this host',
                  hostVariables
                    .map(({ name, key, hasDefault }) => `${name} (${key}${hasDefault ? ', has a default' : ''})`)
                    .map(toVisible)
                    .join(', '),
                ] as const,
              ]),
          ...(unsupported.length === 0 ? [] : [['Not supported', unsupported.map(toVisible).join('; ')] as const]),
          ...refusals.map(({ backend, reason }) => [`Not on ${backend}`, toVisible(reason)] as const),
        ]}
      />
    </div>
  )
}

function ImageFact({ detail: { image, imageName } }: { readonly detail: TaskDetail }) {
  const backend = useStatus()?.backend?.name ?? null
  const { data, isPlaceholderData } = useCall(
    'engine.images',
    backend === null ? null : { backend, names: [imageName] },
  )
  const state = isPlaceholderData ? undefined : data?.[0]
  return (
    <>
      {copied(imageName)}
      <span className="text-dim">
        {image === null ? 'built from its Dockerfile' : 'prebuilt'}
        {state === undefined
          ? ''
          : state.present
            ? `; on this machine${state.sizeBytes === null ? '' : `, ${formatBytes(state.sizeBytes)}`}`
            : image === null
              ? '; not built here yet'
              : '; not on this machine, pulled at the start'}
      </span>
    </>
  )
}

function words(value: string | null) {
  return value === null ? <Value>{NOT_MEASURED}</Value> : toVisible(value)
}

function copied(text: string) {
  return (
    <span className="flex min-w-0 items-center gap-1">
      <span className="min-w-0 font-mono text-xs break-all">{toVisible(text)}</span>
      <CopyButton text={text} />
    </span>
  )
}
