import { ListFilter } from 'lucide-react'
import type { TrialFilter } from '../../contract/api/common.ts'
import { FACETS, type TrialFacets } from '../../contract/api/trials.ts'
import { useCall } from '../client/queries.ts'
import { LIST_KEYS, toggleValue, type ListKey } from '../stores/trial-filter.ts'
import { Button, Chip, SearchField } from './controls.tsx'
import { Menu } from './menu.tsx'
import { formatDay, sinceDaysAgo, sinceToday } from './period.ts'

const LABELS: Readonly<Record<ListKey, string>> = {
  jobNames: 'Job',
  trialNames: 'Trial',
  sources: 'Dataset',
  backends: 'Backend',
  agents: 'Agent',
  models: 'Model',
  tasks: 'Task',
  states: 'State',
  outcomes: 'Outcome',
  blames: 'Blame',
  exceptionTypes: 'Exception',
  difficulties: 'Difficulty',
  categories: 'Category',
}

const PERIODS: readonly (readonly [label: string, since: () => string])[] = [
  ['Today', () => sinceToday()],
  ['Last 7 days', () => sinceDaysAgo(7)],
  ['Last 30 days', () => sinceDaysAgo(30)],
  ['Last 365 days', () => sinceDaysAgo(365)],
]

/** Conditions on trials as menus, and those that are on as chips that take them off. */
export function FilterBar({
  filter,
  onChange,
  keys = FACETS,
  search = true,
  within,
  steady = NONE,
}: {
  readonly filter: TrialFilter
  readonly onChange: (filter: TrialFilter) => void
  /** The conditions that can be set here. */
  readonly keys?: readonly (typeof FACETS)[number][]
  readonly search?: boolean
  /** What holds anyway, such as the job of the screen: it is counted with, and cannot be taken off. */
  readonly within?: TrialFilter
  /** Those whose menus are there whatever there is to choose: what is below does not move while trials come. */
  readonly steady?: readonly (typeof FACETS)[number][]
}) {
  const facets = useCall('trials.facets', { filter: { ...filter, ...within } })
  return (
    <div className="flex flex-wrap items-center gap-1.5 px-(--page) pb-2">
      {search ? (
        <SearchField
          label="Search trials"
          value={filter.text ?? ''}
          onChange={(text) => onChange({ ...filter, text: text === '' ? undefined : text })}
        />
      ) : null}
      {keys.map((key) => (
        <FacetMenu
          key={key}
          facet={key}
          facets={facets.data}
          filter={filter}
          onChange={onChange}
          isSteady={steady.includes(key)}
        />
      ))}
      <Menu
        trigger={<Button tone="quiet">Period</Button>}
        items={PERIODS.map(([label, since]) => ({
          label,
          onSelect: () => onChange({ ...filter, since: since() }),
        }))}
      />
      <FilterChips filter={filter} onChange={onChange} />
    </div>
  )
}

const NONE = [] as const

function FilterChips({
  filter,
  onChange,
}: {
  readonly filter: TrialFilter
  readonly onChange: (filter: TrialFilter) => void
}) {
  return (
    <>
      {LIST_KEYS.flatMap((key) =>
        (filter[key] ?? []).map((value: string) => (
          <Chip key={`${key} ${value}`} onRemove={() => onChange(toggleValue(filter, key, value))}>
            <span className="text-dim">{LABELS[key]}</span> {nameOf(key, value)}
          </Chip>
        )),
      )}
      {filter.since === undefined ? null : (
        <Chip onRemove={() => onChange({ ...filter, since: undefined })}>
          <span className="text-dim">Since</span> {formatDay(filter.since)}
        </Chip>
      )}
    </>
  )
}

function FacetMenu({
  facet,
  facets,
  filter,
  onChange,
  isSteady,
}: {
  readonly isSteady: boolean
  readonly facet: (typeof FACETS)[number]
  readonly facets: TrialFacets | undefined
  readonly filter: TrialFilter
  readonly onChange: (filter: TrialFilter) => void
}) {
  const values = facets?.[facet] ?? []
  const chosen: readonly string[] = filter[facet] ?? []
  if (!isSteady && values.length < 2 && chosen.length === 0) return null
  return (
    <Menu
      trigger={
        <Button tone="quiet">
          <ListFilter size={13} aria-hidden /> {LABELS[facet]}
        </Button>
      }
      items={values.map(({ value, count }) => ({
        label: nameOf(facet, value),
        note: String(count),
        checked: chosen.includes(value),
        onSelect: () => onChange(toggleValue(filter, facet, value)),
      }))}
    />
  )
}

function nameOf(key: ListKey, value: string): string {
  if (value !== '') return value
  return key === 'models' ? 'no model' : 'not known'
}
