import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCli, type ChildOptions } from '../../test/support/child.ts'
import { SAMPLES } from './samples.ts'

/** Tasks of the samples that need no network and are soon done, with what the two made-up models make of them. */
const SOLVES = {
  'release-tree': { swift: false, deep: true },
  'shift-subtitles': { swift: true, deep: true },
  'incident-report': { swift: false, deep: false },
  'compact-allowlist': { swift: false, deep: true },
} as const

type Task = keyof typeof SOLVES

/** Jobs that have ended, as the scenarios and the pictures find them. */
export const HISTORY = {
  tasks: Object.keys(SOLVES).toSorted(),
  /** The oracle on each task: all succeed. */
  oracle: 'oracle-baseline',
  /** An agent with two models on each task. */
  models: 'swift-and-deep',
} as const

export const MODELS = ['acme/deep-2', 'acme/swift-1'] as const

/**
 * Runs those jobs with the real command into `jobsDir`. The agent works as agents do: it thinks, looks around, writes,
 * runs and checks, and keeps a trajectory with tokens and costs; what it writes is the sample's own right or wrong
 * solution.
 */
export async function makeHistory(folder: string, jobsDir: string, options: ChildOptions): Promise<void> {
  const include = HISTORY.tasks.flatMap((task) => ['-i', task])
  const where = ['-p', SAMPLES, '-o', jobsDir, '-e', 'docker', '-y', '-q']
  await mustRun(['run', ...where, ...include, '-n', '2', '-a', 'oracle', '--job-name', HISTORY.oracle], options)
  const config = join(folder, 'two-models.json')
  await writeFile(
    config,
    JSON.stringify({ agents: await Promise.all(MODELS.map(async (model) => agentOf(folder, model))) }),
  )
  await mustRun(['run', ...where, ...include, '-n', '2', '-c', config, '--job-name', HISTORY.models], options)
}

async function mustRun(args: readonly string[], options: ChildOptions): Promise<void> {
  const { code, stdout, stderr } = await runCli(args, options)
  if (code !== 0) throw new Error(`tbcc ${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`)
}

async function agentOf(folder: string, model: (typeof MODELS)[number]): Promise<object> {
  const setup = join(folder, `${model.replace('/', '-')}.sh`)
  await writeFile(setup, await setupScript(model))
  return {
    name: 'command',
    model_name: model,
    kwargs: { setup, run: 'bash /installed-agent/agent.sh' },
  }
}

/** Puts the agent and what it will write for each task into the container. */
async function setupScript(model: string): Promise<string> {
  const name = model.includes('swift') ? 'swift' : 'deep'
  const solutions = await Promise.all(
    (Object.keys(SOLVES) as Task[]).map(async (task) => {
      const kind = SOLVES[task][name] ? 'solution' : 'wrong'
      return hereDocument(`/installed-agent/${task}.sh`, await readFile(join(SAMPLES, task, kind, 'solve.sh'), 'utf8'))
    }),
  )
  const agent = await readFile(join(import.meta.dirname, 'agent.sh'), 'utf8')
  return [...solutions, hereDocument('/installed-agent/agent.sh', agent.replaceAll('@MODEL@', model))].join('\n')
}

function hereDocument(path: string, text: string): string {
  return `cat > ${path} <<'END_OF_FILE'\n${text.trimEnd()}\nEND_OF_FILE\n`
}
