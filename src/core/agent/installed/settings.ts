import { AppError } from '../../../contract/errors.ts'
import { asRecord, parseLine } from '../logs/fields.ts'

/** One `--ak` setting of an agent: what it may be, and what it is for. */
export type SettingSpec = SettingKind & {
  /** Other names of it. */
  readonly aliases?: readonly string[]
  /** Settings of other agents that are said within this one. */
  readonly covers?: readonly string[]
}

type SettingKind =
  | { readonly kind: 'text'; readonly summary: string }
  /** A file of this host, or what would stand in it as a JSON object: its text. */
  | { readonly kind: 'document'; readonly summary: string }
  | { readonly kind: 'integer'; readonly summary: string; readonly min: number }
  | { readonly kind: 'number'; readonly summary: string; readonly min: number }
  | { readonly kind: 'flag'; readonly summary: string }
  | { readonly kind: 'choice'; readonly summary: string; readonly choices: readonly string[] }
  /** A JSON object, as it is or as text. */
  | { readonly kind: 'json'; readonly summary: string }

export type SettingSpecs = Readonly<Record<string, SettingSpec>>

type ValueOf<Spec extends SettingSpec> = Spec extends { kind: 'choice'; choices: readonly (infer Choice)[] }
  ? Choice
  : Spec extends { kind: 'integer' | 'number' }
    ? number
    : Spec extends { kind: 'flag' }
      ? boolean
      : Spec extends { kind: 'json' }
        ? JsonObject
        : string

type JsonObject = Readonly<Record<string, unknown>>

/** What was set; null: not. */
export type SettingValues<Specs extends SettingSpecs> = { readonly [Name in keyof Specs]: ValueOf<Specs[Name]> | null }

/** What every installed agent takes. */
export const SHARED_SETTINGS = {
  version: { kind: 'text', summary: 'the version to install; default: the newest, or the one that is there' },
  install: {
    kind: 'choice',
    choices: ['auto', 'present', 'vendor', 'registry', 'prepared'],
    summary: 'how it comes into the container; auto tries present, vendor, registry, prepared in this order',
  },
  credentials: {
    kind: 'choice',
    choices: ['env', 'host'],
    summary: "host: the access token of this machine's own login; default: keys from variables",
  },
  prompt_template_path: {
    kind: 'document',
    summary: 'a file of this host with what it is told, in which {{ instruction }} stands for the instruction',
  },
  extra_args: { kind: 'text', summary: 'added to its command line as it stands, in words of a shell' },
} as const satisfies SettingSpecs

/**
 * Values of `--ak`, checked. AppError `invalid-input` names the setting, what it is and what is allowed; `alsoKnown`: those
 * that are parsed elsewhere.
 */
export function parseSettings<Specs extends SettingSpecs>(
  agent: string,
  specs: Specs,
  kwargs: Readonly<Record<string, unknown>>,
  alsoKnown: SettingSpecs = {},
): SettingValues<Specs> {
  const unknown = Object.keys(kwargs).filter((key) => !Object.hasOwn(specs, key))
  if (unknown.length > 0) {
    const known = { ...alsoKnown, ...specs }
    throw new AppError(
      'invalid-input',
      `agent ${agent} has no setting ${unknown.map((key) => `"${key}"`).join(', ')}`,
      {
        details: { hint: `${placesOf(unknown, known)}it takes --ak ${Object.keys(known).join(', --ak ')}` },
      },
    )
  }
  const entries = Object.entries(specs).map(([key, spec]) => {
    const value = kwargs[key]
    return [key, value === undefined || value === null ? null : parseOne(agent, key, spec, value)]
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry for each of the specs, of its kind
  return Object.fromEntries(entries) as SettingValues<Specs>
}

/** The same settings under the names of their specs. AppError `invalid-input` where one is given by two names. */
export function withoutAliases(
  agent: string,
  specs: SettingSpecs,
  kwargs: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const entries = Object.entries(kwargs).map(([given, value]) => {
    const name = Object.entries(specs).find(([, { aliases = [] }]) => aliases.includes(given))?.[0] ?? given
    if (name === given || !Object.hasOwn(kwargs, name)) return [name, value] as const
    throw new AppError('invalid-input', `agent ${agent}: ${given} and ${name} are the same setting`, {
      details: { hint: 'give one of them' },
    })
  })
  return Object.fromEntries(entries)
}

/** Where settings that an agent does not have can be said all the same. */
function placesOf(unknown: readonly string[], specs: SettingSpecs): string {
  return unknown
    .flatMap((key) =>
      Object.entries(specs).flatMap(([name, { covers = [] }]) => (covers.includes(key) ? [{ key, name }] : [])),
    )
    .map(({ key, name }) => `${key} can be said by --ak ${name}; `)
    .join('')
}

/** Descriptions for `--help`, the docs and the run dialog. */
export function describeSettings(specs: SettingSpecs): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(specs).map(([key, spec]) => [
      key,
      [
        spec.kind === 'choice' ? `${spec.summary} (${spec.choices.join(', ')})` : spec.summary,
        ...(spec.aliases === undefined ? [] : [`also as ${spec.aliases.join(', ')}`]),
      ].join('; '),
    ]),
  )
}

type SettingValue = string | number | boolean | JsonObject

function parseOne(agent: string, key: string, spec: SettingSpec, value: unknown): SettingValue {
  const parsed = convert(spec, value)
  if (parsed !== null) return parsed
  throw new AppError('invalid-input', `agent ${agent}: setting ${key} must be ${allowed(spec)}, not ${show(value)}`)
}

function convert(spec: SettingSpec, value: unknown): SettingValue | null {
  switch (spec.kind) {
    case 'text':
    case 'document':
      return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null
    case 'integer':
    case 'number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
      if (typeof number !== 'number' || !Number.isFinite(number) || number < spec.min) return null
      return spec.kind === 'integer' && !Number.isInteger(number) ? null : number
    }
    case 'flag':
      return toFlag(value)
    case 'choice': {
      const text = String(value).trim().toLowerCase()
      return spec.choices.find((choice) => choice.toLowerCase() === text) ?? null
    }
    case 'json':
      return typeof value === 'string' ? parseLine(value) : asRecord(value)
  }
}

/** Words that Harbor takes for a flag. */
function toFlag(value: unknown): boolean | null {
  const word = String(value).trim().toLowerCase()
  if (['true', '1', 'yes', 'on'].includes(word)) return true
  return ['false', '0', 'no', 'off'].includes(word) ? false : null
}

function allowed(spec: SettingSpec): string {
  switch (spec.kind) {
    case 'text':
      return 'text'
    case 'document':
      return 'the path of a file of this host, or a JSON object'
    case 'integer':
      return `a whole number from ${spec.min}`
    case 'number':
      return `a number from ${spec.min}`
    case 'flag':
      return 'true or false'
    case 'choice':
      return `one of ${spec.choices.join(', ')}`
    case 'json':
      return 'a JSON object'
  }
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}
