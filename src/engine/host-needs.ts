import { AppError } from '../contract/errors.ts'
import type { PreparedJob } from './engine.ts'

/**
 * Throws `invalid-input` where a job needs variables of this host that are not set, or reads ones that nobody has
 * confirmed it may.
 */
export function refuseHostNeeds(
  { hostVariables, missingKeys }: Pick<PreparedJob, 'hostVariables' | 'missingKeys'>,
  { confirmed }: { readonly confirmed: boolean },
): void {
  const required = hostVariables.flatMap(({ name, isSet, hasDefault }) => (isSet || hasDefault ? [] : [name]))
  const missing = [...new Set([...required, ...missingKeys])]
  if (missing.length > 0) {
    throw new AppError('invalid-input', `variables of this host are needed and not set: ${missing.join(', ')}`, {
      details: { hint: 'set them where the engine is started, or as keys in Settings, or leave those tasks out' },
    })
  }
  const read = hostVariables.filter(({ isSet }) => isSet).map(({ name }) => name)
  if (read.length === 0 || confirmed) return
  throw new AppError(
    'invalid-input',
    `tasks or tool servers of this job read variables of this host: ${read.join(', ')}`,
    {
      details: { hint: 'confirm that they may, or leave those tasks out', variables: read },
    },
  )
}
