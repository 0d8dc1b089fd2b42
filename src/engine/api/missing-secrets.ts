import { AppError } from '../../contract/errors.ts'
import { variableOfSetting } from '../../core/job/secrets.ts'

/** Asks for settings that stand as `****` in a stored configuration: `details.places`. `to`: what they are needed for. */
export function missingSecrets(to: string, places: readonly string[]): AppError {
  return new AppError('invalid-input', `values that are kept nowhere are needed to ${to}: ${places.join(', ')}`, {
    details: {
      hint: `give each of them, or set the variables ${places.map(variableOfSetting).join(', ')}`,
      places: [...places],
    },
  })
}
