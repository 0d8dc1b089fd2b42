import { procedures, PROTOCOL_VERSION, topics } from '../../../contract/api/api.ts'
import type { ListedTrial } from '../../../contract/api/trials.ts'
import type { Link } from '../../../rpc/link.ts'
import { createMemoryPair } from '../../../rpc/memory-link.ts'
import { serve } from '../../../rpc/serve.ts'
import { startClient } from '../../client/client.ts'

/** What the page of a test is connected to. */
export interface TrialsEngine {
  /** What every question about trials is answered with, and what is told to who begins to follow them. */
  readonly set: (listed: readonly ListedTrial[], running: readonly ListedTrial[]) => void
  /** The connection is lost; the page makes another one. */
  readonly drop: () => void
}

/** Once in a file: a page has one engine. */
export function startTrialsEngine(): TrialsEngine {
  let listed: readonly ListedTrial[] = []
  let running: readonly ListedTrial[] = []
  let open: Link | null = null
  startClient(async () => {
    const [engine, page] = createMemoryPair()
    open = engine
    serve(
      {
        procedures: { 'trials.query': procedures['trials.query'] },
        topics: { 'trials.changes': topics['trials.changes'] },
        handlers: { 'trials.query': async () => ({ total: listed.length, trials: [...listed] }) },
        sources: {
          async *'trials.changes'(_params, { signal }) {
            yield { kind: 'running' as const, trials: [...running] }
            await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
          },
        },
      },
      engine,
      { version: '0', protocol: PROTOCOL_VERSION },
    ).catch((thrown: unknown) => engine.close(String(thrown)))
    return page
  })
  return {
    set(nextListed, nextRunning) {
      listed = nextListed
      running = nextRunning
    },
    drop: () => open?.close('dropped'),
  }
}

export function listedTrial(trialName: string, state: ListedTrial['state'], reason: string | null = null): ListedTrial {
  return {
    jobName: 'job',
    trialName,
    trialId: null,
    taskName: 'task',
    agent: 'nop',
    model: null,
    attempt: 1,
    backend: 'docker',
    state,
    outcome: state === 'finished' ? 'failure' : null,
    blame: null,
    reward: null,
    testsPassed: null,
    testsTotal: null,
    exceptionType: null,
    inputTokens: null,
    cachedTokens: null,
    outputTokens: null,
    costUsd: null,
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    source: null,
    difficulty: null,
    category: null,
    steps: null,
    reason,
    assisted: false,
    costIsEstimate: false,
    live: null,
  }
}
