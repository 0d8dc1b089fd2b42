import { AppError } from '../../contract/errors.ts'
import type { Trajectory } from '../../contract/harbor/trajectory.ts'
import { validateTrajectory } from './validate.ts'

/** How many errors a message shows. */
const SHOWN_ERRORS = 10

/** The trajectory in an ATIF document; AppError `invalid-input` says what is wrong in `name`. */
export function parseTrajectory(text: string, name: string): Trajectory {
  const { trajectory, errors } = validateTrajectory(parseJson(text, name))
  if (trajectory !== null && errors.length === 0) return trajectory
  const log = errors.slice(0, SHOWN_ERRORS).join('\n')
  throw new AppError('invalid-input', `${name} is no valid ATIF trajectory: ${errors[0] ?? 'no document'}`, {
    details: { log, errors: errors.length },
  })
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError(
      'invalid-input',
      `${name} is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
  }
}
