import { AppError } from '../../contract/errors.ts'
import type { TrialEventBody } from '../../contract/events.ts'
import type { AgentContext, AgentReport } from '../agent/agent.ts'
import { shallowCall } from '../agent/shallow-call.ts'
import type { Container } from '../environment/backend.ts'
import { withDeadline } from './deadline.ts'
import { TrialError } from './exception.ts'
import { lacksModelNetwork } from './no-network.ts'
import { showFile } from './show-file.ts'
import type { TrialRun } from './trial-run.ts'

/** The agent's setup, under its own limit. */
export async function setUpAgent(run: TrialRun, container: Container, signal: AbortSignal): Promise<void> {
  const timeoutMs = run.plan.timeouts.agentSetupMs
  const onTimeout = (seconds: number, thrown?: unknown): Error =>
    new TrialError('AgentSetupTimeoutError', `Agent setup timed out after ${seconds} seconds${failedBefore(thrown)}`)
  const work = run.timed('agent_setup', () =>
    withDeadline({ timeoutMs, signal, onTimeout }, (deadline) =>
      // What installs a program is not the agent: its keys are not for it.
      run.plan.agent
        .setup({ ...contextOf(run, container, timeoutMs, deadline), env: run.plan.setupEnv })
        .then((setup) => {
          if (setup === undefined) return
          run.facts.agentSetup = setup
          run.emit({ type: 'agent.installed', setup })
        }),
    ),
  )
  await work.catch((thrown: unknown) => {
    if (thrown instanceof TrialError && thrown.type === 'AgentSetupTimeoutError') run.emit(SETUP_ADVICE)
    throw thrown
  })
}

/** Ways to install an agent that had failed before the one that was cut off. */
function failedBefore(thrown: unknown): string {
  const ways = thrown instanceof AppError ? thrown.details['failedWays'] : undefined
  return Array.isArray(ways) && ways.length > 0 ? `; what had failed before: ${ways.join('; ')}` : ''
}

const SETUP_ADVICE = {
  type: 'warning.raised',
  message: 'the setup of the agent was cut off by its limit',
  hint: '--agent-setup-timeout-multiplier gives it more time; --ak install=prepared is the quickest way to install an agent',
} as const

/** The agent's run, under the task's limit, counted among the runs of this agent at once. */
export async function runAgent(run: TrialRun, container: Container, signal: AbortSignal): Promise<void> {
  const timeoutMs = run.plan.timeouts.agentMs
  const onTimeout = (seconds: number, thrown?: unknown): Error =>
    new TrialError('AgentTimeoutError', `Agent execution timed out after ${seconds} seconds`, thrown)
  await run.ports.agentSlot(async () => {
    run.facts.agentStarted = true
    warnOfNoNetwork(run)
    await run.timed('agent_execution', () =>
      withDeadline({ timeoutMs, signal, onTimeout }, async (deadline) => {
        const context = contextOf(run, container, timeoutMs, deadline)
        const emit: AgentContext['emit'] = (told) => {
          const event = shallowCall(told)
          context.emit(event)
          for (const finding of run.conduct.observe(event)) run.addFinding(finding)
        }
        const report = await run.plan.agent.run({ ...context, emit }).catch((thrown: unknown) => {
          // Its time ran out while it was clearing up: what it had failed of is still the reason.
          if (deadline.aborted && thrown instanceof TrialError && thrown.type !== 'NonZeroAgentExitCodeError')
            noteStuck(run, { type: thrown.type, evidence: [thrown.message] })
          throw thrown
        })
        if (isMeasured(report.usage)) run.facts.usage = report.usage
        if (report.stuckIn != null) noteStuck(run, report.stuckIn)
      }),
    )
  })
}

function warnOfNoNetwork(run: TrialRun): void {
  const { plan } = run
  if (!lacksModelNetwork(plan)) return
  run.emit({
    type: 'warning.raised',
    message: `the environment of this task has no network: ${plan.agent.name} can reach no model from it`,
    hint: 'run it on tasks with network_mode "public"',
  })
}

/** Logs of a gigabyte take a minute; one that was made to be slow must not hold the job up. */
const CONCLUDE_MS = 10 * 60_000

/** Lets the agent read what it left, once that is collected. It can change no verdict; `signal` ends it. */
export async function concludeAgent(run: TrialRun, signal: AbortSignal): Promise<void> {
  const { plan, ports, facts } = run
  if (plan.agent.conclude === undefined || !facts.agentStarted) return
  try {
    const { usage } = await plan.agent.conclude({
      files: ports.files,
      instruction: plan.instruction,
      version: facts.agentSetup?.version ?? plan.agent.version,
      usage: facts.usage,
      signal: AbortSignal.any([signal, AbortSignal.timeout(CONCLUDE_MS)]),
      emit: (event) => tell(run, event),
      did: (tool, args) => {
        // What goes on behind its end finds the journal closed.
        if (!signal.aborted) look(run, tool, args)
      },
    })
    if (isMeasured(usage)) facts.usage = usage
  } catch (thrown) {
    // The trial is over, and so is its journal.
    if (signal.aborted) return
    const message = `the agent's logs could not be made a trajectory: ${String(thrown)}`
    run.emit({ type: 'warning.raised', message, hint: 'tbcc convert tries it again' })
  }
}

function noteStuck(run: TrialRun, { type, evidence }: NonNullable<AgentReport['stuckIn']>): void {
  run.facts.stuckIn = type
  const message = `the model's service failed when the agent was stopped (${type})`
  run.addFinding({ kind: 'service-failing', message, evidence: [...evidence] })
}

/** A finding of the agent's own belongs into the record like any other. */
function tell(run: TrialRun, event: TrialEventBody): void {
  if (event.type === 'finding.made') run.addFinding(event.finding)
  else run.emit(event)
}

function look(run: TrialRun, tool: string, args: Readonly<Record<string, unknown>>): void {
  for (const finding of run.conduct.look(tool, args)) run.addFinding(finding)
}

function isMeasured(usage: AgentReport['usage']): boolean {
  return Object.values(usage).some((value) => value !== null)
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
    network: plan.environment.network,
    timeoutMs,
    signal,
    emit: (event) => tell(run, event),
    did: (tool, args) => look(run, tool, args),
    exec: (request) => run.exec(container, { ...asUser, ...request, signal: request.signal ?? signal }),
    output: (data) => run.output.show(data),
    showing: (path, work) => showFile(run, container, path, work),
  }
}
