import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackendName } from '../../src/core/environment/backend.ts'
import { plainEnv, projectRoot, useJobs, type JobRequest, type RanTrial } from '../support/engine.ts'
import { filesBelow } from '../support/job-folder.ts'
import type { ModelServer } from '../support/model-server/index.ts'
import { clientEnv } from '../support/package-clients.ts'
import { CLI_VERSIONS } from './versions.ts'

/*
 * A bed for the real CLIs: the engine installs one into a sample's container, prepared on this host by its package client,
 * and runs it against a model server of the tests, to a verdict.
 */

/** Agents that are the CLI of a vendor in the container. */
export type RealAgent = Exclude<keyof typeof CLI_VERSIONS, 'claude-acp'>

export interface RealRun {
  readonly server: ModelServer
  /** Folder in resources/samples. */
  readonly sample: string
  readonly model?: string
  /** `--ak` beside the version and the way of installation. */
  readonly kwargs?: Readonly<Record<string, unknown>>
  /** `--ae` beside key and address. */
  readonly env?: Readonly<Record<string, string>>
  readonly mcpServers?: NonNullable<JobRequest['agents']>[number]['mcp_servers']
  /** Variables of this host. */
  readonly hostEnv?: Readonly<Record<string, string>>
  readonly agentTimeoutSec?: number
  readonly backend?: BackendName
}

export interface RealTrial extends RanTrial {
  /** Files of the job that hold this text, relative to its folder. */
  filesWith(text: string): Promise<readonly string[]>
}

export interface RealCli {
  run(ask: RealRun): Promise<RealTrial>
}

/** What the tests give the CLIs for a key: long enough not to stand anywhere by chance. */
export const REAL_KEY = 'sk-tbcc-test-9c41d7e05b8f2a6631'

const ENVIRONMENT = {
  // The only network on which a server of this process is 127.0.0.1 in a container.
  kwargs: { network: 'host' },
  // Some CLIs are killed in the memory of a sample.
  override_memory_mb: 2048,
}

/** Gives a suite its bed for one agent. What was prepared is kept for the next run: a CLI is some hundred megabytes. */
export function useRealCli(agent: RealAgent): RealCli {
  const jobs = useJobs(`real-${agent}`, { keepImages: true })
  return {
    async run({ server, sample, model = MODELS[agent], kwargs, env, hostEnv, agentTimeoutSec, mcpServers, ...where }) {
      const { backend = 'docker' } = where
      const engine = jobs.open({ ...plainEnv, ...clientEnv, ...hostEnv })
      const job = await jobs.run({
        engine,
        backend,
        tasks: [await openSample(sample, jobs.tasks)],
        agents: [
          {
            name: agent,
            model_name: model,
            kwargs: { install: 'prepared', version: CLI_VERSIONS[agent].version, ...kwargs },
            env: { ...accessOf(agent, server.url), ...env },
            ...(mcpServers === undefined ? {} : { mcp_servers: mcpServers }),
            ...(agentTimeoutSec === undefined ? {} : { override_timeout_sec: agentTimeoutSec }),
          },
        ],
        // The first installation brings some hundred megabytes.
        config: { environment: ENVIRONMENT, agent_setup_timeout_multiplier: 10 },
      })
      const [trial] = job.trials
      if (trial === undefined) throw new Error('no trial ended')
      return { ...trial, filesWith: async (text) => filesWith(job.directory, text) }
    },
  }
}

export const MODELS: Readonly<Record<RealAgent, string>> = {
  'claude-code': 'anthropic/claude-sonnet-4-5',
  codex: 'openai/gpt-5',
  'gemini-cli': 'google/gemini-2.5-pro',
  opencode: 'openai/gpt-5',
  'qwen-coder': 'openai/qwen3-coder',
  pi: 'openai/gpt-5',
}

/** Key and address, as a user gives them. */
export function accessOf(agent: RealAgent, url: string): Readonly<Record<string, string>> {
  switch (agent) {
    case 'claude-code':
      return { ANTHROPIC_API_KEY: REAL_KEY, ANTHROPIC_BASE_URL: url }
    case 'gemini-cli':
      return { GEMINI_API_KEY: REAL_KEY, GOOGLE_GEMINI_BASE_URL: url }
    case 'codex':
    case 'opencode':
    case 'qwen-coder':
    case 'pi':
      return { OPENAI_API_KEY: REAL_KEY, OPENAI_BASE_URL: `${url}/v1` }
  }
}

/** Prints the command lines of all that runs in the container. */
export const NOTE_COMMANDS = `for file in /proc/[0-9]*/cmdline; do tr '\\0' ' ' < "$file"; echo; done`

/** Where the verifier notes what runs beside it. */
export const PROCESSES = 'verifier/processes.txt'

/** A copy of a sample that may use a network, for the model is reached by it. */
export async function openSample(name: string, folder: string): Promise<string> {
  const copy = join(folder, name)
  await cp(join(projectRoot, 'resources', 'samples', name), copy, { recursive: true })
  await edit(join(copy, 'task.toml'), (text) => text.replace('network_mode = "no-network"', 'network_mode = "public"'))
  await edit(join(copy, 'tests', 'test.sh'), (text) =>
    text.replace('\n', `\n(${NOTE_COMMANDS}) > /logs/${PROCESSES} 2>/dev/null\n`),
  )
  return copy
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  await writeFile(path, change(await readFile(path, 'utf8')))
}

/** What a sample's own solution does, or its wrong one, as one command of a shell. */
export async function solutionOf(sample: string, kind: 'solution' | 'wrong'): Promise<string> {
  return readFile(join(projectRoot, 'resources', 'samples', sample, kind, 'solve.sh'), 'utf8')
}

export async function instructionOf(sample: string): Promise<string> {
  return readFile(join(projectRoot, 'resources', 'samples', sample, 'instruction.md'), 'utf8')
}

async function filesWith(directory: string, text: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const file of await filesBelow(directory)) {
    if ((await readFile(join(directory, file))).includes(text)) found.push(file)
  }
  return found
}
