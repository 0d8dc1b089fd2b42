import { AppError } from '../../../contract/errors.ts'
import { TrialError } from '../../job/exception.ts'
import { plainLine } from '../../text/plain.ts'
import type { ProcessEnd } from './process.ts'
import type { AcpSummary } from './summary.ts'

/** By which a shell says that there is no such command. */
const NOT_FOUND = 127
const MAX_CHARS = 300

/**
 * The error of an agent whose program the container does not have: the shell ended before a first word of the protocol.
 * Such an agent never ran, so there is nothing to judge. A command is its user's; what the registry's record named, and was
 * installed, is not. Null: it ended otherwise.
 */
export function missingProgram(
  { exitCode, byItself }: ProcessEnd,
  { registry_entry_id: entry, initialize }: Pick<AcpSummary, 'registry_entry_id' | 'initialize'>,
  lastWords: string | null,
): Error | null {
  if (!byItself || exitCode !== NOT_FOUND || initialize !== undefined) return null
  const said = plainLine((lastWords ?? '').slice(0, MAX_CHARS)) || 'it said nothing'
  if (entry !== null) {
    return new TrialError('RuntimeError', `the program of ${entry} was not found in the container: ${said}`)
  }
  return new AppError('invalid-input', `the agent's command was not found in the container: ${said}`, {
    details: { hint: "have it in the task's image, or take an agent that is installed: -a acp:<id>[@version]" },
  })
}
