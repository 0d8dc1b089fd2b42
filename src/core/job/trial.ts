import { AppError, toAppError } from '../../contract/errors.ts'
import type { Container } from '../environment/backend.ts'
import { repairPackageManager } from '../environment/repair.ts'
import { toNumbers } from '../verifier/reward.ts'
import { verifyWork } from '../verifier/verify.ts'
import { concludeAgent, runAgent, setUpAgent } from './agent-phase.ts'
import { collectAgentLogs, collectArtifacts, collectVerifierLogs } from './collection.ts'
import { awaitHealthy, setUpEnvironment } from './environment-phase.ts'
import { exceptionTypeOf, leavesWorkToVerify, toTrialException, tracebackOf, TrialError } from './exception.ts'
import { isResolved } from './outcome.ts'
import { announceTrial, closeTrial, writeTrialStart, type EndedTrial } from './trial-files.ts'
import type { TrialPlan } from './plan.ts'
import { openTrialRun, type TrialPorts, type TrialRun } from './trial-run.ts'

/** `cancel`: end the trial and keep what there is. `force`: also give up what cannot be had at once. */
export interface TrialSignals {
  readonly cancel: AbortSignal
  readonly force: AbortSignal
}

/** One moment on both clocks. */
export interface Moment {
  readonly timestamp: string
  readonly monotonicMs: number
}

/** How long logs may take to be recovered after a trial was cancelled or failed. */
const RECOVERY_MS = 60_000

/**
 * Runs one trial in Harbor's order. A trial that ends badly is data: this rejects only when its own files cannot be
 * written. On return the container is gone (or kept, as asked) and result.json is on disk.
 */
export async function runTrial(
  plan: TrialPlan,
  ports: TrialPorts,
  queuedAt: Moment,
  signals: TrialSignals,
): Promise<EndedTrial> {
  const run = await openTrialRun(plan, ports, queuedAt)
  const startedAt = ports.clock.timestamp()
  announceTrial(run)
  run.phases.enter('environment-setup')
  await writeTrialStart(run)
  const done = { agentLogs: false, artifacts: false }
  try {
    await walkPhases(run, signals, done)
  } catch (thrown) {
    recordException(run, thrown)
    if (!signals.force.aborted) await recoverLogs(run, done, signals.force)
  }
  await tearDown(run)
  return closeTrial(run, startedAt)
}

async function walkPhases(run: TrialRun, { cancel: signal, force }: TrialSignals, done: Collected): Promise<void> {
  const { plan } = run
  await refuseUnsupported(run)
  const container = await setUpEnvironment(run, signal)
  if (plan.healthcheck !== null) await awaitHealthy(run, container, plan.healthcheck, signal)
  run.phases.enter('agent-setup')
  await setUpAgent(run, container, signal)
  if (plan.installOnly) return
  run.phases.enter('agent-execution')
  await runAgent(run, container, signal).catch((thrown: unknown) => {
    const outlived = outlivedIn(thrown)
    if (outlived !== null) recordException(run, outlived)
    if (outlived !== thrown) throw thrown
  })
  run.phases.enter('collection')
  await collectAgentLogs(run, container)
  done.agentLogs = true
  // A trial that is cancelled now keeps its trajectory.
  await concludeAgent(run, force)
  await collectArtifacts(run, container, signal)
  done.artifacts = true
  if (!plan.verify) return
  if (wasCutOff(run)) await repairPackageManager(async (request) => run.exec(container, { ...request, signal }))
  run.phases.enter('verification')
  await verifyWork(run, container, signal)
}

/**
 * What there is still work to verify after: what was thrown itself, or the timeout that came before the environment was gone;
 * null: neither.
 */
function outlivedIn(thrown: unknown): unknown {
  if (leavesWorkToVerify(exceptionTypeOf(thrown))) return thrown
  if (!(thrown instanceof AppError) || thrown.code !== 'environment-gone') return null
  return thrown.cause instanceof TrialError ? thrown.cause : null
}

/** Something was ended by us in the midst of its work, such as an installation. */
function wasCutOff({ facts }: TrialRun): boolean {
  return facts.commandCutOff || facts.exception?.info.type === 'AgentTimeoutError'
}

/** A task that cannot be run here as asked is refused alone, by name of the feature, before anything is started. */
async function refuseUnsupported(run: TrialRun): Promise<void> {
  const { task, environment, refusal } = run.plan
  const reasons = [...task.unsupported]
  const refused = reasons.length > 0 ? null : await run.ports.backend.refuse(environment)
  if (refused !== null) reasons.push(refused)
  if (reasons.length > 0)
    throw new AppError('unsupported', `task ${task.name} cannot be run here: ${reasons.join('; ')}`)
  if (refusal !== null) throw refusal
}

/** The first exception wins, as in Harbor; one that ends the trial after it is told, and decides whom that is charged to. */
function recordException(run: TrialRun, thrown: unknown): void {
  const { facts } = run
  const info = toTrialException(thrown, run.phases.current, run.ports.clock)
  if (facts.exception === null) {
    facts.exception = { info, traceback: tracebackOf(thrown) }
    run.emit({ type: 'error.raised', exceptionType: info.type, message: info.message, phase: info.phase })
    return
  }
  facts.cutShort = info
  if (facts.rewards === null)
    run.emit({ type: 'warning.raised', message: `there is no verdict: ${info.message}`, hint: null })
}

/** What of a trial was taken out of its container. */
interface Collected {
  agentLogs: boolean
  artifacts: boolean
}

/**
 * Takes what the agent and the verifier wrote, and the artifacts, out of a container whose trial ended early. What is not
 * done in time is told to stop: nothing should be written any more when the trial's files are cleaned and closed.
 */
async function recoverLogs(run: TrialRun, done: Collected, force: AbortSignal): Promise<void> {
  const { container } = run.facts
  if (container === null) return
  run.phases.enter('collection')
  const recovered = new AbortController()
  const late = new AbortController()
  const over = AbortSignal.any([force, late.signal])
  const recovery = recover(run, container, done, over)
    .catch((error: unknown) => {
      if (!over.aborted) warnOfRecovery(run, String(error))
    })
    .finally(() => recovered.abort())
  await Promise.race([recovery, run.ports.clock.sleep(RECOVERY_MS, AbortSignal.any([recovered.signal, force]))])
  if (recovered.signal.aborted) return
  late.abort()
  if (!force.aborted) warnOfRecovery(run, `it took longer than ${RECOVERY_MS / 1000} s`)
}

async function recover(run: TrialRun, container: Container, done: Collected, over: AbortSignal): Promise<void> {
  if (done.artifacts) return collectVerifierLogs(run, container, over)
  if (!done.agentLogs) {
    await collectAgentLogs(run, container, over)
    await concludeAgent(run, over)
  }
  await collectArtifacts(run, container, over, over)
}

function warnOfRecovery(run: TrialRun, why: string): void {
  run.emit({ type: 'warning.raised', message: `logs could not be recovered: ${why}`, hint: null })
}

async function tearDown(run: TrialRun): Promise<void> {
  run.phases.enter('teardown')
  const { container } = run.facts
  if (container === null) return
  run.ports.onEnvironment?.(null)
  const state = await lookAtEnd(run, container)
  const kept = !run.plan.deleteEnvironment || (run.plan.keepOnFailure && hasFailed(run))
  try {
    if (kept) await container.keep()
    else await container.stop()
    run.emit({ type: 'container.stopped', containerId: container.id, ...state, kept })
  } catch (thrown) {
    // As in Harbor, what the trial came to stands all the same.
    const message = `the environment could not be ${kept ? 'kept' : 'removed'}: ${toAppError(thrown).message}`
    run.emit({ type: 'warning.raised', message, hint: 'tbcc clean removes what is left of jobs that are over' })
  }
}

/** Neither solved nor ended as asked; a user who stops a job does not want to look into its environments. */
function hasFailed({ facts }: TrialRun): boolean {
  if (facts.rewards !== null) return !isResolved(toNumbers(facts.rewards))
  return (
    facts.exception !== null && ![facts.exception.info, facts.cutShort].some((end) => end?.type === 'CancelledError')
  )
}

/** Asked only when something went wrong: a trial that went well, or was not verified, is spared the call. */
async function lookAtEnd(
  run: TrialRun,
  container: Container,
): Promise<{ exitCode: number | null; oomKilled: boolean }> {
  const { exception, commandFailed, rewards } = run.facts
  const fellShort = rewards !== null && !isResolved(toNumbers(rewards))
  if (exception === null && !commandFailed && !fellShort) return { exitCode: null, oomKilled: false }
  const state = await container.state().catch(() => null)
  if (state?.oomKilled === true) {
    const limit = container.enforcement.limits.memoryMb
    const message =
      limit === null
        ? 'a process was killed for want of memory'
        : `a process was killed: the limit of ${limit} MB was reached`
    run.addFinding({ kind: 'out-of-memory', message, evidence: [] })
  }
  return { exitCode: state === null || state.running ? null : state.exitCode, oomKilled: state?.oomKilled ?? false }
}
