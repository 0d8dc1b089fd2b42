import type { Setting } from '../../contract/api/settings.ts'
import { call } from '../client/client.ts'
import { notifyError } from '../stores/notices.ts'
import type { Action } from './actions.ts'

const LOOKS = new Set(['appearance.theme', 'appearance.density'])

/** How the screens look, as commands: whatever is not so now. What a variable sets cannot be changed here. */
export function lookActions(settings: readonly Setting[]): readonly Action[] {
  return settings
    .filter(({ key, source }) => LOOKS.has(key) && source !== 'environment')
    .flatMap(({ key, label, choices, value }) =>
      choices
        .filter((choice) => choice.value !== value)
        .map((choice) => ({
          id: `look-${key}-${choice.value}`,
          group: 'Settings',
          title: `${label}: ${choice.label}`,
          keywords: 'appearance',
          run: () => void call('settings.set', { key, value: choice.value }).catch(notifyError),
        })),
    )
}
