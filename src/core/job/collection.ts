import type { ArtifactConfig } from '../../contract/harbor/common.ts'
import type { Container } from '../environment/backend.ts'
import { stoppable } from '../environment/stoppable-archive.ts'
import { toManifestJson, type ManifestEntry } from './harbor-write.ts'
import type { ExtractLimits, ExtractReport } from './ports.ts'
import { completeViews } from './show-file.ts'
import { commandTimeoutMs } from './timeouts.ts'
import type { TrialRun } from './trial-run.ts'

/** What is taken out of one container folder at most; the rest is listed as skipped. */
const COLLECT_LIMITS = { maxBytes: 4 * 1024 ** 3, maxFiles: 200_000 }

/** /logs/agent as it stands, into `agent/`; `signal` ends that where it takes too long. */
export async function collectAgentLogs(run: TrialRun, container: Container, signal?: AbortSignal): Promise<void> {
  const reserved = run.plan.agent.trajectoryFromLogs === true ? { reserved: new Set(['trajectory.json']) } : {}
  await collect(run, container, '/logs/agent', 'agent', { ...reserved, ...(signal === undefined ? {} : { signal }) })
  await completeViews(run)
}

/** /logs/verifier as it stands, into `verifier/`; `signal` as above. */
export async function collectVerifierLogs(run: TrialRun, container: Container, signal?: AbortSignal): Promise<void> {
  const until = signal === undefined ? {} : { signal }
  const report = await collect(run, container, '/logs/verifier', 'verifier', until)
  for (const name of report === null ? [] : await lostRewards(run, report))
    await collect(run, container, `/logs/verifier/${name}`, `verifier/${name}`, until)
  await completeViews(run)
}

/** Reward files that may be there all the same: more stood before them than is taken out of one folder. */
async function lostRewards({ ports }: TrialRun, { skipped, bytes }: ExtractReport): Promise<readonly string[]> {
  if (skipped.length === 0) return []
  const isFull = bytes > COLLECT_LIMITS.maxBytes - MAX_REWARD_BYTES
  const refused = new Set(isFull ? [] : skipped.map(({ path }) => path))
  const names = ['reward.json', 'reward.txt'].filter((name) => !refused.has(`verifier/${name}`))
  const there = await Promise.all(names.map(async (name) => ports.files.exists(`verifier/${name}`)))
  return names.filter((_name, index) => there[index] === false)
}

const MAX_REWARD_BYTES = 16 * 1024 ** 2

/**
 * The task's collect hooks, then its artifacts and the job's. Neither can fail the trial. `signal` ends the hooks;
 * `until` all of it: no manifest is written then.
 */
export async function collectArtifacts(
  run: TrialRun,
  container: Container,
  signal: AbortSignal,
  until?: AbortSignal,
): Promise<void> {
  for (const hook of run.plan.task.config.verifier.collect) {
    const user = hook.user === null ? {} : { user: hook.user }
    const request = {
      purpose: 'collect',
      command: hook.command,
      signal,
      timeoutMs: commandTimeoutMs(hook.timeout_sec),
      ...user,
    }
    const failure = await run.exec(container, request).then(
      (result) => (result.exitCode === 0 ? null : `ended with exit code ${result.exitCode}`),
      (error: unknown) => String(error),
    )
    if (failure !== null)
      run.emit({ type: 'warning.raised', message: `collect hook "${hook.command}" ${failure}`, hint: null })
  }
  const manifest: ManifestEntry[] = []
  for (const artifact of run.plan.artifacts) {
    if (until?.aborted === true) return
    manifest.push(await collectArtifact(run, container, artifact, { before: manifest, until }))
  }
  if (until?.aborted === true) return
  await run.ports.files.writeText('artifacts/manifest.json', toManifestJson(manifest))
}

async function collectArtifact(
  run: TrialRun,
  container: Container,
  artifact: ArtifactConfig,
  { before, until }: { readonly before: readonly ManifestEntry[]; readonly until: AbortSignal | undefined },
): Promise<ManifestEntry> {
  const { source, service } = artifact
  const destination = `artifacts/${artifact.destination ?? source.replace(/^\/+/, '')}`
  const guess: ManifestEntry['type'] = /\.[^./]+$/.test(source) ? 'file' : 'directory'
  const taken = before.some((other) => other.status !== 'skipped' && overlaps(other.destination, destination))
  const { type, status } = taken
    ? { type: guess, status: 'skipped' as const }
    : await fetchArtifact(run, container, artifact, destination, until)
  run.emit({ type: 'artifact.collected', source, destination, status })
  return { source, destination, type, status, service, exclude: type === 'directory' ? [...artifact.exclude] : [] }
}

type Fetched = Pick<ManifestEntry, 'type' | 'status'>

/** The implicit /logs/artifacts is empty where nothing was put there; a declared artifact that is missing has failed. */
async function fetchArtifact(
  run: TrialRun,
  container: Container,
  artifact: ArtifactConfig,
  destination: string,
  signal: AbortSignal | undefined,
): Promise<Fetched> {
  const implicit = isConvention(artifact)
  const source = artifact.source.startsWith('/') ? artifact.source : `${container.workdir}/${artifact.source}`
  try {
    const report = await collect(run, container, source, destination, {
      exclude: artifact.exclude,
      ...(signal === undefined ? {} : { signal }),
    })
    if (implicit) return { type: 'directory', status: report === null || report.files === 0 ? 'empty' : 'ok' }
    return report === null ? { type: 'file', status: 'failed' } : { type: report.rootType, status: 'ok' }
  } catch (error) {
    run.emit({
      type: 'warning.raised',
      message: `artifact ${source} could not be collected: ${String(error)}`,
      hint: null,
    })
    return { type: 'directory', status: 'failed' }
  }
}

/** Null where nothing stands at the path. What was not taken over is said. */
async function collect(
  run: TrialRun,
  container: Container,
  source: string,
  destination: string,
  { signal, ...limits }: Pick<ExtractLimits, 'exclude' | 'reserved'> & { readonly signal?: AbortSignal } = {},
): Promise<ExtractReport | null> {
  const archive = await container.getArchive(source)
  if (archive === null) return null
  const taken = signal === undefined ? archive : stoppable(archive, signal, `taking ${source} over`)
  const report = await run.ports.files.extract(taken, destination, { ...COLLECT_LIMITS, ...limits })
  if (report.skipped.length > 0) {
    const evidence = report.skipped.slice(0, 50).map(({ path, reason }) => `${path}: ${reason}`)
    run.addFinding({
      kind: 'archive-skipped',
      message: `${report.skipped.length} entries of ${source} were not taken over`,
      evidence,
    })
  }
  return report
}

function overlaps(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`)
}

/** /logs/artifacts without an entry of its own. */
function isConvention(artifact: ArtifactConfig): boolean {
  return artifact.source === '/logs/artifacts' && artifact.destination === null && artifact.exclude.length === 0
}
