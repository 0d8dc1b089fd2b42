import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import type { SettingValue } from '../../contract/api/settings.ts'
import type { RunFieldName } from './fields.ts'
import type { AgentForm, Backend, RunForm, SettingOf } from './form.ts'

/** The choices of the last run on this machine: who and how many. No variables, and nothing that changes limits. */
export interface Remembered {
  readonly datasetPath: string | null
  readonly agents: readonly Pick<AgentForm, 'name' | 'models' | 'kwargs'>[]
  readonly backend: Backend | null
  readonly texts: Partial<Readonly<Record<RunFieldName, string>>>
  /** What was set when these were chosen, by the setting's key. */
  readonly settings: Readonly<Record<string, SettingValue>>
}

export const NOTHING: Remembered = { datasetPath: null, agents: [], backend: null, texts: {}, settings: {} }

/** The settings that a choice was made in place of: it holds until one of them says something else. */
const CHOSEN_OVER = {
  datasetPath: ['paths.tasks'],
  agents: ['execution.agent', 'execution.model', 'execution.maxTurns'],
  backend: ['containers.backend'],
  attempts: ['execution.attempts'],
  concurrency: ['execution.concurrency'],
} as const satisfies Readonly<Record<string, readonly string[]>>
type RememberedChoice = keyof typeof CHOSEN_OVER

export const useRemembered = create<Remembered>()(
  // What older versions kept does not say what was set then.
  persist(() => NOTHING, { name: 'tbcc.run', version: 2, migrate: () => NOTHING }),
)

export function remember(form: RunForm, datasetPath: string | null, settingOf: SettingOf): void {
  useRemembered.setState(toRemembered(form, datasetPath, settingOf))
}

export function toRemembered(
  { agents, backend, texts }: RunForm,
  datasetPath: string | null,
  settingOf: SettingOf,
): Remembered {
  const keys = Object.values(CHOSEN_OVER).flat()
  return {
    datasetPath,
    agents: agents.map(({ name, models, kwargs }) => ({ name, models, kwargs: withoutSecrets(kwargs) })),
    backend,
    texts: { attempts: texts.attempts, concurrency: texts.concurrency },
    settings: Object.fromEntries(keys.map((key) => [key, settingOf(key) ?? null])),
  }
}

/**
 * What of it still holds. Who changes a setting means the next run too, and a variable of the environment is meant whatever was
 * chosen before.
 */
export function stillChosen(
  remembered: Remembered,
  {
    settingOf,
    isFromEnvironment,
  }: { readonly settingOf: SettingOf; readonly isFromEnvironment: (key: string) => boolean },
): Remembered {
  const holds = (choice: RememberedChoice): boolean =>
    CHOSEN_OVER[choice].every(
      (key) => !isFromEnvironment(key) && isSame(remembered.settings[key], settingOf(key) ?? null),
    )
  const { attempts, concurrency } = remembered.texts
  return {
    datasetPath: holds('datasetPath') ? remembered.datasetPath : null,
    agents: holds('agents') ? remembered.agents : [],
    backend: holds('backend') ? remembered.backend : null,
    texts: {
      ...(attempts !== undefined && holds('attempts') ? { attempts } : {}),
      ...(concurrency !== undefined && holds('concurrency') ? { concurrency } : {}),
    },
    settings: remembered.settings,
  }
}

function isSame(before: SettingValue | undefined, now: SettingValue): boolean {
  return JSON.stringify(before) === JSON.stringify(now)
}

function withoutSecrets(kwargs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(kwargs).filter(([key]) => !/key|token|secret|pass|auth|cred|cookie/i.test(key)),
  )
}
