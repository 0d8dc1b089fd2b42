import { useState } from 'react'
import { Button, Segmented, Select } from '../components/controls.tsx'
import { ErrorState } from '../components/states.tsx'
import { plural } from '../format/format.ts'
import { toVisible } from '../format/visible.ts'
import { Row, Section } from './field.tsx'
import { TaskChoice } from './task-choice.tsx'
import type { RunDialogState } from './use-run-form.ts'

/** Which tasks of which dataset. */
export function WhatSection({ state }: { readonly state: RunDialogState }) {
  const { form, change, places, prepared } = state
  const { source } = form
  if (source.kind === 'config') {
    const names = [...new Set((prepared?.trials ?? []).map(({ taskName }) => taskName))]
    return (
      <Section title="What">
        <Row label="Tasks">
          <span>
            {names.length === 0
              ? 'As the earlier job named them'
              : `${plural(names.length, 'task')} as the earlier job named them`}
          </span>
          <Button onClick={() => change({ source: { kind: 'dataset', path: null, taskNames: null } })}>Change</Button>
        </Row>
        {names.length === 0 ? null : <NameList names={names} />}
      </Section>
    )
  }
  const path = state.listing?.path ?? source.path ?? places[0]?.path ?? ''
  const choices = places.map((place) => ({
    value: place.path,
    label: `${toVisible(place.label)}${place.tasks === null ? '' : ` (${place.tasks})`}`,
  }))
  return (
    <Section title="What">
      <Row label="Dataset">
        <Select
          label="Dataset"
          value={path}
          choices={
            choices.some(({ value }) => value === path)
              ? choices
              : [...choices, { value: path, label: toVisible(path) }]
          }
          onChange={(value) => change({ source: { kind: 'dataset', path: value, taskNames: null } })}
        />
        <span className="min-w-0 truncate font-mono text-xs text-dim" title={toVisible(path)}>
          {toVisible(path)}
        </span>
      </Row>
      {state.listingError === null ? <Chosen state={state} /> : <ErrorState error={state.listingError} />}
    </Section>
  )
}

function Chosen({ state: { form, change, listing } }: { readonly state: RunDialogState }) {
  const { source } = form
  const [changing, setChanging] = useState(source.kind === 'dataset' && source.taskNames?.length === 0)
  if (source.kind === 'config') return null
  const { taskNames, path } = source
  const all = listing?.tasks.length
  return (
    <>
      <Row label="Tasks" problem={taskNames?.length === 0 ? 'Choose at least one task' : undefined}>
        <Segmented
          label="Which tasks"
          value={taskNames === null ? 'all' : 'some'}
          choices={[
            { value: 'all', label: all === undefined ? 'All' : `All ${all}` },
            { value: 'some', label: taskNames === null ? 'Some' : `${taskNames.length} chosen` },
          ]}
          onChange={(value) => {
            setChanging(value === 'some')
            change({ source: { kind: 'dataset', path, taskNames: value === 'all' ? null : (taskNames ?? []) } })
          }}
        />
        {taskNames === null ? null : (
          <Button onClick={() => setChanging(!changing)}>{changing ? 'Done' : 'Change'}</Button>
        )}
      </Row>
      {taskNames === null ? null : changing ? (
        <TaskChoice
          tasks={listing?.tasks ?? []}
          chosen={taskNames}
          onChange={(names) => change({ source: { kind: 'dataset', path, taskNames: names } })}
        />
      ) : (
        <NameList names={taskNames} />
      )}
    </>
  )
}

const SHOWN = 8

function NameList({ names }: { readonly names: readonly string[] }) {
  const more = names.length - SHOWN
  return (
    <p className="pl-[148px] text-xs break-words text-dim">
      {names.slice(0, SHOWN).map(toVisible).join(', ')}
      {more > 0 ? ` and ${more} more` : ''}
    </p>
  )
}
