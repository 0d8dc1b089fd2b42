import type { PreparedJob } from '../../engine/engine.ts'
import { plainLine } from '../text/plain.ts'

/** What nothing refuses and a start would likely spend in vain: told before it, a line for each. */
export function describeWarnings(warnings: PreparedJob['warnings']): string[] {
  return warnings.map(({ message }) => `warning: ${plainLine(message)}`)
}
