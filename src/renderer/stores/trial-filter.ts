import { TrialFilter } from '../../contract/api/common.ts'
import { FACETS } from '../../contract/api/trials.ts'

/** Conditions of several values; in an address they are joined by commas, each value encoded. */
export const LIST_KEYS = ['jobNames', 'trialNames', ...FACETS] as const
export type ListKey = (typeof LIST_KEYS)[number]
const TEXT_KEYS = ['since', 'until', 'text'] as const

/** The filter that an address names; what it does not allow is left out. */
export function toTrialFilter(query: Readonly<Record<string, string>>): TrialFilter {
  const lists = LIST_KEYS.flatMap((key) => {
    const value = query[key]
    return value === undefined ? [] : [[key, value.split(',').map(decode)] as const]
  })
  const texts = TEXT_KEYS.flatMap((key) => {
    const value = query[key]
    return value === undefined || value === '' ? [] : [[key, value] as const]
  })
  const whole = TrialFilter.safeParse(Object.fromEntries([...lists, ...texts]))
  if (whole.success) return whole.data
  const bad = new Set(whole.error.issues.map(({ path }) => String(path[0])))
  return TrialFilter.parse(Object.fromEntries([...lists, ...texts].filter(([key]) => !bad.has(key))))
}

/** The same filter as values of an address; null takes one away. */
export function fromTrialFilter(filter: TrialFilter): Record<string, string | null> {
  const lists = LIST_KEYS.map((key) => {
    const values: readonly string[] = filter[key] ?? []
    return [key, values.length === 0 ? null : values.map(encode).join(',')] as const
  })
  const texts = TEXT_KEYS.map((key) => [key, filter[key] === '' ? null : (filter[key] ?? null)] as const)
  return Object.fromEntries([...lists, ...texts])
}

/** The filter as the query of an address, such as `paths.trials` takes. */
export function toFilterQuery(filter: TrialFilter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fromTrialFilter(filter)).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  )
}

/** The filter with one value of one condition turned on or off. */
export function toggleValue(filter: TrialFilter, key: ListKey, value: string): TrialFilter {
  const values: readonly string[] = filter[key] ?? []
  const next = values.includes(value) ? values.filter((other) => other !== value) : [...values, value]
  return toTrialFilter(toFilterQuery({ ...filter, [key]: next }))
}

function encode(value: string): string {
  return value.replace(/[%,]/g, encodeURIComponent)
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
