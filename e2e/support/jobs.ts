import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { WebSocket } from 'ws'
import {
  procedures,
  PROTOCOL_VERSION,
  topics,
  type InputOf,
  type OutputOf,
  type ProcedureName,
} from '../../src/contract/api/api.ts'
import { createClient } from '../../src/rpc/client.ts'
import { openSocketLink } from '../../src/rpc/socket-link.ts'
import { docker } from '../../test/support/engine-clients.ts'
import { until } from './page.ts'
import type { Workbench } from './workbench.ts'

/** Asks the engine of a workbench as a script would: to set the stage of a scenario, never to act it. */
export async function ask<Name extends ProcedureName>(
  workbench: Workbench,
  name: Name,
  input: InputOf<Name>,
): Promise<OutputOf<Name>> {
  const { host, hash } = new URL(workbench.url())
  const headers = { authorization: `Bearer ${hash.replace('#token=', '')}` }
  const client = createClient({
    procedures,
    topics,
    protocol: PROTOCOL_VERSION,
    connect: async (signal) => openSocketLink(new WebSocket(`ws://${host}/rpc`, { headers }), signal),
  })
  try {
    return await client.call(name, input)
  } finally {
    client.close()
  }
}

/** A job that this workbench's engine runs, on Docker. */
export async function startJob(
  workbench: Workbench,
  jobName: string,
  {
    tasks,
    agent = { name: 'oracle' },
    ...config
  }: { tasks: readonly string[]; agent?: object; n_attempts?: number; n_concurrent_trials?: number },
): Promise<void> {
  await ask(workbench, 'jobs.start', {
    config: {
      job_name: jobName,
      jobs_dir: workbench.jobsDir,
      tasks: tasks.map((path) => ({ path })),
      agents: [agent],
      ...config,
    },
    backend: 'docker',
    confirmed: true,
  })
}

/** The trials of a job, in the order of lists. */
export async function trialsOf(workbench: Workbench, jobName: string): Promise<OutputOf<'trials.query'>['trials']> {
  const { trials } = await ask(workbench, 'trials.query', {
    filter: { jobNames: [jobName] },
    sort: { column: 'taskName', descending: false },
    limit: 1000,
  })
  return trials
}

/** The trial of a task in a job of one agent. */
export async function trialOf(workbench: Workbench, jobName: string, task: string): Promise<string> {
  const found = (await trialsOf(workbench, jobName)).find(({ taskName }) => taskName.endsWith(task))
  if (found === undefined) throw new Error(`${jobName} has no trial of ${task}`)
  return found.trialName
}

/** The container in which a job's one trial has its agent at work, once it has printed something. */
export async function agentAtWork(workbench: Workbench, jobName: string): Promise<Docker.Container> {
  let containerId: string | null = null
  await until(async () => {
    const [trial] = await trialsOf(workbench, jobName)
    if (trial?.live?.phase !== 'agent-execution') return false
    containerId = trial.live.containerId
    const events = await storedEvents(workbench, jobName, trial.trialName)
    return (
      containerId !== null && events.some(({ type, phase }) => `${type} ${phase}` === 'output.written agent-execution')
    )
  })
  return docker.getContainer(containerId ?? '')
}

/** Makes /tmp/go-on in the container of a job's one trial, once its agent is at work. */
export async function letGoOn(workbench: Workbench, jobName: string): Promise<void> {
  const container = await agentAtWork(workbench, jobName)
  await (await container.exec({ Cmd: ['touch', '/tmp/go-on'] })).start({ Detach: true })
}

export async function untilState(
  workbench: Workbench,
  jobName: string,
  state: 'completed' | 'cancelled' | 'interrupted',
): Promise<void> {
  await until(async () => (await ask(workbench, 'jobs.show', { jobName })).state === state)
}

/** Events of a trial as they stand in its file. */
export async function storedEvents(
  workbench: Workbench,
  jobName: string,
  trialName: string,
): Promise<{ seq: number; at: string; type: string; phase?: string }[]> {
  const text = await readFile(join(workbench.jobsDir, jobName, trialName, 'tbcc.events.jsonl'), 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { seq: number; at: string; type: string; phase?: string })
}
