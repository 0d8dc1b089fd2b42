// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, expect, it } from 'vitest'
import { StepTools } from './step-tools.tsx'
import type { StepChoice } from './use-outline.ts'
import type { Steps } from './use-steps.ts'

afterEach(cleanup)

it('keeps what is chosen while the search waits for a pause in typing', async () => {
  const choices: StepChoice[] = [{ kinds: ['command', 'error'], text: '' }]
  render(<Tools choices={choices} />)
  fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'needle' } })
  fireEvent.click(screen.getAllByRole('button', { name: 'Remove this filter' })[0]!)
  expect(choices.at(-1)).toEqual({ kinds: ['error'], text: '' })
  await waitFor(() => expect(choices.at(-1)?.text).toBe('needle'))
  expect(choices.at(-1)).toEqual({ kinds: ['error'], text: 'needle' })
})

/** Takes what is chosen, and writes it down. */
function Tools({ choices }: { readonly choices: StepChoice[] }) {
  const [choice, setChoice] = useState<StepChoice>(choices[0]!)
  const choose = (next: StepChoice): void => {
    choices.push(next)
    setChoice(next)
  }
  return <StepTools steps={{ ...IDLE, choice, choose }} />
}

const IDLE: Omit<Steps, 'choice' | 'choose'> = {
  outline: {
    total: 0,
    origin: 'none',
    issue: null,
    firstError: null,
    error: null,
    at: () => undefined,
    see: () => {},
    loadPage: async () => [],
    retry: () => {},
  },
  row: 0,
  current: undefined,
  following: false,
  chosenAt: 0,
  select: () => {},
  selectByTerminal: () => {},
  follow: () => {},
  toFirstError: () => {},
}
