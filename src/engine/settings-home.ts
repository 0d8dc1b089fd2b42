import { resolve } from 'node:path'
import type { SettingValue } from '../contract/api/settings.ts'
import { toBackendEnv, toLogPolicy } from '../core/settings/apply.ts'
import type { HostEnv, SecretCipher, SecretStore, Settings } from '../core/settings/ports.ts'
import { openSettings } from '../core/settings/settings.ts'
import { createOwnerId } from '../node/host/owner.ts'
import { openSecretStore } from '../node/secrets/secret-store.ts'
import { createSettingsFile } from '../node/settings/settings-file.ts'
import type { SettingsStore } from './api/ports.ts'
import type { EngineConfig } from './engine.ts'
import { pruneOldOutput } from './prune-logs.ts'

/** The settings and keys of one user, open. */
export interface SettingsHome {
  readonly settings: Settings
  readonly secrets: SecretStore
  /** The same, as other areas of the service use them. */
  readonly store: SettingsStore
  /** What they say about how an engine works; to be spread into its configuration. */
  readonly engine: Pick<EngineConfig, 'backendEnv' | 'secrets' | 'logs'>
  /** The jobs folder that is set, absolute; null: none is. */
  readonly jobsDir: string | null
  /** What is to be done at the start of an engine: removes old output where that is wished. How many files. */
  tidy(jobsDir: string): Promise<number>
  dispose(): void
}

export interface SettingsHomeConfig {
  /** Absolute. */
  readonly settingsDir: string
  /** Relative paths of settings are of this folder. */
  readonly cwd: string
  readonly env: HostEnv
  readonly safeStorage?: SecretCipher | undefined
}

/** Opens settings and keys. Never rejects: what cannot be read is told in their issues. */
export async function openSettingsHome({
  settingsDir,
  cwd,
  env,
  safeStorage,
}: SettingsHomeConfig): Promise<SettingsHome> {
  const [settings, secrets] = await Promise.all([
    openSettings(createSettingsFile(settingsDir), env),
    openSecretStore({ directory: settingsDir, env, cipher: safeStorage }),
  ])
  const jobsDir = settings.get('paths.jobs')
  return {
    settings,
    secrets,
    store: {
      get: (key) => settings.get(key),
      async set(key: string, value: SettingValue) {
        await settings.set(key, value)
      },
      secrets: () => secrets.values(),
    },
    engine: {
      backendEnv: toBackendEnv(settings, env),
      secrets: () => secrets.values(),
      logs: () => toLogPolicy(settings),
    },
    jobsDir: typeof jobsDir === 'string' ? resolve(cwd, jobsDir) : null,
    async tidy(directory) {
      const days = settings.get('logging.pruneOutputDays')
      if (typeof days !== 'number') return 0
      return pruneOldOutput(directory, days, { nowMs: Date.now(), owner: createOwnerId })
    },
    dispose() {
      settings.dispose()
      secrets.dispose()
    },
  }
}
