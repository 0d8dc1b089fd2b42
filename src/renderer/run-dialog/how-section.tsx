import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { Segmented, Switch } from '../components/controls.tsx'
import { FieldRow, Lines, Row, Section } from './field.tsx'
import { fieldsOf, RUN_FIELDS, type RunField, type RunFieldName } from './fields.ts'
import type { Backend, RunForm } from './form.ts'
import type { RunDialogState } from './use-run-form.ts'

const BACKENDS = [
  { value: 'auto', label: 'automatic' },
  { value: 'docker', label: 'Docker' },
  { value: 'podman', label: 'Podman' },
  { value: 'sandbox', label: 'sandbox' },
] as const satisfies readonly { readonly value: Backend; readonly label: string }[]

const KEEPS = [
  { value: 'never', label: 'never' },
  { value: 'failures', label: 'after a failure' },
  { value: 'always', label: 'always' },
] as const satisfies readonly { readonly value: RunForm['keep']; readonly label: string }[]

/** How often, where, and within which limits. */
export function HowSection({ state }: { readonly state: RunDialogState }) {
  const { form, change } = state
  return (
    <Section title="How">
      {fieldsOf('common').map((name) => (
        <FieldRow key={name} name={name} state={state} />
      ))}
      <Row label="Backend" help="Where environments run. Results of different backends are never mixed in one number.">
        <Segmented
          label="Backend"
          value={form.backend}
          choices={BACKENDS}
          onChange={(value) => change({ backend: BACKENDS.find((one) => one.value === value)?.value ?? 'auto' })}
        />
      </Row>
      <More state={state} />
    </Section>
  )
}

function More({ state }: { readonly state: RunDialogState }) {
  const names = [...fieldsOf('container'), ...fieldsOf('time')]
  const set = countSet(state.form, names)
  const hasProblem = names.some((name) => state.checked.byField.has(name))
  const [open, setOpen] = useState(false)
  const shown = open || hasProblem
  const Chevron = shown ? ChevronDown : ChevronRight
  return (
    <>
      <button
        type="button"
        aria-expanded={shown}
        onClick={() => setOpen(!shown)}
        className="-ml-1 mt-1 flex h-7 items-center gap-1 rounded-md px-1 text-dim hover:text-text"
      >
        <Chevron size={14} aria-hidden /> More: limits, timeouts, variables, artifacts
        {set === 0 ? null : <span className="text-xs text-timeout">{set} set</span>}
      </button>
      {shown ? <Rare state={state} /> : null}
    </>
  )
}

function Rare({ state }: { readonly state: RunDialogState }) {
  const { form, change } = state
  return (
    <>
      {fieldsOf('container').map((name) => (
        <FieldRow key={name} name={name} state={state} />
      ))}
      <Row
        label="Keep environments"
        help="Leaves containers running after their trial, to look into them; tbcc clean --kept removes them."
      >
        <Segmented
          label="Keep environments"
          value={form.keep}
          choices={KEEPS}
          onChange={(value) => change({ keep: KEEPS.find((one) => one.value === value)?.value ?? 'never' })}
        />
      </Row>
      <Row label="Rebuild images">
        <Switch label="Rebuild images" checked={form.forceBuild} onChange={(forceBuild) => change({ forceBuild })} />
        <span className="text-xs text-dim">also those that are there</span>
      </Row>
      <Row label="Variables" help="Set in every environment.">
        <Lines
          label="Variables of the environments"
          value={form.env}
          onChange={(env) => change({ env })}
          placeholder="NAME to pass on the host’s value, or NAME=VALUE; one a line"
        />
      </Row>
      {fieldsOf('time').map((name) => (
        <FieldRow key={name} name={name} state={state} />
      ))}
      <Row label="Verify" help="Without it there is no verdict, and the trials count in no rate.">
        <Switch label="Verify" checked={form.verify} onChange={(verify) => change({ verify })} />
        <span className="text-xs text-dim">{form.verify ? 'the tests judge each trial' : 'no verdicts'}</span>
      </Row>
      <Row label="Artifacts" help="Copied out of each environment after its trial.">
        <Lines
          label="Artifacts"
          value={form.artifacts}
          onChange={(artifacts) => change({ artifacts })}
          placeholder="Paths in the container, one a line"
        />
      </Row>
    </>
  )
}

/** How many of the folded settings are not as they would be by themselves. */
function countSet(form: RunForm, names: readonly RunFieldName[]): number {
  const typed = names.filter((name) => {
    const { empty }: RunField = RUN_FIELDS[name]
    return empty !== null && form.texts[name].trim() !== ''
  })
  const others = [
    form.keep !== 'never',
    form.forceBuild,
    !form.verify,
    form.env.trim() !== '',
    form.artifacts.trim() !== '',
  ]
  return typed.length + others.filter((is) => is).length
}
