import { AppError } from '../../contract/errors.ts'

/** Throws for settings that an agent does not know, naming them and those it knows. */
export function refuseKwargs(agent: string, kwargs: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const unknown = Object.keys(kwargs).filter((key) => !known.includes(key))
  if (unknown.length === 0) return
  throw new AppError('invalid-input', `agent ${agent} has no setting ${unknown.map((key) => `"${key}"`).join(', ')}`, {
    details: { hint: known.length === 0 ? 'it takes no --ak settings' : `it takes --ak ${known.join(', --ak ')}` },
  })
}

/** A setting that must be text; null where it is absent and may be. */
export function textKwarg(agent: string, kwargs: Readonly<Record<string, unknown>>, key: string): string | null {
  const value = kwargs[key]
  if (value === undefined || value === null) return null
  if (typeof value === 'string' && value !== '') return value
  throw new AppError('invalid-input', `agent ${agent}: setting ${key} must be text, not ${JSON.stringify(value)}`)
}
