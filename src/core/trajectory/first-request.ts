import { z } from 'zod'
import { parseLine } from '../agent/logs/fields.ts'
import type { LogLine } from './convert/converter.ts'

/**
 * What a stored trajectory says that its agent was asked: the text of its first user step. It is read line by line, in
 * the layout that Harbor and this product write (two blanks), for the whole may be of any length. Null: no such step is
 * near its beginning, or it is written otherwise.
 */
export async function firstRequest(lines: AsyncIterable<LogLine>): Promise<string | null> {
  let step: string[] | null = null
  let inSteps = false
  let count = 0
  for await (const { text } of lines) {
    if (!inSteps) inSteps = text === '  "steps": ['
    else if (text === '    {') step = ['{']
    else if (step === null) return null
    else if (text === '    }' || text === '    },') {
      const message = requestIn([...step, '}'].join('\n'))
      if (message !== null) return message
      count += 1
      if (count === MAX_STEPS) return null
    } else step.push(text)
  }
  return null
}

/** Before the first request stands what the system said at most. */
const MAX_STEPS = 4

const UserStep = z.object({
  source: z.literal('user'),
  message: z.union([
    z.string().min(1),
    z
      .array(z.object({ type: z.literal('text'), text: z.string() }))
      .min(1)
      .transform((parts) => parts.map(({ text }) => text).join('\n')),
  ]),
})

function requestIn(step: string): string | null {
  return UserStep.safeParse(parseLine(step)).data?.message ?? null
}
