import type { ArtifactConfig, ArtifactEntry } from '../../contract/harbor/artifact.ts'

/** Entries of a task or job as tables: a bare path has nothing else said about it. */
export function toArtifactConfigs(entries: readonly ArtifactEntry[]): ArtifactConfig[] {
  return entries.map((entry) =>
    typeof entry === 'string' ? { source: entry, destination: null, exclude: [], service: null } : entry,
  )
}

/** Whether an artifact is taken from the agent's own container. */
export function isFromMain({ service }: ArtifactConfig): boolean {
  return service === null || service === 'main'
}

const CONVENTION = '/logs/artifacts'

/**
 * What is collected after the agent: the conventional folder first, unless an entry of its own says how, then the
 * task's artifacts, then the job's. Where two claim one place, the first is kept.
 */
export function collectionSet(task: readonly ArtifactEntry[], job: readonly ArtifactEntry[]): ArtifactConfig[] {
  const entries = toArtifactConfigs([...task, ...job])
  const stated = entries.some((entry) => entry.source.replace(/\/+$/, '') === CONVENTION && isFromMain(entry))
  return stated ? entries : [...toArtifactConfigs([CONVENTION]), ...entries]
}
