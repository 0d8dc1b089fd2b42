import { asRecord, type Fields } from '../logs/fields.ts'

/** Settings of a run with the user's own over them: objects are added to, all else is replaced. */
export function mergeSettings(settings: Fields, own: Fields): Fields {
  const merged = Object.entries(own).map(([key, value]) => {
    const before = Object.hasOwn(settings, key) ? asRecord(settings[key]) : null
    const added = asRecord(value)
    return [key, before === null || added === null ? value : mergeSettings(before, added)] as const
  })
  return { ...settings, ...Object.fromEntries(merged) }
}
