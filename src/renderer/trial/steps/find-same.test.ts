import { expect, it } from 'vitest'
import type { StepOutline } from '../../../contract/api/trials.ts'
import { PAGE } from './find-row.ts'
import { findSame } from './find-same.ts'
import { outlineOf } from './step-outline.testing.ts'

async function rowOf(told: Partial<StepOutline>, steps: readonly StepOutline[]): Promise<number> {
  return findSame(outlineOf(told), steps.length, async (offset) => steps.slice(offset, offset + PAGE))
}

/** The instruction, then turns: each one step, that of turn 2 calls a subagent. */
const TRAJECTORY = [
  outlineOf({ kind: 'user', summary: 'Do it.' }),
  outlineOf({ turn: 1, summary: 'I look.' }),
  outlineOf({ turn: 2, summary: 'I hand it on.' }),
  outlineOf({ summary: 'I help.', subagent: true }),
  outlineOf({ summary: 'Bash ls', subagent: true }),
  outlineOf({ turn: 3, summary: 'Bash ls' }),
  outlineOf({ turn: 4, summary: 'Done.' }),
]

it('finds what a turn became, whichever of its steps was looked at', async () => {
  expect(await rowOf({ turn: 1, summary: 'I look.' }, TRAJECTORY)).toBe(1)
  expect(await rowOf({ turn: 2, kind: 'tool', summary: 'Agent {}' }, TRAJECTORY)).toBe(2)
  expect(await rowOf({ turn: 3, kind: 'thought', summary: 'Hm.' }, TRAJECTORY)).toBe(5)
})

it('finds what a subagent did, else the turn that called it', async () => {
  expect(await rowOf({ turn: 2, summary: 'I help.', subagent: true }, TRAJECTORY)).toBe(3)
  expect(await rowOf({ turn: 2, summary: 'Bash ls', subagent: true }, TRAJECTORY)).toBe(4)
  expect(await rowOf({ turn: 3, summary: 'Bash ls' }, TRAJECTORY)).toBe(5)
  expect(await rowOf({ turn: 2, summary: 'not written', subagent: true }, TRAJECTORY)).toBe(2)
})

it('finds words that are no turn of the agent near its turn', async () => {
  expect(await rowOf({ turn: 1, kind: 'user', summary: 'Do it.' }, TRAJECTORY)).toBe(0)
})

it('takes the last step where none is the same', async () => {
  expect(await rowOf({ turn: null, kind: 'command', summary: 'look at the container: ls' }, TRAJECTORY)).toBe(6)
  expect(await rowOf({ turn: 9, summary: 'cut off' }, TRAJECTORY)).toBe(6)
  expect(await rowOf({ turn: 1, summary: 'I look.' }, [outlineOf({ summary: 'a' }), outlineOf({ summary: 'b' })])).toBe(
    1,
  )
  expect(await rowOf({ turn: 1 }, [])).toBe(0)
})

it('finds it in a long list, also where it stands on the page after its turn', async () => {
  const turns = Array.from({ length: 5000 }, (_, index) => outlineOf({ turn: index + 1, summary: `turn ${index + 1}` }))
  expect(await rowOf({ turn: 4321, summary: 'turn 4321' }, turns)).toBe(4320)
  const helped = [...turns.slice(0, PAGE), outlineOf({ summary: 'I help.', subagent: true }), ...turns.slice(PAGE)]
  expect(await rowOf({ turn: PAGE, summary: 'I help.', subagent: true }, helped)).toBe(PAGE)
})
