// @vitest-environment jsdom
import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { procedures } from '../../../contract/api/api.ts'
import { AppError } from '../../../contract/errors.ts'
import { startEngine } from '../../client/engine.testing.ts'
import { createQueryClient } from '../../client/queries.ts'
import { RecentTrials } from './recent-trials.tsx'
import { Timeline } from './timeline.tsx'

// It bounds what hangs: a machine may be busy.
configure({ asyncUtilTimeout: 50_000 })

let isBroken = true
const orBroken = <Answer,>(answer: Answer): Answer => {
  if (isBroken) throw new AppError('storage-failed', 'the index cannot be read')
  return answer
}
startEngine({
  procedures: { 'stats.timeline': procedures['stats.timeline'], 'trials.query': procedures['trials.query'] },
  topics: {},
  handlers: {
    'stats.timeline': async () => orBroken({ backend: null, otherBackends: [], points: [] }),
    'trials.query': async () => orBroken({ total: 0, trials: [] }),
  },
  sources: {},
})
beforeEach(() => {
  isBroken = true
  // jsdom has none: the table asks how wide the window is.
  window.matchMedia ??= () => Object.assign(new EventTarget(), { matches: true, media: '', onchange: null, ...OLD })
})
afterEach(cleanup)

const OLD = { addListener: () => {}, removeListener: () => {} }

test.each<[string, ReactNode]>([
  ['results over time', <Timeline key="t" filter={{}} />],
  ['recent trials', <RecentTrials key="r" filter={{}} />],
])('%s that cannot be told say why, and are asked for again', async (_name, part) => {
  render(<QueryClientProvider client={createQueryClient()}>{part}</QueryClientProvider>)
  const alert = await screen.findByRole('alert')
  expect(alert.textContent).toContain('the index cannot be read')
  isBroken = false
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
})
