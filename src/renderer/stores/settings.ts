import type { z } from 'zod'
import { create } from 'zustand'
import { BackendChoice } from '../../contract/api/common.ts'
import type { SettingsState, SettingValue } from '../../contract/api/settings.ts'
import { follow } from '../client/client.ts'

const useSettingsStore = create<{ readonly state: SettingsState | null }>(() => ({ state: null }))

/** Follows the settings and applies those of the appearance. */
export function startSettings(): void {
  follow(
    'settings.changes',
    {},
    {
      onItems(items) {
        const state = items.at(-1) ?? null
        useSettingsStore.setState({ state })
        if (state !== null) applyAppearance(state)
      },
    },
  )
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    const { state } = useSettingsStore.getState()
    if (state !== null) applyAppearance(state)
  })
}

export function useSettings(): SettingsState | null {
  return useSettingsStore((store) => store.state)
}

/** The value of a setting; undefined until they are known. */
export function useSetting(key: string): SettingValue | undefined {
  return useSettingsStore((store) => valueOf(store.state, key))
}

/** The backend that new jobs ask for. */
export function useBackendChoice(): z.infer<typeof BackendChoice> {
  return BackendChoice.catch('auto').parse(useSetting('containers.backend'))
}

function valueOf(state: SettingsState | null, key: string): SettingValue | undefined {
  return state?.settings.find((setting) => setting.key === key)?.value
}

function applyAppearance(state: SettingsState): void {
  const theme = valueOf(state, 'appearance.theme')
  const appearance = toAppearance([theme, valueOf(state, 'appearance.density'), valueOf(state, 'appearance.motion')])
  localStorage.setItem(REMEMBERED, Object.values(appearance).join(' '))
  show(appearance)
}

interface Appearance {
  readonly theme: 'light' | 'dark' | 'system'
  readonly density: 'compact' | 'comfortable'
  readonly motion: 'reduced' | 'full' | 'system'
}

function toAppearance([theme, density, motion]: readonly unknown[]): Appearance {
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    density: density === 'compact' ? 'compact' : 'comfortable',
    motion: motion === 'reduced' || motion === 'full' ? motion : 'system',
  }
}

const REMEMBERED = 'tbcc.appearance'

/** The look of the last time, before the engine has answered: the page must not flash. */
export function applyRememberedAppearance(): void {
  show(toAppearance((localStorage.getItem(REMEMBERED) ?? '').split(' ')))
}

function show({ theme, density, motion }: Appearance): void {
  const dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  const still = motion === 'reduced' || (motion === 'system' && matchMedia('(prefers-reduced-motion: reduce)').matches)
  const { dataset } = document.documentElement
  dataset['theme'] = dark ? 'dark' : 'light'
  dataset['density'] = density
  dataset['motion'] = still ? 'reduced' : 'full'
}
