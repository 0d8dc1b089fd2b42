import type { ContainerLabels } from '../../core/environment/backend.ts'

/** Every container of the product carries it. */
export const TRIAL_LABEL = 'tbcc.trial'

/*
 * Labels cannot be changed once a container exists, its name can: a kept container is marked by the prefix of its name.
 * The dot keeps the two apart whatever a trial is called, as the other prefix never continues with one.
 */
const LIVE_PREFIX = 'tbcc-'
const KEPT_PREFIX = 'tbcc.kept-'

export function toLabels(labels: ContainerLabels): Record<string, string> {
  const { machineId, bootId, pid, startTime } = labels.owner
  return {
    'tbcc.job': labels.jobId,
    [TRIAL_LABEL]: labels.trialId,
    'tbcc.owner.machine': machineId,
    'tbcc.owner.boot': bootId,
    'tbcc.owner.pid': String(pid),
    'tbcc.owner.start': startTime,
  }
}

/** Null where one is missing: then nobody may say whose container it is. */
export function fromLabels(labels: Readonly<Record<string, string>>): ContainerLabels | null {
  const jobId = labels['tbcc.job']
  const trialId = labels[TRIAL_LABEL]
  const machineId = labels['tbcc.owner.machine']
  const bootId = labels['tbcc.owner.boot']
  const startTime = labels['tbcc.owner.start']
  const pid = Number(labels['tbcc.owner.pid'])
  if (jobId === undefined || trialId === undefined || !Number.isSafeInteger(pid)) return null
  if (machineId === undefined || bootId === undefined || startTime === undefined) return null
  return { jobId, trialId, owner: { machineId, bootId, pid, startTime } }
}

/** A trial's name as a container's: what engines do not take becomes a dash. */
export function toContainerName(trialName: string): string {
  return LIVE_PREFIX + plain(trialName)
}

export function toKeptName(containerName: string): string {
  const name = plain(containerName)
  return KEPT_PREFIX + (name.startsWith(LIVE_PREFIX) ? name.slice(LIVE_PREFIX.length) : name)
}

export function isKeptName(containerName: string): boolean {
  return plain(containerName).startsWith(KEPT_PREFIX)
}

/** Engines put a slash before names. */
function plain(name: string): string {
  return name.replace(/^\//, '').replaceAll(/[^a-zA-Z0-9_.-]/g, '-')
}
