import type { AgentContext } from '../agent/agent.ts'
import type { Container } from '../environment/backend.ts'
import { withDeadline } from './deadline.ts'
import { TrialError } from './exception.ts'
import { showFile } from './show-file.ts'
import type { TrialRun } from './trial-run.ts'

/** The agent's setup, under its own limit. */
export async function setUpAgent(run: TrialRun, container: Container, signal: AbortSignal): Promise<void> {
  const timeoutMs = run.plan.timeouts.agentSetupMs
  const onTimeout = (seconds: number): Error =>
    new TrialError('AgentSetupTimeoutError', `Agent setup timed out after ${seconds} seconds`)
  await run.timed('agent_setup', () =>
    withDeadline({ timeoutMs, signal, onTimeout }, (deadline) =>
      run.plan.agent.setup(contextOf(run, container, timeoutMs, deadline)),
    ),
  )
}

/** The agent's run, under the task's limit, counted among the runs of this agent at once. */
export async function runAgent(run: TrialRun, container: Container, signal: AbortSignal): Promise<void> {
  const timeoutMs = run.plan.timeouts.agentMs
  const onTimeout = (seconds: number): Error =>
    new TrialError('AgentTimeoutError', `Agent execution timed out after ${seconds} seconds`)
  await run.ports.agentSlot(async () => {
    run.facts.agentStarted = true
    await run.timed('agent_execution', () =>
      withDeadline({ timeoutMs, signal, onTimeout }, async (deadline) => {
        const report = await run.plan.agent.run(contextOf(run, container, timeoutMs, deadline))
        run.facts.usage = report.usage
      }),
    )
  })
}

function contextOf(run: TrialRun, container: Container, timeoutMs: number | null, signal: AbortSignal): AgentContext {
  const { plan } = run
  const user = plan.task.config.agent.user
  const asUser = user === null ? {} : { user }
  // Harbor's limits inside are cut to whole seconds; the phase's own deadline ends the command all the same.
  return {
    task: plan.task,
    instruction: plan.instruction,
    container,
    files: run.ports.files,
    env: plan.agentEnv,
    solutionEnv: plan.solutionEnv,
    ...asUser,
    timeoutMs,
    signal,
    emit: (event) => run.emit(event),
    exec: (request) => run.exec(container, { ...asUser, ...request, signal }),
    output: (data) => run.output.show(data),
    showing: (path, work) => showFile(run, container, path, work),
  }
}
