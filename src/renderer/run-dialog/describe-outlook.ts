import type { PreparedJob } from '../../contract/api/jobs.ts'
import { formatBytes, formatCost, formatDuration, plural } from '../format/format.ts'

interface Size {
  readonly tasks: number
  readonly who: number
  readonly attempts: number
}

/** `12 tasks × 2 agents × 5 attempts = 120 trials`. */
export function describeSize({ tasks, who, attempts }: Size): string {
  const factors = [plural(tasks, 'task'), plural(who, 'agent'), plural(attempts, 'attempt')]
  return `${factors.join(' × ')} = ${plural(tasks * who * attempts, 'trial')}`
}

/** `≈ 3 h 00 m at 8 at once, ≈ $38.00 from past trials (no estimate for 4)`. */
export function describeEstimate(
  { estimate, trials }: Pick<PreparedJob, 'estimate' | 'trials'>,
  atOnce: number,
): string {
  const { durationMs, costUsd, unknownTrials } = estimate
  const known = [
    ...(durationMs === null ? [] : [`≈ ${formatDuration(durationMs)} at ${Math.min(atOnce, trials.length)} at once`]),
    ...(costUsd === null ? [] : [`≈ ${formatCost(costUsd)}`]),
  ]
  if (known.length === 0) return 'no estimate: these agents and models have not run these tasks here'
  const gap = unknownTrials === 0 ? '' : ` (no estimate for ${unknownTrials})`
  return `${known.join(', ')} from past trials${gap}`
}

/** What a start comes upon, said before it: each line with how bad it is. */
export interface Finding {
  readonly tone: 'error' | 'warning' | 'plain'
  readonly text: string
  /** Each case of it, for who wants to know. */
  readonly details: readonly string[]
}

export function toFindings(prepared: PreparedJob): readonly Finding[] {
  const { backend, trials, invalidTasks, missingKeys, missingSecrets, hostVariables, warnings, images, estimate } =
    prepared
  const refused = trials.flatMap(({ taskName, agent, refusal }) =>
    refusal === null ? [] : [`${taskName} with ${agent}: ${refusal}`],
  )
  const unset = hostVariables.filter(({ isSet, hasDefault }) => !isSet && !hasDefault)
  const lines = invalidTasks.flatMap(({ name, issues }) =>
    issues.map(({ file, key, message }) => `${name}: ${file}${key === null ? '' : `: ${key}`}: ${message}`),
  )
  return [
    finding('plain', trials, `On ${backend.name} ${backend.version}`, backend.reason === null ? [] : [backend.reason]),
    finding('error', missingKeys, `Keys that are not set: ${missingKeys.join(', ')}. Set them in Settings → Keys.`, []),
    finding('error', missingSecrets, 'Values that are kept nowhere; enter them again under Variables', missingSecrets),
    finding(
      'error',
      unset,
      `Variables of this host that are needed and not set: ${unset.map(({ name }) => name).join(', ')}`,
      unset.map(({ name, tasks, servers }) => `${name}: ${[...tasks, ...servers].join(', ')}`),
    ),
    finding(
      'warning',
      refused,
      `${plural(new Set(refused).size, 'refusal')}: ${plural(refused.length, 'trial')} will end at the start`,
      [...new Set(refused)],
    ),
    ...warnings.map(({ message, tasks }) => finding('warning', tasks, message, tasks)),
    finding('warning', invalidTasks, `${plural(invalidTasks.length, 'invalid task')} left out`, lines),
    ...toImageFindings(images),
    ...(estimate.freeBytes !== null && estimate.diskBytes > estimate.freeBytes
      ? [
          {
            tone: 'error' as const,
            text: `Disk: about ${formatBytes(estimate.diskBytes)} needed, ${formatBytes(estimate.freeBytes)} free`,
            details: [],
          },
        ]
      : [
          {
            tone: 'plain' as const,
            text: `Disk: about ${formatBytes(estimate.diskBytes)} of ${formatBytes(estimate.freeBytes)} free`,
            details: [],
          },
        ]),
  ].filter((item) => item !== null)
}

function toImageFindings(images: PreparedJob['images']): readonly (Finding | null)[] {
  const there = images.filter(({ present }) => present)
  const toBuild = images.filter(({ present, built }) => !present && built)
  const toPull = images.filter(({ present, built }) => !present && !built)
  const parts = [
    ...(there.length === 0 ? [] : [`${there.length} present`]),
    ...(toBuild.length === 0 ? [] : [`${toBuild.length} to build`]),
    ...(toPull.length === 0 ? [] : [`${toPull.length} to pull`]),
  ]
  const missing = [...toBuild, ...toPull].map(
    ({ name, built }) => `${name}: ${built ? 'built' : 'pulled'} at the start`,
  )
  return [finding('plain', images, `Images: ${parts.join(', ')}`, missing)]
}

function finding(
  tone: Finding['tone'],
  of: readonly unknown[],
  text: string,
  details: readonly string[],
): Finding | null {
  return of.length === 0 ? null : { tone, text, details }
}

/** What keeps a job from being started; null: nothing. */
export function whyNot(prepared: PreparedJob): string | null {
  const { missingKeys, missingSecrets, hostVariables } = prepared
  if (missingKeys.length > 0) return 'keys are missing'
  if (missingSecrets.length > 0) return 'values are missing'
  const isUnset = hostVariables.some(({ isSet, hasDefault }) => !isSet && !hasDefault)
  return isUnset ? 'variables of this host are not set' : null
}
