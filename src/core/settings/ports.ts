import type { SecretState, SettingsState, SettingValue } from '../../contract/api/settings.ts'

/** Variables of the host, by name. */
export type HostEnv = Readonly<Record<string, string | undefined>>

/** What settings come to now. */
export interface SettingsReader {
  /** Code: invalid-input for a key that is no setting. */
  get(key: string): SettingValue
}

/** Settings with where they come from: environment variable over file over default. */
export interface Settings extends SettingsReader {
  state(): SettingsState
  /** Codes: invalid-input, and those of the disk. */
  set(key: string, value: SettingValue): Promise<SettingsState>
  reset(key: string): Promise<SettingsState>
  /** The state at once, then with each change, also one that another engine made. Ends with the signal. */
  changes(signal: AbortSignal): AsyncIterable<SettingsState>
  dispose(): void
}

/** The file that settings are kept in. */
export interface SettingsFile {
  /** Absolute. */
  readonly path: string
  /** Null where there is none. */
  read(): Promise<string | null>
  /** As a whole: readers see the old or the new text. */
  write(text: string): Promise<void>
  /** Moves a file that means nothing out of the way; its new name. */
  setAside(): Promise<string>
  /** Told after every change of the file, whoever made it, until disposed of. */
  watch(onChange: () => void): { dispose(): void }
}

/** Keys of providers. Values are written, handed to programs, and never shown. */
export interface SecretStore {
  list(): readonly SecretState[]
  /** Codes: invalid-input, and those of the disk. */
  set(name: string, value: string): Promise<void>
  remove(name: string): Promise<void>
  /** Stored values by variable, without those that the environment overrides. For programs, never for screens. */
  values(): Readonly<Record<string, string>>
  /** What could not be read, and what was done about it; no values. */
  issues(): readonly string[]
  dispose(): void
}

/** Encrypts with a key that the system keeps. */
export interface SecretCipher {
  /** Where that key is, for people: "the system's keychain". */
  readonly label: string
  encrypt(plain: string): Promise<Uint8Array>
  decrypt(data: Uint8Array): Promise<string>
}
