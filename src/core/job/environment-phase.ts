import type { HealthcheckConfig } from '../../contract/harbor/task-config.ts'
import type { ArchiveEntry } from '../agent/host.ts'
import type { Container, ImageProgress } from '../environment/backend.ts'
import { withDeadline } from './deadline.ts'
import { TrialError } from './exception.ts'
import { commandTimeoutMs } from './timeouts.ts'
import type { TrialRun } from './trial-run.ts'

/** Progress lines of a build or pull come in bursts; the bar moves at most this often, words are always kept. */
const PROGRESS_INTERVAL_MS = 200

/** The folders that every environment has, writable for any user, as Harbor's mounts are. */
const LOG_FOLDERS: readonly ArchiveEntry[] = ['agent/', 'verifier/', 'artifacts/'].map((path) => ({
  path,
  mode: 0o777,
}))

/** Image, container, log folders: under the build timeout, as in Harbor. */
export async function setUpEnvironment(run: TrialRun, signal: AbortSignal): Promise<Container> {
  const { environment, timeouts } = run.plan
  return run.timed('environment_setup', async () => {
    const container = await withDeadline(
      {
        timeoutMs: timeouts.environmentMs,
        signal,
        onTimeout: (seconds) =>
          new TrialError('EnvironmentStartTimeoutError', `Environment start timed out after ${seconds} seconds`),
      },
      (deadline) => start(run, deadline),
    )
    await container.putArchive('/logs', run.ports.host.archiveOf(LOG_FOLDERS))
    if (environment.image !== null && !environment.hasDockerfile) await uploadContext(run, container)
    return container
  })
}

async function start(run: TrialRun, signal: AbortSignal): Promise<Container> {
  const { plan, ports } = run
  const image = await ports.backend.ensureImage(plan.environment, progressReporter(run), signal)
  run.facts.image = image
  run.emit({
    type: 'image.ready',
    image: image.name,
    imageId: image.id,
    source: image.source,
    sizeBytes: image.sizeBytes,
  })
  run.emit({ type: 'container.starting', image: image.name, name: plan.trialName })
  const labels = { jobId: plan.jobId, trialId: plan.trialId, owner: ports.owner }
  const container = await ports.backend.start({ spec: plan.environment, image, name: plan.trialName, labels }, signal)
  run.facts.container = container
  const { limits, notEnforced } = container.enforcement
  run.emit({
    type: 'container.started',
    containerId: container.id,
    image: image.name,
    workdir: container.workdir,
    cpus: limits.cpus,
    memoryMb: limits.memoryMb,
    notEnforced: [...notEnforced],
  })
  return container
}

function progressReporter(run: TrialRun): (progress: ImageProgress) => void {
  let lastMs = Number.NEGATIVE_INFINITY
  return ({ stage, text, current, total }) => {
    const nowMs = run.ports.clock.monotonicMs()
    if (current !== undefined && nowMs - lastMs < PROGRESS_INTERVAL_MS) return
    lastMs = nowMs
    run.emit({ type: 'image.progressed', stage, text, current: current ?? null, total: total ?? null })
  }
}

/** A prebuilt image without a Dockerfile gets the rest of environment/ into its working directory, as in Harbor. */
async function uploadContext(run: TrialRun, container: Container): Promise<void> {
  if (run.plan.task.files.environment.length === 0) return
  await container.putArchive(container.workdir, run.ports.host.archive(run.plan.environment.contextDir, { prefix: '' }))
}

/** Waits until the task says that its environment is ready, by Harbor's counting of free and failed checks. */
export async function awaitHealthy(
  run: TrialRun,
  container: Container,
  check: HealthcheckConfig,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = run.ports
  const startMs = clock.monotonicMs()
  for (let failures = 0; ;) {
    const result = await run.exec(container, {
      purpose: 'healthcheck',
      command: check.command,
      signal,
      timeoutMs: commandTimeoutMs(check.timeout_sec),
    })
    if (result.timedOut)
      throw new TrialError('RuntimeError', `Command timed out after ${check.timeout_sec} seconds: ${check.command}`)
    if (result.exitCode === 0 || signal.aborted) return
    const starting = clock.monotonicMs() - startMs < check.start_period_sec * 1000
    if (!starting && ++failures >= check.retries) {
      throw new TrialError('HealthcheckError', `the healthcheck failed ${failures} times in a row: ${check.command}`)
    }
    await clock.sleep((starting ? check.start_interval_sec : check.interval_sec) * 1000, signal)
  }
}
