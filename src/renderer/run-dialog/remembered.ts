import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import type { RunFieldName } from './fields.ts'
import type { AgentForm, Backend, RunForm } from './form.ts'

/** The choices of the last run on this machine: who and how many. No variables, and nothing that changes limits. */
export interface Remembered {
  readonly datasetPath: string | null
  readonly agents: readonly Pick<AgentForm, 'name' | 'models' | 'kwargs'>[]
  readonly backend: Backend | null
  readonly texts: Partial<Readonly<Record<RunFieldName, string>>>
}

const NOTHING: Remembered = { datasetPath: null, agents: [], backend: null, texts: {} }

export const useRemembered = create<Remembered>()(persist(() => NOTHING, { name: 'tbcc.run', version: 1 }))

export function remember(form: RunForm, datasetPath: string | null): void {
  useRemembered.setState(toRemembered(form, datasetPath))
}

export function toRemembered({ agents, backend, texts }: RunForm, datasetPath: string | null): Remembered {
  return {
    datasetPath,
    agents: agents.map(({ name, models, kwargs }) => ({ name, models, kwargs: withoutSecrets(kwargs) })),
    backend,
    texts: { attempts: texts.attempts, concurrency: texts.concurrency },
  }
}

function withoutSecrets(kwargs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(kwargs).filter(([key]) => !/key|token|secret|pass|auth|cred|cookie/i.test(key)),
  )
}
