// @vitest-environment jsdom
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query'
import { cleanup, renderHook, waitFor } from '@testing-library/react'
import { createElement, type ReactNode } from 'react'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { procedures } from '../../contract/api/api.ts'
import type { AgentInfo } from '../../contract/api/jobs.ts'
import { startEngine } from './engine.testing.ts'
import { askLostAgain, createQueryClient, invalidate, useCall } from './queries.ts'

/** The questions that have come, each with how to answer it. */
let asked: ((name: string) => void)[] = []

const engine = startEngine({
  procedures: { 'agents.list': procedures['agents.list'] },
  topics: {},
  handlers: {
    'agents.list': async () => new Promise<AgentInfo[]>((resolve) => asked.push((name) => resolve([agent(name)]))),
  },
  sources: {},
})

const agent = (name: string): AgentInfo => ({ name, summary: '', model: 'none', kwargs: {} })

beforeEach(() => {
  asked = []
})
afterEach(cleanup)

function showAgents(queries: QueryClient) {
  const wrapper = ({ children }: { readonly children: ReactNode }) =>
    createElement(QueryClientProvider, { client: queries }, children)
  const { result } = renderHook(() => useCall('agents.list', {}), { wrapper })
  return {
    shown: () => result.current.data?.map(({ name }) => name),
    error: () => result.current.error,
  }
}

const questions = async (count: number) => waitFor(() => expect(asked).toHaveLength(count))

it('asks again what changed while its first answer was under way, once, and shows that answer until then', async () => {
  const queries = createQueryClient()
  const { shown } = showAgents(queries)
  await questions(1)
  const invalidated = Promise.all([invalidate(queries, ['agents']), invalidate(queries, ['agents'])])
  asked[0]?.('of the time before')
  await waitFor(() => expect(shown()).toEqual(['of the time before']))
  await questions(2)
  asked[1]?.('new')
  await invalidated
  await waitFor(() => expect(shown()).toEqual(['new']))
  expect(asked).toHaveLength(2)
})

it('asks again what is shown already, and leaves what did not change', async () => {
  const queries = createQueryClient()
  const { shown } = showAgents(queries)
  await questions(1)
  asked[0]?.('first')
  await waitFor(() => expect(shown()).toEqual(['first']))
  await invalidate(queries, ['jobs'])
  expect(asked).toHaveLength(1)
  const invalidated = invalidate(queries, ['agents'])
  await questions(2)
  asked[1]?.('second')
  await invalidated
  await waitFor(() => expect(shown()).toEqual(['second']))
})

it('asks again what was lost with a connection when there is another one', async () => {
  const queries = createQueryClient()
  const stop = askLostAgain(queries)
  const { shown, error } = showAgents(queries)
  await questions(1)
  engine.drop()
  await waitFor(() => expect(error()).toMatchObject({ code: 'disconnected' }))
  await engine.reconnect()
  await questions(2)
  asked[1]?.('after all')
  await waitFor(() => expect(shown()).toEqual(['after all']))
  stop()
})
