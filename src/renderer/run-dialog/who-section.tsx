import { Plus, X } from 'lucide-react'
import { useId } from 'react'
import type { AgentInfo } from '../../contract/api/jobs.ts'
import { useCall } from '../client/queries.ts'
import { Button, IconButton, Select, TextField } from '../components/controls.tsx'
import { Lines, Row, Section } from './field.tsx'
import { modelsOf, needsNoModel, type AgentForm } from './form.ts'
import type { RunDialogState } from './use-run-form.ts'

/** Agents, each with its models and its own settings. */
export function WhoSection({ state: { form, change } }: { readonly state: RunDialogState }) {
  const { data: agents = [] } = useCall('agents.list', {})
  const set = (id: number, next: Partial<AgentForm>): void =>
    change({ agents: form.agents.map((agent) => (agent.id === id ? { ...agent, ...next } : agent)) })
  const add = (): void => {
    const id = Math.max(-1, ...form.agents.map((agent) => agent.id)) + 1
    const unused = agents.find(({ name }) => !form.agents.some((agent) => agent.name === name))
    change({
      agents: [...form.agents, { id, name: unused?.name ?? 'oracle', models: '', kwargs: {}, env: '', rest: {} }],
    })
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
          known={agents}
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
  onRemove,
}: {
  readonly agent: AgentForm
  readonly known: readonly AgentInfo[]
  readonly number: number | null
  readonly onChange: (next: Partial<AgentForm>) => void
  readonly onRemove: (() => void) | null
}) {
  const info = known.find(({ name }) => name === agent.name)
  const of = number === null ? '' : ` ${number}`
  const names = known.map(({ name }) => name)
  const choose = (name: string): void =>
    onChange({ name, kwargs: {}, rest: {}, ...(needsNoModel(name) ? { models: '' } : {}) })
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
          onChange={choose}
        />
        <span className="min-w-0 flex-1 text-xs text-dim">{info?.summary}</span>
        {onRemove === null ? null : (
          <IconButton label={`Remove agent${of}`} onClick={onRemove}>
            <X size={14} />
          </IconButton>
        )}
      </Row>
      <Models agent={agent} of={of} onChange={onChange} />
      {Object.entries(info?.kwargs ?? {}).map(([key, help]) => (
        <Row key={key} label={key} help={help}>
          <TextField
            aria-label={`${agent.name} ${key}`}
            value={agent.kwargs[key] ?? ''}
            placeholder={help}
            onChange={({ target }) => onChange({ kwargs: { ...agent.kwargs, [key]: target.value } })}
            className="w-full font-mono text-xs"
          />
        </Row>
      ))}
      {needsNoModel(agent.name) && agent.env === '' ? null : (
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

function Models({
  agent,
  of,
  onChange,
}: {
  readonly agent: AgentForm
  readonly of: string
  readonly onChange: (next: Partial<AgentForm>) => void
}) {
  const id = useId()
  if (needsNoModel(agent.name) && agent.models === '') {
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
        placeholder="provider/name, several with commas; empty: none"
        onChange={({ target }) => onChange({ models: target.value })}
        className="min-w-0 flex-1"
      />
      {length > 1 ? <span className="text-xs text-dim">{length} models</span> : null}
    </Row>
  )
}
