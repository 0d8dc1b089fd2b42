import { useId, type ReactNode } from 'react'
import { TextField } from '../components/controls.tsx'
import { RUN_FIELDS, type RunField, type RunFieldName } from './fields.ts'
import type { RunDialogState } from './use-run-form.ts'

/** One typed setting: label, field, unit; below it what is wrong with it. */
export function FieldRow({ name, state }: { readonly name: RunFieldName; readonly state: RunDialogState }) {
  const field: RunField = RUN_FIELDS[name]
  const id = useId()
  const { form, change, checked, prepareError } = state
  const problem =
    checked.byField.get(name) ??
    (name === 'jobName' && prepareError?.code === 'already-exists' ? prepareError.message : undefined)
  return (
    <Row label={field.label} htmlFor={id} help={field.help} problem={problem}>
      <TextField
        id={id}
        value={form.texts[name]}
        placeholder={field.empty ?? ''}
        inputMode={field.kind === 'number' ? 'decimal' : 'text'}
        aria-invalid={problem !== undefined}
        onChange={({ target }) => change({ texts: { ...form.texts, [name]: target.value } })}
        className={field.kind === 'number' ? 'w-32 tabular' : 'w-64'}
      />
      {field.unit === null ? null : <span className="text-xs text-dim">{field.unit}</span>}
    </Row>
  )
}

/** A label and what stands beside it. */
export function Row({
  label,
  htmlFor,
  help,
  problem,
  children,
}: {
  readonly label: string
  readonly htmlFor?: string
  readonly help?: string
  readonly problem?: string | undefined
  readonly children: ReactNode
}) {
  return (
    <div className="grid grid-cols-[160px_1fr] items-start gap-x-3 py-1">
      {htmlFor === undefined ? (
        <span className="flex min-h-7 items-center text-dim" title={help}>
          {label}
        </span>
      ) : (
        <label htmlFor={htmlFor} className="flex min-h-7 items-center text-dim" title={help}>
          {label}
        </label>
      )}
      <div className="min-w-0">
        <div className="flex min-h-7 flex-wrap items-center gap-2">{children}</div>
        {problem === undefined ? null : (
          <p role="alert" className="text-xs text-failure">
            {problem}
          </p>
        )}
      </div>
    </div>
  )
}

export function Section({
  title,
  note,
  children,
}: {
  readonly title: string
  readonly note?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <section aria-label={title} className="border-t border-line py-3 first:border-t-0 first:pt-1">
      <h3 className="flex items-center gap-2 pb-1 font-semibold">
        {title}
        {note === undefined ? null : <span className="ml-auto font-normal">{note}</span>}
      </h3>
      {children}
    </section>
  )
}

/** Several lines of text. */
export function Lines({
  label,
  value,
  onChange,
  placeholder,
}: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly placeholder: string
}) {
  return (
    <textarea
      aria-label={label}
      value={value}
      rows={Math.min(6, Math.max(2, value.split('\n').length))}
      placeholder={placeholder}
      spellCheck={false}
      autoComplete="off"
      onChange={({ target }) => onChange(target.value)}
      className="w-full resize-y rounded-md border border-line bg-raised px-2 py-1 font-mono text-xs placeholder:text-dim"
    />
  )
}
