// @vitest-environment jsdom
import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { procedures } from '../../contract/api/api.ts'
import { AppError } from '../../contract/errors.ts'
import { startEngine } from '../client/engine.testing.ts'
import { createQueryClient } from '../client/queries.ts'
import { closeRunDialog, openRunDialog } from '../stores/run-dialog.ts'
import { RunDialog } from './run-dialog.tsx'

// It bounds what hangs: a machine may be busy.
configure({ asyncUtilTimeout: 50_000 })

let isBroken = true
startEngine({
  procedures: { 'agents.list': procedures['agents.list'] },
  topics: {},
  handlers: {
    async 'agents.list'() {
      if (isBroken) throw new AppError('storage-failed', 'the list of agents cannot be read')
      return []
    },
  },
  sources: {},
})
afterEach(() => {
  closeRunDialog()
  cleanup()
})

test('says why it cannot be set up, and asks again', async () => {
  openRunDialog()
  render(
    <QueryClientProvider client={createQueryClient()}>
      <RunDialog />
    </QueryClientProvider>,
  )
  expect((await screen.findByRole('alert')).textContent).toContain('the list of agents cannot be read')
  isBroken = false
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
})
