import { Plus, X } from 'lucide-react'
import { useId } from 'react'
import type { AgentInfo } from '../../contract/api/jobs.ts'
import { Button, IconButton, Select, TextField } from '../components/controls.tsx'
import { Lines, Row, Section } from './field.tsx'
import { freshAgent, modelsOf, type AgentForm } from './form.ts'
import type { RunDialogState } from './use-run-form.ts'

/** Agents, each with its models and its own settings. */
export function WhoSection({ state: { form, change, known, settingOf } }: { readonly state: RunDialogState }) {
  const set = (id: number, next: Partial<AgentForm>): void =>
    change({ agents: form.agents.map((agent) => (agent.id === id ? { ...agent, ...next } : agent)) })
  const add = (): void => {
    const id = Math.max(-1, ...form.agents.map((agent) => agent.id)) + 1
    const unused = known.find(({ name }) => !form.agents.some((agent) => agent.name === name))
    change({ agents: [...form.agents, freshAgent(id, unused?.name ?? 'oracle', { known, settingOf })] })
  }
  return (
    <Section
      title="Who"
      note={
        <Button tone="quiet" onClick={add}>
          <Plus size={14} aria-hidden /> Add an agent
        </Button>
      }
    >
      {form.agents.map((agent, index) => (
        <AgentRows
          key={agent.id}
          agent={agent}
          known={known}
          onChoose={(name) => set(agent.id, freshAgent(agent.id, name, { known, settingOf }))}
          number={form.agents.length > 1 ? index + 1 : null}
          onChange={(next) => set(agent.id, next)}
          onRemove={
            form.agents.length > 1 ? () => change({ agents: form.agents.filter(({ id }) => id !== agent.id) }) : null
          }
        />
      ))}
    </Section>
  )
}

function AgentRows({
  agent,
  known,
  number,
  onChange,
  onChoose,
  onRemove,
}: {
  readonly agent: AgentForm
  readonly onChoose: (name: string) => void
  readonly known: readonly AgentInfo[]
  readonly number: number | null
  readonly onChange: (next: Partial<AgentForm>) => void
  readonly onRemove: (() => void) | null
}) {
  const info = known.find(({ name }) => name === agent.name)
  const of = number === null ? '' : ` ${number}`
  const names = known.map(({ name }) => name)
  return (
    <div
      role="group"
      aria-label={`Agent${of}`}
      className={number !== null && number > 1 ? 'mt-2 border-t border-line pt-2' : ''}
    >
      <Row label={`Agent${of}`}>
        <Select
          label={`Agent${of}`}
          value={agent.name}
          choices={[...new Set([...names, agent.name])].map((value) => ({ value, label: value }))}
          onChange={onChoose}
        />
        <span className="min-w-0 flex-1 text-xs text-dim">{info?.summary}</span>
        {onRemove === null ? null : (
          <IconButton label={`Remove agent${of}`} onClick={onRemove}>
            <X size={14} />
          </IconButton>
        )}
      </Row>
      <Models agent={agent} need={info?.model ?? 'optional'} of={of} onChange={onChange} />
      <AgentSettings agent={agent} specs={Object.entries(info?.kwargs ?? {})} onChange={onChange} />
      {info?.model === 'none' && agent.env === '' ? null : (
        <Row label="Variables" help="NAME passes on this host's value; NAME=VALUE sets one. They are not remembered.">
          <Lines
            label={`Variables of agent${of}`}
            value={agent.env}
            onChange={(env) => onChange({ env })}
            placeholder="NAME to pass on the host’s value, or NAME=VALUE; one a line"
          />
        </Row>
      )}
    </div>
  )
}

/** More than this many are folded away: most runs need none of them. */
const OPEN_SETTINGS = 4

function AgentSettings({
  agent,
  specs,
  onChange,
}: {
  readonly agent: AgentForm
  readonly specs: readonly (readonly [key: string, help: string])[]
  readonly onChange: (next: Partial<AgentForm>) => void
}) {
  const rows = specs.map(([key, help]) => (
    <Row key={key} label={key} help={help}>
      <TextField
        aria-label={`${agent.name} ${key}`}
        value={agent.kwargs[key] ?? ''}
        placeholder={help}
        title={help}
        onChange={({ target }) => onChange({ kwargs: { ...agent.kwargs, [key]: target.value } })}
        className="w-full font-mono text-xs text-ellipsis"
      />
    </Row>
  ))
  if (rows.length <= OPEN_SETTINGS) return rows
  const set = specs.filter(([key]) => (agent.kwargs[key] ?? '') !== '')
  return (
    <details open={set.length > 0}>
      <summary className="py-1 text-dim">
        Settings of {agent.name}: {set.length === 0 ? 'none set' : set.map(([key]) => key).join(', ')}
      </summary>
      {rows}
    </details>
  )
}

function Models({
  agent,
  need,
  of,
  onChange,
}: {
  readonly agent: AgentForm
  readonly need: AgentInfo['model']
  readonly of: string
  readonly onChange: (next: Partial<AgentForm>) => void
}) {
  const id = useId()
  if (need === 'none' && agent.models === '') {
    return (
      <Row label="Models">
        <span className="text-dim">{agent.name} uses none</span>
      </Row>
    )
  }
  const { length } = modelsOf(agent)
  return (
    <Row label="Models" htmlFor={id} help="As provider/name; each is a column of its own in the results.">
      <TextField
        id={id}
        aria-label={`Models of agent${of}`}
        value={agent.models}
        placeholder={`provider/name, several with commas${need === 'needed' ? '' : '; empty: none'}`}
        onChange={({ target }) => onChange({ models: target.value })}
        className="min-w-0 flex-1"
      />
      {length > 1 ? <span className="text-xs text-dim">{length} models</span> : null}
    </Row>
  )
}
