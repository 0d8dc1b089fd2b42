import type { PreparedJob } from '../../contract/api/jobs.ts'
import { useCall } from '../client/queries.ts'
import { CopyButton } from '../components/text.tsx'
import { ErrorState } from '../components/states.tsx'
import { toVisible } from '../format/visible.ts'
import { useSettings } from '../stores/settings.ts'
import { toCommandDifferences } from './describe-command.ts'
import { inDialog } from './describe-error.ts'
import { describeEstimate, describeSize, toFindings, type Finding } from './describe-outlook.ts'
import type { RunDialogState } from './use-run-form.ts'

/** What the start would do, beside what is typed. */
export function Outlook({
  state,
  confirmed,
  onConfirm,
}: {
  readonly state: RunDialogState
  readonly confirmed: boolean
  readonly onConfirm: (confirmed: boolean) => void
}) {
  const { checked, prepared, prepareError, isStale, size, form } = state
  return (
    <aside aria-label="What will run" aria-busy={isStale} className="flex min-w-0 flex-col gap-3">
      <p role="status" className="text-base">
        {size === null ? (checked.config === null ? 'Not complete yet' : 'Counting tasks') : describeSize(size)}
      </p>
      {checked.others.map((problem) => (
        <p key={problem} role="alert" className="text-failure">
          {toVisible(problem)}
        </p>
      ))}
      {/* A name that is taken is said at its field. */}
      {prepareError === null || prepareError.code === 'already-exists' ? null : (
        <div className="-ml-4">
          <ErrorState error={inDialog(prepareError)} retry={state.retry} />
        </div>
      )}
      {prepared === null ? (
        prepareError === null && checked.config !== null ? (
          <p className="text-dim">Looking at tasks, images and past trials</p>
        ) : null
      ) : (
        <div className={`flex flex-col gap-3 fade ${isStale ? 'opacity-50' : ''}`}>
          <p className="text-dim">{describeEstimate(prepared, Number(form.texts.concurrency) || 1)}</p>
          <ul className="flex flex-col gap-1.5">
            {toFindings(prepared).map((finding) => (
              <FindingLine key={finding.text} finding={finding} />
            ))}
          </ul>
          <HostVariables prepared={prepared} confirmed={confirmed} onConfirm={onConfirm} />
          <CommandLine text={prepared.commandLine} />
        </div>
      )}
    </aside>
  )
}

const TONES = { error: ['!', 'text-failure'], warning: ['▲', 'text-timeout'], plain: ['·', 'text-dim'] } as const

function FindingLine({ finding: { tone, text, details } }: { readonly finding: Finding }) {
  const [glyph, color] = TONES[tone]
  return (
    <li className="flex gap-2">
      <span aria-hidden className={`w-3 shrink-0 text-center font-semibold ${color}`}>
        {glyph}
      </span>
      {details.length === 0 ? (
        <span className="min-w-0 break-words">{toVisible(text)}</span>
      ) : (
        <details className="min-w-0">
          <summary className="break-words">{toVisible(text)}</summary>
          <ul className="mt-1 flex max-h-48 flex-col gap-1 overflow-y-auto text-xs text-dim">
            {details.map((line) => (
              <li key={line} className="break-words">
                {toVisible(line)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  )
}

/** Variables of this host that tasks and tool servers read are passed on only when the user says so. */
function HostVariables({
  prepared: { hostVariables },
  confirmed,
  onConfirm,
}: {
  readonly prepared: PreparedJob
  readonly confirmed: boolean
  readonly onConfirm: (confirmed: boolean) => void
}) {
  const read = hostVariables.filter(({ isSet }) => isSet)
  if (read.length === 0) return null
  return (
    <label className="flex items-start gap-2">
      <input
        type="checkbox"
        checked={confirmed}
        onChange={({ target }) => onConfirm(target.checked)}
        className="mt-0.5 accent-accent"
      />
      <span className="min-w-0">
        Tasks and tool servers may read these variables of this host:{' '}
        {read.map(({ name, tasks, servers }) => (
          <span key={name} className="block break-words">
            <code className="font-mono text-xs">{toVisible(name)}</code>{' '}
            <span className="text-xs text-dim">{[...tasks, ...servers].map(toVisible).join(', ')}</span>
          </span>
        ))}
      </span>
    </label>
  )
}

function CommandLine({ text }: { readonly text: string }) {
  const settings = useSettings()
  const { data: secrets } = useCall('secrets.list', {})
  const differences = toCommandDifferences(settings?.settings ?? [], secrets ?? [])
  return (
    <div>
      <div className="flex items-center justify-between">
        <span className="text-xs text-dim">The same as a command</span>
        <CopyButton text={text} label="Copy the command" />
      </div>
      <pre
        role="region"
        tabIndex={0}
        aria-label="Command"
        className="max-h-32 overflow-auto rounded-md bg-hover p-2 font-mono text-xs break-all whitespace-pre-wrap"
      >
        {toVisible(text)}
      </pre>
      {differences.length === 0 ? null : (
        <p className="pt-1 text-xs text-dim">The command reads no settings: {differences.join('; ')}.</p>
      )}
    </div>
  )
}
