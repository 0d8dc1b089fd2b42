import { AppError } from '../../../contract/errors.ts'

/**
 * What an agent is told, by a template around the instruction. Of Jinja, in which Harbor reads such templates, only
 * `{{ instruction }}` is known: AppError `invalid-input` where it is missing, or where there is more.
 */
export function parsePromptTemplate(agent: string, text: string | null): (instruction: string) => string {
  if (text === null) return (instruction) => instruction
  // Jinja reads lines so, and leaves the last line end out.
  const parts = text.replaceAll(/\r\n?/g, '\n').replace(/\n$/, '').split(PLACE)
  const why = parts.some((part) => OTHER.test(part))
    ? 'has more in it than {{ instruction }}, which is all that is known here of Jinja'
    : parts.length === 1
      ? 'does not say where the instruction goes'
      : null
  if (why === null) return (instruction) => parts.join(instruction)
  throw new AppError('invalid-input', `agent ${agent}: the template of prompt_template_path ${why}`, {
    details: { hint: 'write plain text with {{ instruction }} in it' },
  })
}

const PLACE = /\{\{\s*instruction\s*\}\}/
/** Where anything of Jinja begins. */
const OTHER = /\{[{%#]/
