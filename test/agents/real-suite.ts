import { expect, test, vi } from 'vitest'
import type { TrialEvent } from '../support/job-folder.ts'
import { describeOn } from '../support/machine.ts'
import { always, script, useModelServers, type ModelServer, type Scenario } from '../support/model-server/index.ts'
import {
  instructionOf,
  NOTE_COMMANDS,
  PROCESSES,
  REAL_KEY,
  solutionOf,
  useRealCli,
  type RealAgent,
  type RealTrial,
} from './real-cli.ts'
import { CLI_VERSIONS } from './versions.ts'

const SAMPLE = 'nth-root-digits'

/** What an agent can see of its key, in a file that is kept and on its own output. */
const PRINT_KEYS =
  '(env; cat /tmp/codex-secrets/auth.json ~/.qwen/* ~/.gemini/*) 2>/dev/null | tee /logs/agent/keys.txt'

export interface RealSuite {
  /** As the CLI asks for it. */
  readonly model: string
  /** Variables that make an error of the service final soon. */
  readonly impatient?: Readonly<Record<string, string>>
  /** Settings that do the same. */
  readonly kwargs?: Readonly<Record<string, unknown>>
  /** False: its stream leaves the thoughts out, only its session has them. */
  readonly tellsThoughts?: boolean
  /** False: it gives up where a stream breaks. */
  readonly mendsStreams?: boolean
  /** Of the 25 that the model counts; absent: all. Some leave the one for thoughts out, and Harbor with them. */
  readonly outputTokens?: number
  /** What a run costs by list, where the CLI does not say it; absent: it says one, or its model stands in no list. */
  readonly listPriceUsd?: number
}

/** What every vendor's CLI must come to, end to end, against the model server. */
export function realCliSuite(agent: RealAgent, suite: RealSuite): void {
  const { model, impatient = {}, kwargs = {}, tellsThoughts = true, mendsStreams = true } = suite
  const { outputTokens = 25, listPriceUsd } = suite
  // Whichever test comes first has its package client fetch some hundred megabytes, where that was not done before.
  vi.setConfig({ testTimeout: 1_800_000 })
  describeOn(['docker', 'packages'], `the real ${agent}`, () => {
    const serve = useModelServers()
    const cli = useRealCli(agent)
    /** How long the CLI works here, busy as the machine is now. */
    let workSec = 20

    const run = async (
      scenario: Scenario,
      { prints = false, ...more }: { readonly agentTimeoutSec?: number; readonly prints?: boolean } = {},
    ): Promise<{ readonly trial: RealTrial; readonly server: ModelServer }> => {
      const server = await serve({ scenario, models: [model] })
      const trial = await cli.run({ server, sample: SAMPLE, env: impatient, kwargs, ...more })
      expect(server.violations).toEqual([])
      expect(server.requests.map(({ key }) => key)).toEqual(server.requests.map(() => REAL_KEY))
      // What a tool printed goes to the model, whatever it is.
      if (prints) expect(server.leaksOf(REAL_KEY)).not.toEqual([])
      else expect(server.leaksOf(REAL_KEY)).toEqual([])
      expect(await trial.filesWith(REAL_KEY), 'files that hold the key').toEqual([])
      return { trial, server }
    }

    test('solves a task, in a stream that is cut anywhere', async () => {
      const { trial, server } = await run(await working('solution', 7))
      const { record, events } = trial
      expect(record, record.exception?.message).toMatchObject({
        outcome: 'success',
        reward: 1,
        agentVersion: CLI_VERSIONS[agent].version,
        agentSetup: { way: 'prepared', version: CLI_VERSIONS[agent].version, failedWays: [] },
        steps: 2,
        usage: { inputTokens: 2100, cachedTokens: 1600, outputTokens },
        findings: [],
      })
      expect(record.usage.costIsEstimate ?? false).toBe(listPriceUsd !== undefined)
      if (listPriceUsd !== undefined) expect(record.usage.costUsd).toBeCloseTo(listPriceUsd, 8)
      workSec = (record.phases.find(({ phase }) => phase === 'agent-execution')?.durationMs ?? 0) / 1000
      expect(server.requests.filter(({ background }) => !background)).toHaveLength(2)
      expect(told(events)).toEqual([
        'turn.started',
        'message.received',
        'tool.called',
        'tool.returned',
        'turn.finished',
        'turn.started',
        'message.received',
        'turn.finished',
      ])
      expect(said(events, 'text')).toEqual(['Erst die Arbeit 🔧.', 'Done: it stands in /app/root.'])
      expect(said(events, 'reasoning')).toEqual(tellsThoughts ? ['Eine Datei fehlt.'] : [])
      const written = await trial.read('agent/trajectory.json')
      if (!tellsThoughts) expect(written).toContain('Eine Datei')
      const trajectory: unknown = JSON.parse(written)
      expect(trajectory).toMatchObject({
        agent: { name: agent, version: CLI_VERSIONS[agent].version },
        final_metrics: { total_prompt_tokens: 2100, total_cached_tokens: 1600, total_completion_tokens: outputTokens },
      })
    })

    test('puts no instruction on a command line, and its key into no file even where it prints it', async () => {
      const prints = [`(${NOTE_COMMANDS}) > /logs/agent/commands.txt`, PRINT_KEYS]
      const { trial } = await run(script(steps(prints.join('; '))), { prints: true })
      const commands = await trial.read('agent/commands.txt')
      expect(commands).toContain(CLI_VERSIONS[agent].program)
      const [firstLine = ''] = (await instructionOf(SAMPLE)).split('\n')
      expect(firstLine).not.toBe('')
      expect(commands).not.toContain(firstLine)
      // That no file holds the key is among what every run is checked for.
      expect(await trial.read('agent/keys.txt')).toContain('[REDACTED]')
    })

    if (mendsStreams) {
      test('goes on after its connection was dropped', async () => {
        const [first, second] = steps(await solutionOf(SAMPLE, 'solution'))
        const { trial, server } = await run(script([{ ...first, dropAfterEvents: 4 }, first, second]))
        expect(trial.record, trial.record.exception?.message).toMatchObject({ outcome: 'success', exception: null })
        expect(server.requests.filter(({ background }) => !background)).toHaveLength(3)
      })
    }

    test('does it wrong', async () => {
      const { trial } = await run(await working('wrong'))
      expect(trial.record, trial.record.exception?.message).toMatchObject({
        outcome: 'failure',
        blame: 'agent',
        reward: 0,
        exception: null,
      })
    })

    test('is cut off by the timeout', async () => {
      const [first] = steps('echo begun > /app/begun')
      const { trial } = await run(script([first, { text: 'And then', stallAfterEvents: 2 }]), {
        // Far from what it takes to get to where the server stalls.
        agentTimeoutSec: Math.ceil(5 + 3 * workSec),
      })
      expect(trial.record).toMatchObject({
        outcome: 'timeout',
        blame: 'agent',
        reward: 0,
        exception: { type: 'AgentTimeoutError', phase: 'agent-execution' },
      })
      // What it had done until then is known.
      expect(trial.record.steps).toBeGreaterThanOrEqual(1)
      expect(trial.record.usage.inputTokens).toBeGreaterThanOrEqual(1000)
      expect(told(trial.events)).toContain('tool.returned')
      expect(await trial.read('agent/trajectory.json')).toContain('/app/begun')
      expect(await trial.read(PROCESSES)).not.toContain(CLI_VERSIONS[agent].program)
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
        exception: { type: 'AgentAuthenticationError', phase: 'agent-execution' },
      })
    })
  })
}

/** One command that does the work, then an answer. */
function steps(command: string, chunkBytes?: number) {
  const cut = chunkBytes === undefined ? {} : { chunkBytes }
  return [
    {
      reasoning: 'Eine Datei fehlt.',
      text: 'Erst die Arbeit 🔧.',
      calls: [{ shell: command }],
      usage: { input: 1000, cached: 600, output: 20 },
      ...cut,
    },
    { text: 'Done: it stands in /app/root.', usage: { input: 1100, cached: 1000, output: 5 }, ...cut },
  ] as const
}

async function working(kind: 'solution' | 'wrong', chunkBytes?: number): Promise<Scenario> {
  return script(steps(await solutionOf(SAMPLE, kind), chunkBytes))
}

/** The types of what the agent did. Some CLIs tell a message block by block. */
function told(events: readonly TrialEvent[]): readonly string[] {
  const types = events.map(({ type }) => type).filter((type) => /^(turn|message|tool)\./.test(type))
  return types.filter((type, index) => type !== 'message.received' || types[index - 1] !== type)
}

function said(events: readonly TrialEvent[], field: 'text' | 'reasoning'): readonly string[] {
  const messages = events.filter((event) => event.type === 'message.received')
  return messages.map((message) => message[field] ?? '').filter((text) => text !== '')
}
