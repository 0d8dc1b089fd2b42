import { TrialError } from '../job/exception.ts'
import { NOT_MEASURED, type AgentContext, type AgentDefinition, type AgentSettings } from './agent.ts'
import { refuseKwargs } from './kwargs.ts'

const LOG = '/logs/agent/oracle.txt'

/** Runs the task's own solution, as Harbor's oracle does: a task that it does not solve is broken. */
export const oracleAgent: AgentDefinition = {
  name: 'oracle',
  summary: "runs the task's solution/solve.sh; every sound task gives it reward 1",
  kwargs: {},
  capabilities: ['mcp-servers', 'skills', 'trajectory'],
  async create({ kwargs, host }) {
    refuseKwargs('oracle', kwargs, [])
    return { name: 'oracle', version: '1.0.0', setup: async () => {}, run: (context) => solve(context, host) }
  },
}

async function solve(context: AgentContext, host: AgentSettings['host']) {
  const solution = `${context.task.directory}/solution`
  if (!(await host.isFile(`${solution}/solve.sh`))) {
    throw new TrialError('FileNotFoundError', `the task has no solution: ${solution}/solve.sh does not exist`)
  }
  await context.container.putArchive('/solution', host.archive(solution, { prefix: '', executable: ['solve.sh'] }))
  const result = await context.showing(LOG, () =>
    context.exec({
      purpose: 'solution',
      command: `(/solution/solve.sh) > ${LOG} 2>&1`,
      env: { DEBIAN_FRONTEND: 'noninteractive', ...context.env, ...context.solutionEnv },
    }),
  )
  // Harbor records a solution that fails and lets the verifier decide.
  if (result.exitCode !== null && result.exitCode !== 0) {
    await context.files.writeText('agent/exit-code.txt', String(result.exitCode))
  }
  return { usage: NOT_MEASURED }
}
