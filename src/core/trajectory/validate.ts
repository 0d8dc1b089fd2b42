import { Trajectory } from '../../contract/harbor/trajectory.ts'
import { toSchemaIssues } from '../schema-issues.ts'
import { checkMedia, type FileExists } from './check-media.ts'
import { checkTrajectory } from './check-rules.ts'

export interface TrajectoryCheck {
  readonly trajectory: Trajectory | null
  /** `trajectory.<place>: <what is wrong>`, all of them; empty: valid. */
  readonly errors: readonly string[]
}

/**
 * Checks a parsed ATIF document against the format and its rules. `fileExists` answers for paths as they are written,
 * relative ones meaning the document's folder; without it, pictures and sounds are not looked for.
 */
export function validateTrajectory(document: unknown, fileExists?: FileExists): TrajectoryCheck {
  const parsed = Trajectory.safeParse(document)
  if (!parsed.success) {
    const errors = toSchemaIssues(parsed.error).map(({ path, message }) => line(path.join('.'), message))
    return { trajectory: null, errors }
  }
  const found = checkTrajectory(parsed.data, '')
  if (fileExists !== undefined) found.push(...checkMedia(parsed.data, fileExists))
  return { trajectory: parsed.data, errors: found.map(({ place, message }) => line(place, message)) }
}

function line(place: string, message: string): string {
  return `trajectory${place === '' ? '' : '.'}${place}: ${message}`
}
