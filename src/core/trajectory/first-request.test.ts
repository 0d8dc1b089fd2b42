import { expect, test } from 'vitest'
import type { LogLine } from './convert/converter.ts'
import { firstRequest } from './first-request.ts'

const asked = async (document: unknown, blanks = 2): Promise<string | null> =>
  firstRequest(linesOf(typeof document === 'string' ? document : JSON.stringify(document, null, blanks)))

test('the text of the first step of the user, whatever stands before and behind', async () => {
  const system = { step_id: 1, source: 'system', message: '  "steps": [\n    {\n    }' }
  const user = { step_id: 2, source: 'user', message: 'Do it.\n    }\n' }
  const head = {
    schema_version: 'ATIF-v1.7',
    agent: { name: 'a', extra: { steps: [{ source: 'user', message: 'no' }] } },
  }
  expect(await asked({ ...head, steps: [system, user, { ...user, message: 'Later.' }] })).toBe('Do it.\n    }\n')
  const parts = ['a', 'b'].map((text) => ({ type: 'text', text }))
  expect(await asked({ ...head, steps: [{ ...user, message: parts }] })).toBe('a\nb')
  // Read no further than it must be.
  expect(await asked(`${JSON.stringify({ ...head, steps: [user] }, null, 2).slice(0, -6)},\n    {broken`)).toBe(
    user.message,
  )
})

test.each([
  ['nothing', ''],
  ['no steps', { steps: [] }],
  ['an agent’s alone', { steps: [{ source: 'agent', message: 'x' }] }],
  ['an empty one', { steps: [{ source: 'user', message: '' }] }],
  ['one with an image', { steps: [{ source: 'user', message: [{ type: 'image' }] }] }],
  ['no JSON', '  "steps": [\n    {\n      "source": user\n    },\n  ]'],
  [
    'far behind',
    { steps: [...Array.from({ length: 9 }, () => ({ source: 'agent' })), { source: 'user', message: 'x' }] },
  ],
])('none: %s', async (_what, document) => {
  expect(await asked(document)).toBeNull()
})

test('none in another layout', async () => {
  expect(await asked({ steps: [{ source: 'user', message: 'x' }] }, 4)).toBeNull()
})

async function* linesOf(text: string): AsyncGenerator<LogLine> {
  for (const line of text.split('\n')) yield { text: line, at: 0 }
}
