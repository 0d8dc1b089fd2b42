import type { SecretState, SettingsState } from '../../contract/api/settings.ts'
import type { SecretStore, Settings } from '../../core/settings/ports.ts'
import type { Area, ProceduresOf, TopicsOf } from './ports.ts'

export interface SettingsApiDeps {
  readonly settings: Settings
  readonly secrets: SecretStore
  /** The jobs folder where the start named it, whatever is set; null: it goes by the settings. */
  readonly namedJobsDir: string | null
}

/** Settings and keys, as the screens see and change them. No value of a key ever leaves through here. */
export function createSettingsApi({
  settings,
  secrets,
  namedJobsDir,
}: SettingsApiDeps): Area<ProceduresOf<'settings' | 'secrets'>, TopicsOf<'settings'>> {
  /** What is wrong with the keys' file is told beside what is wrong with the settings', and the folder that holds is shown. */
  const toShown = (state: SettingsState): SettingsState => ({
    ...state,
    settings: state.settings.map((setting) =>
      setting.key === 'paths.jobs' && namedJobsDir !== null
        ? { ...setting, value: namedJobsDir, source: 'run' }
        : setting,
    ),
    issues: [...state.issues, ...secrets.issues()],
  })
  const listSecrets = (): SecretState[] => [...secrets.list()]
  return {
    handlers: {
      'settings.list': async () => toShown(settings.state()),
      'settings.set': async ({ key, value }) => toShown(await settings.set(key, value)),
      'settings.reset': async ({ key }) => toShown(await settings.reset(key)),
      'secrets.list': async () => listSecrets(),
      async 'secrets.set'({ name, value }) {
        await secrets.set(name, value)
        return listSecrets()
      },
      async 'secrets.remove'({ name }) {
        await secrets.remove(name)
        return listSecrets()
      },
    },
    sources: {
      async *'settings.changes'(_params, { signal }) {
        for await (const state of settings.changes(signal)) yield toShown(state)
      },
    },
  }
}
