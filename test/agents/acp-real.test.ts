import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { plainEnv, useJobs, type RanTrial } from '../support/engine.ts'
import { describeOn } from '../support/machine.ts'
import { always, useModelServers, type ModelServer, type Reply, type Scenario } from '../support/model-server/index.ts'
import { clientEnv } from '../support/package-clients.ts'
import { SOLUTION } from '../support/tasks.ts'
import { CLI_VERSIONS } from './versions.ts'

const { package: name, version, program } = CLI_VERSIONS['claude-acp']
const KEY = 'sk-tbcc-test-51c0a8f7e2d94b6633'

/** What the model answers. Its program may ask it for more when it is done. */
const WORK: readonly Reply[] = [
  { text: 'I write it.', calls: [{ shell: SOLUTION }], usage: { input: 1000, cached: 600, output: 20 } },
  { text: 'Done.', usage: { input: 1100, cached: 1000, output: 5 } },
]

describeOn(['docker', 'packages'], 'a real agent of the ACP registry', () => {
  const jobs = useJobs('acp-real')
  const serve = useModelServers()
  /** How long the agent works here, busy as the machine is now. */
  let workSec = 20

  const run = async (
    scenario: Scenario,
    agentTimeout = 120,
  ): Promise<{ readonly trial: RanTrial; readonly server: ModelServer }> => {
    const server = await serve({ scenario })
    const registry = join(jobs.folder, '..', 'registry.json')
    const entry = {
      id: 'claude-acp',
      name: 'Claude',
      version,
      distribution: { npx: { package: `${name}@${version}` } },
    }
    await writeFile(registry, JSON.stringify({ agents: [entry] }))
    const engine = jobs.open({ ...plainEnv, ...clientEnv })
    const job = await jobs.run({
      engine,
      tasks: [await jobs.task({ name: 'real', solution: null, network: 'public', agentTimeout })],
      agents: [
        {
          name: 'acp:claude-acp',
          kwargs: { registry, install: 'prepared', program },
          env: {
            ANTHROPIC_API_KEY: KEY,
            ANTHROPIC_BASE_URL: server.url,
            CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
            CLAUDE_CODE_MAX_RETRIES: '1',
            IS_SANDBOX: '1',
          },
        },
      ],
      config: {
        // The only network on which a server of this process is 127.0.0.1 in a container.
        environment: { kwargs: { network: 'host' } },
        // The first installation brings some hundred megabytes.
        agent_setup_timeout_multiplier: 10,
      },
    })
    return { trial: job.of('real'), server }
  }

  test('solves a task', async () => {
    const { trial, server } = await run(({ index }) => WORK[index] ?? { text: 'Anything else?' })
    const { record, events } = trial
    expect(record, record.exception?.message).toMatchObject({
      outcome: 'success',
      agent: 'claude-acp',
      agentVersion: version,
      agentSetup: { way: 'prepared', version },
      exception: null,
      steps: 2,
    })
    workSec = (record.phases.find(({ phase }) => phase === 'agent-execution')?.durationMs ?? 0) / 1000
    expect(server.violations).toEqual([])
    expect(server.leaksOf(KEY)).toEqual([])
    const messages = events.flatMap((event) => (event.type === 'message.received' ? [event.text] : []))
    expect(messages).toEqual(['I write it.', 'Done.'])
    const called = events.find((event) => event.type === 'tool.called')
    expect(called).toMatchObject({
      name: 'execute',
      arguments: { command: expect.stringContaining('/app/done') as unknown },
    })
    expect(events.flatMap((event) => ('turn' in event ? [`${event.type} ${event.turn}`] : []))).toEqual([
      'turn.started 1',
      'message.received 1',
      'tool.called 1',
      'turn.finished 1',
      'turn.started 2',
      'message.received 2',
      'turn.finished 2',
    ])
    expect(events.some(({ type }) => type === 'tool.returned')).toBe(true)
    expect(record.usage).toMatchObject({ inputTokens: 2100, cachedTokens: 1600, outputTokens: 25 })
    const trajectory: unknown = JSON.parse(await trial.read('agent/trajectory.json'))
    expect(trajectory).toMatchObject({
      agent: { name: 'claude-acp', version },
      final_metrics: { total_prompt_tokens: 2100, total_completion_tokens: 25, total_steps: 3 },
    })
  })

  test('does it wrong', async () => {
    const wrong = [{ calls: [{ shell: 'echo no > /app/done' }] }, { text: 'Done.' }] as const
    const { trial } = await run(({ index }) => wrong[index] ?? { text: 'Anything else?' })
    expect(trial.record, trial.record.exception?.message).toMatchObject({
      outcome: 'failure',
      blame: 'agent',
      reward: 0,
      exception: null,
    })
  })

  test('is cut off by the timeout, and what it had done until then is known', async () => {
    const begun = { calls: [{ shell: 'echo begun > /app/begun' }], usage: { input: 1000, cached: 600, output: 20 } }
    // Far from what it takes to get to where the server stalls.
    const limitSec = Math.max(40, Math.ceil(5 + 6 * workSec))
    const stalled = { text: 'And then', stallAfterEvents: 2 }
    const { trial } = await run(({ index }) => (index === 0 ? begun : stalled), limitSec)
    expect(trial.record).toMatchObject({
      outcome: 'timeout',
      blame: 'agent',
      reward: 0,
      exception: { type: 'AgentTimeoutError', phase: 'agent-execution' },
    })
    expect(trial.events.some(({ type }) => type === 'tool.returned')).toBe(true)
    expect(await trial.read('agent/trajectory.json')).toContain('/app/begun')
  })

  test('is refused for too many requests', async () => {
    const { trial } = await run(always({ status: 429, headers: { 'retry-after-ms': '50' } }))
    expect(trial.record, trial.record.exception?.message).toMatchObject({
      outcome: 'error',
      blame: 'infrastructure',
      exception: { type: 'ApiRateLimitError', phase: 'agent-execution' },
    })
  })

  test('is refused for its key', async () => {
    const { trial } = await run(always({ status: 401 }))
    expect(trial.record, trial.record.exception?.message).toMatchObject({
      outcome: 'error',
      blame: 'user',
      exception: { type: 'AgentAuthenticationError' },
    })
  })
})
