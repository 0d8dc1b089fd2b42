import { expect, test } from 'vitest'
import { useJobs, type RanJob } from '../support/engine.ts'
import { describeOn } from '../support/machine.ts'
import { recordedLines } from '../support/recorded-logs.ts'
import type { TaskText } from '../support/tasks.ts'
import { through } from '../support/trouble.ts'

interface StandIn {
  readonly agent: string
  /** As it is called in the container. */
  readonly program: string
  /** What it printed: it was kept waiting, got on and ended. */
  readonly lines: readonly string[]
  /** On the last line that came while it waited. */
  readonly waiting: string
  /** On the last line that came before the agent had done what the model, well again, asked for. */
  readonly working: string
  /** Of a program that tells of its troubles in a log of its own: the log, and where it is kept. */
  readonly ownLog?: { readonly lines: readonly string[]; readonly path: string }
}

const OWN_LOG = 'goose/xdg-state/goose/logs/cli/2026-11-21/20261121_130127.log'

const GOOSE: StandIn = {
  agent: 'goose',
  program: 'goose',
  lines: recordedLines('goose', 'retried'),
  waiting: 'msg_r1',
  working: 'call_2","toolCall',
  ownLog: { lines: recordedLines('goose', 'retried', OWN_LOG), path: `/logs/agent/${OWN_LOG}` },
}

const OPENCODE: StandIn = {
  agent: 'opencode',
  program: 'opencode',
  lines: recordedLines('opencode', 'overcome'),
  waiting: 'stream error',
  working: 'Slow now.',
}

/** Recorded, but for goose, whose lines are written after its sources. */
const STAND_INS: readonly StandIn[] = [
  {
    agent: 'aider',
    program: 'aider',
    lines: recordedLines('aider', 'overcome'),
    waiting: 'Retrying in 1.0 seconds',
    working: 'I make the file.',
  },
  {
    agent: 'mini-swe-agent',
    program: 'mini-swe-agent',
    lines: recordedLines('mini-swe-agent', 'overcome'),
    waiting: 'as it raised RateLimitError: litellm.RateLimitError: RateLimitError',
    working: 'sleep 3; echo x',
  },
  {
    agent: 'openhands',
    program: 'tbcc-openhands',
    lines: recordedLines('openhands', 'overcome'),
    waiting: 'Attempt #2',
    working: 'sleep 20',
  },
  GOOSE,
  OPENCODE,
]

describeOn('docker', 'trouble with the service of the model, by stand-ins for the CLIs', () => {
  const jobs = useJobs('stand-ins-trouble')

  const run = async (agent: string, tasks: readonly TaskText[]): Promise<RanJob> => {
    const key = { ANTHROPIC_API_KEY: 'sk-ant-stand-in-0123456789' }
    const paths = await Promise.all(tasks.map((task) => jobs.task(task)))
    const agents = [{ name: agent, model_name: 'anthropic/m-1', env: key }]
    return jobs.run({ tasks: paths, agents, config: { n_concurrent_trials: 3 } })
  }

  test.each(STAND_INS)('$agent is charged with its own time only', async (standIn) => {
    const { agent, lines, waiting, working } = standIn
    const job = await run(agent, [
      taskOf(standIn, 'waits', through(lines, waiting), 'sleep 600'),
      taskOf(standIn, 'works', through(lines, working), 'sleep 600'),
      taskOf(standIn, 'ends', lines, 'echo yes > /app/done'),
    ])
    const timedOut = { outcome: 'timeout', exception: { type: 'AgentTimeoutError' } }
    expect(job.of('waits').record).toMatchObject({ ...timedOut, ...FAILING })
    expect(job.of('waits').record.findings[0]?.evidence.at(-1)).toMatch(new RegExp(`^${agent}: `))
    expect(job.of('works').record).toMatchObject({ ...timedOut, blame: 'agent', findings: [] })
    const { record } = job.of('ends')
    expect(record, record.exception?.message).toMatchObject({ outcome: 'success', exception: null, findings: [] })
  })

  test('an answer that broke off is told at the end, and ends no trouble', async () => {
    const { agent, lines, waiting, working } = OPENCODE
    const broken = [...through(lines, working), ...through(lines, waiting).slice(-1)]
    const { record, events } = (await run(agent, [taskOf(OPENCODE, 'breaks', broken, 'sleep 600')])).of('breaks')
    expect(events.some((event) => event.type === 'message.received' && event.text === working)).toBe(true)
    expect(record).toMatchObject({ outcome: 'timeout', ...FAILING })
  })

  test('goose is not charged either where it gave up, and ended as if nothing had been', async () => {
    const error = 'Server error: Server error (529): Overloaded'
    const text = `Ran into this error: ${error}.\n\nPlease retry if you think this is a transient or recoverable error.`
    const message = { role: 'assistant', created: 1795266099, content: [{ type: 'text', text }] }
    const lines = [...through(GOOSE.lines, GOOSE.waiting), JSON.stringify({ type: 'message', message })]
    const fields = { message: `Error: ${error}` }
    const entry = { timestamp: '2026-11-21T13:01:39.1Z', level: 'ERROR', fields, target: 'goose::agents::agent' }
    const ownLog = { lines: [...(GOOSE.ownLog?.lines ?? []), JSON.stringify(entry)], path: `/logs/agent/${OWN_LOG}` }
    const job = await run('goose', [taskOf({ ...GOOSE, ownLog }, 'gives-up', lines, 'exit 0')])
    const { record } = job.of('gives-up')
    const exception = { type: 'ApiInternalServerError', phase: 'agent-execution' }
    expect(record).toMatchObject({ outcome: 'error', blame: 'infrastructure', exception, findings: [] })
    expect(record.evidence.join('\n')).toContain(error)
  })
})

const FAILING = { blame: 'infrastructure', findings: [{ kind: 'service-failing' }] }

/** A program that prints these lines, and goes on as the script says. */
function taskOf({ program, ownLog }: StandIn, name: string, lines: readonly string[], script: string): TaskText {
  const keepsLog = ownLog === undefined ? [] : [`mkdir -p "$(dirname ${ownLog.path})"`, `cp /own.txt ${ownLog.path}`]
  const head = ['#!/bin/bash', `case "$1" in --version | --help) echo ${program} 9.9.9; exit 0 ;; esac`]
  const body = [...head, ...keepsLog, 'cat /told.txt', script]
  return {
    name,
    solution: null,
    agentTimeout: script.startsWith('sleep') ? 15 : 60,
    dockerfile: [
      'FROM debian:bookworm-slim',
      'WORKDIR /app',
      `COPY --chmod=755 program.sh /usr/local/bin/${program}`,
      'COPY told.txt own.txt /',
      '',
    ].join('\n'),
    files: {
      'environment/program.sh': `${body.join('\n')}\n`,
      'environment/told.txt': lines.map((line) => `${line}\n`).join(''),
      'environment/own.txt': (ownLog?.lines ?? []).map((line) => `${line}\n`).join(''),
    },
  }
}
