import { AppError } from '../../contract/errors.ts'
import type { HealthcheckConfig } from '../../contract/harbor/task-config.ts'
import type { ArchiveEntry, HostTree } from '../agent/host.ts'
import type { Container, ImageProgress } from '../environment/backend.ts'
import { withDeadline } from './deadline.ts'
import { TrialError } from './exception.ts'
import type { TrialPlan } from './plan.ts'
import { commandTimeoutMs } from './timeouts.ts'
import type { LiveEnvironment, TrialRun } from './trial-run.ts'

/** Progress lines of a build or pull come in bursts; the bar moves at most this often, words are always kept. */
const PROGRESS_INTERVAL_MS = 200

/** The folders that every environment has, writable for any user, as Harbor's mounts are. */
const LOG_FOLDERS: readonly ArchiveEntry[] = ['agent/', 'verifier/', 'artifacts/'].map((path) => ({
  path,
  mode: 0o777,
}))

/** Image, container, log folders: under the build timeout, as in Harbor. */
export async function setUpEnvironment(run: TrialRun, signal: AbortSignal): Promise<Container> {
  const { timeouts } = run.plan
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
    await furnish(container, run.plan, run.ports.host)
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
  run.ports.onEnvironment?.(toLiveEnvironment(run, container, image.name))
  return container
}

function toLiveEnvironment(run: TrialRun, container: Container, image: string): LiveEnvironment {
  const { plan, ports, facts } = run
  return {
    trialId: plan.trialId,
    taskName: plan.task.name,
    backend: ports.backend.name,
    image,
    container,
    timeouts: plan.timeouts,
    assist() {
      if (run.phases.current === 'teardown') throw new AppError('environment-gone', 'the trial is at its end')
      if (facts.assisted) return
      facts.assisted = true
      run.emit({ type: 'environment.assisted' })
    },
  }
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

/**
 * Puts into a started environment what every one has: empty log folders, and where a prebuilt image comes without a
 * Dockerfile the rest of environment/ in its working directory, as in Harbor.
 */
export async function furnish(
  container: Container,
  { task, environment }: Pick<TrialPlan, 'task' | 'environment'>,
  host: HostTree,
): Promise<void> {
  if (await hasLogs(container)) await emptyLogFolders(container)
  await container.putArchive('/logs', host.archiveOf(LOG_FOLDERS))
  if (environment.image === null || environment.hasDockerfile || task.files.environment.length === 0) return
  await container.putArchive(container.workdir, host.archive(environment.contextDir, { prefix: '' }))
}

/** The image has a /logs of its own; hardly any has. */
async function hasLogs(container: Container): Promise<boolean> {
  const archive = await container.getArchive('/logs')
  if (archive === null) return false
  // Its first bytes say enough.
  for await (const chunk of archive) if (chunk.byteLength > 0) break
  return true
}

/**
 * Harbor's mounts hide what the image has in these folders: neither the agent nor a verdict may see it. What its entrypoint
 * has written there by now is kept, as there. Where something cannot be removed it is left: before the tests
 * /logs/verifier is cleared in any case, or the trial fails.
 */
async function emptyLogFolders(container: Container): Promise<void> {
  const changes = await container.changes()
  const isUsed = (folder: string): boolean =>
    changes.some(({ path, kind }) => kind !== 'deleted' && path.startsWith(`${folder}/`))
  const folders = IMAGE_LOGS.filter((folder) => !isUsed(folder))
  if (folders.length === 0) return
  await container.exec({ command: ['rm', '-rf', '--', ...folders], user: 'root', cwd: '/', timeoutMs: EMPTY_MS })
}

const IMAGE_LOGS = ['/logs/agent', '/logs/verifier', '/logs/artifacts']
const EMPTY_MS = 60_000

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
    // What counts is when a check began, as in Harbor.
    const starting = clock.monotonicMs() - startMs < check.start_period_sec * 1000
    const result = await run.exec(container, {
      purpose: 'healthcheck',
      command: check.command,
      signal,
      timeoutMs: commandTimeoutMs(check.timeout_sec),
    })
    if (result.timedOut)
      throw new TrialError('RuntimeError', `Command timed out after ${check.timeout_sec} seconds: ${check.command}`)
    if (result.exitCode === 0 || signal.aborted) return
    if (!starting && ++failures >= check.retries) {
      throw new TrialError('HealthcheckError', `the healthcheck failed ${failures} times in a row: ${check.command}`)
    }
    await clock.sleep((starting ? check.start_interval_sec : check.interval_sec) * 1000, signal)
  }
}
