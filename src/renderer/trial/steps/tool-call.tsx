import type { Step } from '../../../contract/api/trials.ts'
import { Code } from '../../components/code.tsx'
import { CopyButton } from '../../components/text.tsx'
import { formatDuration } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import { ClippedText } from './clipped-text.tsx'
import { toFields } from './tool-fields.ts'

/** A call of a tool: what it was called with, and what came back. `isRunning`: its trial, so that it may come still. */
export function ToolCall({
  call,
  isRunning,
}: {
  readonly call: Step['toolCalls'][number]
  readonly isRunning: boolean
}) {
  const { name, observation, isError, durationMs } = call
  return (
    <section aria-label={`Call of ${toVisible(name)}`} className="border-l-2 border-line pl-3">
      <header className="flex items-center gap-2">
        <span className="font-mono text-xs font-semibold">{toVisible(name)}</span>
        {isError ? <span className="text-failure">✗ failed</span> : null}
        <span className="text-xs text-dim tabular">{durationMs === null ? '' : formatDuration(durationMs)}</span>
        <span className="ml-auto">
          <CopyButton text={call.arguments.text} label="Copy the arguments as JSON" />
        </span>
      </header>
      <Arguments text={call.arguments} />
      {observation === null ? (
        <p className="text-dim">{isRunning ? 'no answer yet' : 'no answer recorded'}</p>
      ) : (
        <div className="mt-1.5">
          <p className="text-xs text-dim">came back</p>
          <ClippedText text={observation} {...(isError ? { className: 'text-failure' } : {})} />
        </div>
      )}
    </section>
  )
}

function Arguments({ text: { text, truncated } }: { readonly text: Step['toolCalls'][number]['arguments'] }) {
  const fields = truncated ? null : toFields(text)
  if (fields === null) {
    return (
      <>
        <Code text={text} language="json" />
        {truncated ? <p className="text-dim">The arguments are cut here.</p> : null}
      </>
    )
  }
  return (
    <dl>
      {fields.map(({ name, value, language }) => (
        <div key={name} className="min-w-0">
          <dt className="text-xs text-dim">{toVisible(name)}</dt>
          <dd>
            <Code text={value} language={language} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
