import { useMemo, useState } from 'react'
import type { Setting } from '../../../contract/api/settings.ts'
import { SearchField } from '../../components/controls.tsx'
import { PageHead } from '../../components/page.tsx'
import { EmptyState, Skeleton } from '../../components/states.tsx'
import { CopyButton } from '../../components/text.tsx'
import { plural } from '../../format/format.ts'
import { setQuery, useAddress } from '../../app/router.ts'
import { useSettings } from '../../stores/settings.ts'
import { Keys } from './keys.tsx'
import { SettingRow } from './setting-row.tsx'

const GROUPS: readonly (readonly [Setting['group'], string])[] = [
  ['execution', 'Execution'],
  ['containers', 'Containers'],
  ['logging', 'Logging'],
  ['paths', 'Paths'],
  ['appearance', 'Appearance'],
]

/** Every setting with its value and where that comes from. A change holds at once and can be undone. */
export function Settings() {
  const state = useSettings()
  const [search, setSearch] = useState('')
  const { query } = useAddress('settings')
  const group = query['group'] ?? 'execution'
  const shown = useMemo(() => filterSettings(state?.settings ?? [], group, search), [state, group, search])
  const changed = state?.settings.filter(({ source }) => source === 'file' || source === 'environment').length ?? 0
  return (
    <>
      <PageHead
        title="Settings"
        answer={
          state === null
            ? undefined
            : changed === 0
              ? 'Everything is as it comes'
              : `${plural(changed, 'setting')} changed`
        }
        actions={<SearchField label="Search settings" value={search} onChange={setSearch} />}
      />
      {state === null ? (
        <Skeleton rows={12} />
      ) : (
        <div className="flex min-h-0 flex-1">
          <nav aria-label="Groups of settings" className="flex w-44 shrink-0 flex-col gap-0.5 px-3">
            {[...GROUPS, ['keys', 'Keys'] as const].map(([name, label]) => (
              <button
                key={name}
                type="button"
                aria-current={search === '' && group === name ? 'true' : undefined}
                onClick={() => {
                  setSearch('')
                  setQuery('settings', { group: name })
                }}
                className={`flex h-8 items-center rounded-md px-2 ${search === '' && group === name ? 'bg-hover' : 'text-dim hover:text-text'}`}
              >
                {label}
              </button>
            ))}
          </nav>
          <div className="min-h-0 max-w-4xl flex-1 overflow-y-auto px-(--page) pb-8">
            {state.issues.map((issue) => (
              <p key={issue} role="alert" className="mb-2 text-timeout">
                {issue}
              </p>
            ))}
            {group === 'keys' && search === '' ? <Keys /> : null}
            {shown.map((setting) => (
              <SettingRow key={setting.key} setting={setting} />
            ))}
            {shown.length === 0 && search !== '' ? <EmptyState title={`No setting matches “${search}”`} /> : null}
            <p className="flex items-center gap-1 pt-6 text-xs text-dim">
              Kept in <span className="font-mono">{state.file}</span>
              <CopyButton text={state.file} label="Copy the path" />
            </p>
          </div>
        </div>
      )}
    </>
  )
}

function filterSettings(settings: readonly Setting[], group: string, search: string): readonly Setting[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return settings.filter((setting) => setting.group === group)
  return settings.filter(({ key, label, help, variable }) => {
    const text = `${key} ${label} ${help} ${variable}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
