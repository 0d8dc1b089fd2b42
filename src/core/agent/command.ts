import { AppError } from '../../contract/errors.ts'
import { TrialError } from '../job/exception.ts'
import { usageOfTrajectory } from '../trajectory/usage-of.ts'
import { NOT_MEASURED, type AgentContext, type AgentDefinition } from './agent.ts'
import { refuseKwargs, textKwarg } from './kwargs.ts'

/** Harbor's folder for what an agent brings along. */
const FOLDER = '/installed-agent'
const SETUP = 'setup.sh'
const MAX_TRAJECTORY_BYTES = 256 * 1024 ** 2

/** Any agent with a command line: `--ak setup=FILE` prepares the container, `--ak run=CMD` solves the task. */
export const commandAgent: AgentDefinition = {
  name: 'command',
  summary: 'runs your own command in the container, the instruction in $TBCC_INSTRUCTION',
  kwargs: {
    run: 'command line, run by bash; required',
    setup: 'a script of this host that is run in the container first',
  },
  fileKwargs: ['setup'],
  model: 'optional',
  capabilities: [],
  async create({ kwargs, host }) {
    refuseKwargs('command', kwargs, ['run', 'setup'])
    const command = textKwarg('command', kwargs, 'run')
    if (command === null) {
      throw new AppError('invalid-input', 'agent command needs --ak run=CMD', {
        details: { hint: `for example: --ak 'run=my-agent --prompt "$TBCC_INSTRUCTION"'` },
      })
    }
    const setupFile = textKwarg('command', kwargs, 'setup')
    const setupScript = setupFile === null ? null : await host.readText(setupFile)
    return {
      name: 'command',
      version: '1.0.0',
      setup: async (context) => {
        if (setupScript === null) return
        const entries = [{ path: SETUP, mode: 0o755, content: setupScript }]
        await context.container.putArchive(FOLDER, host.archiveOf(entries))
        const status = await logged(context, 'agent/setup.txt', 'agent setup', `bash ${FOLDER}/${SETUP}`)
        if (status !== 0 && !context.signal.aborted) {
          throw new TrialError('RuntimeError', `the setup script ended with exit code ${status}: see agent/setup.txt`)
        }
      },
      run: async (context) => {
        const status = await logged(context, 'agent/command.txt', 'agent', command)
        if (status !== 0 && !context.signal.aborted) {
          throw new TrialError(
            'NonZeroAgentExitCodeError',
            `the agent's command ended with exit code ${status}: see agent/command.txt`,
          )
        }
        return { usage: NOT_MEASURED }
      },
      // It may leave a trajectory of its own, and with it what it used.
      conclude: async ({ files }) => {
        const trajectory = await files.readText('agent/trajectory.json', MAX_TRAJECTORY_BYTES)
        return { usage: (trajectory === null ? null : usageOfTrajectory(trajectory)) ?? NOT_MEASURED }
      },
    }
  },
}

/** Runs a command with its output shown and kept in the trial's folder; its exit code. */
async function logged(context: AgentContext, path: string, purpose: string, command: string): Promise<number | null> {
  const log = context.files.appendLog(path)
  try {
    const env = { ...context.env, TBCC_INSTRUCTION: context.instruction }
    const result = await context.exec({ purpose, command, env, log })
    return result.exitCode
  } finally {
    await log.close()
  }
}
