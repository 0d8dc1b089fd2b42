import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { OutputOf } from '../../contract/api/api.ts'
import type { PreparedJob } from '../../contract/api/jobs.ts'
import { AppError, toAppError } from '../../contract/errors.ts'
import { call } from '../client/client.ts'
import { useCall } from '../client/queries.ts'
import type { RunDraft } from '../stores/run-dialog.ts'
import { countWho, type RunForm } from './form.ts'
import { newForm, type FormSources } from './new-form.ts'
import { useRemembered } from './remembered.ts'
import { checkForm, type CheckedForm } from './to-request.ts'
import { useDebounced } from './use-debounced.ts'

export interface RunDialogState extends Omit<FormSources, 'remembered'> {
  readonly form: RunForm
  readonly change: (change: Partial<RunForm>) => void
  readonly checked: CheckedForm
  readonly places: OutputOf<'datasets.list'>
  /** The tasks of the dataset that is meant; undefined: not known yet. */
  readonly listing: OutputOf<'tasks.list'> | undefined
  readonly listingError: unknown
  /** What a start would do; null: not asked yet, or `prepareError` says why not. */
  readonly prepared: PreparedJob | null
  readonly prepareError: AppError | null
  /** What is shown is not yet about what is typed. */
  readonly isStale: boolean
  /** How many there are, as far as it is known. */
  readonly size: { readonly tasks: number; readonly who: number; readonly attempts: number } | null
  readonly retry: () => void
}

/** How long typing must rest before the engine is asked. */
const REST_MS = 350

export function useRunForm(draft: RunDraft, from: Omit<FormSources, 'remembered'>): RunDialogState {
  const remembered = useRemembered()
  const [form, setForm] = useState(() => newForm(draft, { ...from, remembered }))
  const { data: places = [] } = useCall('datasets.list', {})
  const path = form.source.kind === 'dataset' ? pathOf(form.source.path, places) : null
  const listing = useCall('tasks.list', form.source.kind === 'dataset' && path !== undefined ? { path } : null)
  const isListed = listing.data !== undefined && !listing.isPlaceholderData
  const datasetPath = isListed ? listing.data.path : null
  const checked = useMemo(() => checkForm(form, datasetPath), [form, datasetPath])
  const request = checked.config === null ? null : { config: checked.config, backend: form.backend }
  const key = JSON.stringify(request)
  const settled = useDebounced({ request, key }, key, REST_MS)
  const prepared = useQuery({
    queryKey: ['run dialog', settled.key],
    queryFn: async ({ signal }) => {
      if (settled.request === null) throw new AppError('invalid-input', 'the run is not complete')
      return call('jobs.prepare', settled.request, { signal })
    },
    enabled: settled.request !== null,
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
  })
  const { data } = prepared
  const isCurrent = settled.key === key && !prepared.isPlaceholderData
  return {
    form,
    change: (change) => setForm((before) => ({ ...before, ...change })),
    checked,
    ...from,
    places,
    listing: isListed ? listing.data : undefined,
    listingError: listing.error,
    prepared: data === undefined || prepared.error !== null ? null : data,
    prepareError: prepared.error === null || settled.key !== key ? null : toAppError(prepared.error),
    isStale: !isCurrent || prepared.isFetching,
    size: sizeOf(form, isListed ? listing.data.tasks.length : null, data),
    retry: () => void prepared.refetch(),
  }
}

/** Null: the engine's default place. Undefined: not known yet. */
function pathOf(path: string | null, places: OutputOf<'datasets.list'>): string | undefined {
  return path ?? places[0]?.path
}

function sizeOf({ source, agents, texts }: RunForm, listed: number | null, prepared: PreparedJob | undefined) {
  const attempts = Number(texts.attempts)
  const known = prepared === undefined ? null : new Set(prepared.trials.map(({ taskName }) => taskName)).size
  const tasks = source.kind === 'dataset' ? (source.taskNames?.length ?? listed) : known
  if (tasks === null || !Number.isInteger(attempts) || attempts < 1) return null
  return { tasks, who: countWho(agents), attempts }
}
