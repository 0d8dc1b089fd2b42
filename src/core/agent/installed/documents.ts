import type { HostTree } from '../host.ts'
import type { SettingSpecs } from './settings.ts'

/** Settings whose documents are read: a path becomes the file's text, a JSON object its own. AppError `not-found`. */
export async function readDocuments(
  specs: SettingSpecs,
  kwargs: Readonly<Record<string, unknown>>,
  host: Pick<HostTree, 'readText'>,
): Promise<Readonly<Record<string, unknown>>> {
  const entries = Object.entries(kwargs).map(async ([key, value]) => {
    if (specs[key]?.kind !== 'document') return [key, value] as const
    return [key, await textOf(value, host)] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

async function textOf(value: unknown, host: Pick<HostTree, 'readText'>): Promise<unknown> {
  if (typeof value === 'string' && value !== '') return host.readText(value)
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? JSON.stringify(value) : value
}
