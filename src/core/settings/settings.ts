import type { Setting, SettingsState, SettingValue } from '../../contract/api/settings.ts'
import { AppError } from '../../contract/errors.ts'
import { createCoalescer } from '../coalesce.ts'
import type { SettingDefinition } from './definition.ts'
import { findSetting, SETTINGS } from './definitions.ts'
import { EMPTY_DOCUMENT, formatDocument, parseDocument, type SettingsDocument } from './document.ts'
import { parseValue, parseVariable } from './parse-value.ts'
import type { HostEnv, Settings, SettingsFile } from './ports.ts'

/** Opens the settings: reads the file and follows it. Never rejects; what could not be read is among the issues. */
export async function openSettings(file: SettingsFile, env: HostEnv): Promise<Settings> {
  const kept: string[] = []
  const listeners = new Set<() => void>()
  const overrides = readOverrides(env)
  let document = EMPTY_DOCUMENT
  let state = toState(file, document, overrides, kept)
  let writing: Promise<unknown> = Promise.resolve()

  function show(next: SettingsDocument): void {
    document = next
    const shown = toState(file, document, overrides, kept)
    if (JSON.stringify(shown) === JSON.stringify(state)) return
    state = shown
    for (const tell of listeners) tell()
  }

  async function reload(): Promise<void> {
    const text = await file.read()
    const parsed = text === null ? EMPTY_DOCUMENT : parseDocument(text)
    if (parsed !== null) return show(parsed)
    kept.push(`the file was damaged: it is kept as ${await file.setAside()}, and defaults are used`)
    show(EMPTY_DOCUMENT)
  }

  async function edit(key: string, change: (written: Record<string, unknown>) => void): Promise<SettingsState> {
    const work = async (): Promise<SettingsState> => {
      // Another engine may have changed it since.
      await reload()
      if (document.isNewer) throw newerFile(file.path)
      const written = { ...document.written }
      change(written)
      const text = formatDocument({ unknown: document.unknown, written })
      await file.write(text)
      show(parseDocument(text) ?? EMPTY_DOCUMENT)
      return state
    }
    const done = writing.then(work)
    writing = done.catch(() => undefined)
    requireSetting(key)
    return done
  }

  const reloading = createCoalescer(async () => {
    const turn = writing.then(reload).catch((error: unknown) => note(error))
    writing = turn
    await turn
  })
  function note(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    if (!kept.includes(message)) kept.push(message)
    show(document)
  }

  await reload().catch(note)
  const watching = file.watch(() => reloading.request())
  return {
    get(key) {
      requireSetting(key)
      return state.settings.find((setting) => setting.key === key)?.value ?? null
    },
    state: () => state,
    async set(key, value) {
      const parsed = parseValue(requireSetting(key), value)
      if ('issue' in parsed) throw new AppError('invalid-input', parsed.issue)
      return edit(key, (written) => {
        written[key] = parsed.value
      })
    },
    reset: async (key) =>
      edit(key, (written) => {
        delete written[key]
      }),
    changes: (signal) => follow(() => state, listeners, signal),
    dispose: () => watching.dispose(),
  }
}

type Overrides = ReadonlyMap<string, { readonly value: SettingValue } | { readonly issue: string }>

function readOverrides(env: HostEnv): Overrides {
  return new Map(
    SETTINGS.flatMap((setting) => {
      const text = env[setting.variable]
      return text === undefined || text === '' ? [] : [[setting.key, parseVariable(setting, text)] as const]
    }),
  )
}

function toState(
  file: SettingsFile,
  document: SettingsDocument,
  overrides: Overrides,
  kept: readonly string[],
): SettingsState {
  const ofEnvironment = SETTINGS.flatMap(({ key, variable }) => {
    const override = overrides.get(key)
    return override !== undefined && 'issue' in override ? [`${variable}: ${override.issue}; it is ignored`] : []
  })
  return {
    settings: SETTINGS.map((setting) => toSetting(setting, document, overrides)),
    file: file.path,
    issues: [...kept, ...document.issues.map((issue) => `${file.path}: ${issue}`), ...ofEnvironment],
  }
}

function toSetting(setting: SettingDefinition, document: SettingsDocument, overrides: Overrides): Setting {
  const override = overrides.get(setting.key)
  if (override !== undefined && 'value' in override) {
    return { ...setting, value: override.value, source: 'environment' }
  }
  const written = document.values.get(setting.key)
  return written === undefined
    ? { ...setting, value: setting.default, source: 'default' }
    : { ...setting, value: written, source: 'file' }
}

function requireSetting(key: string): SettingDefinition {
  const setting = findSetting(key)
  if (setting !== undefined) return setting
  throw new AppError('invalid-input', `there is no setting "${key}"`)
}

function newerFile(path: string): AppError {
  return new AppError('unsupported', `${path} was written by a newer version of tbcc and is not changed by this one`, {
    details: { hint: 'use the newer version, or move the file away' },
  })
}

/** The newest state, each time that it has changed; a slow reader misses states in between, never the last. */
async function* follow(
  current: () => SettingsState,
  listeners: Set<() => void>,
  signal: AbortSignal,
): AsyncGenerator<SettingsState> {
  let wake = Promise.withResolvers<void>()
  const tell = (): void => wake.resolve()
  listeners.add(tell)
  signal.addEventListener('abort', tell, { once: true })
  try {
    for (let told: SettingsState | null = null; !signal.aborted;) {
      wake = Promise.withResolvers<void>()
      const state = current()
      if (state === told) await wake.promise
      else {
        told = state
        yield state
      }
    }
  } finally {
    listeners.delete(tell)
    signal.removeEventListener('abort', tell)
  }
}
