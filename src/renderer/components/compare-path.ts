import type { TrialRef } from '../../contract/api/common.ts'
import type { CompareSide } from '../../contract/api/stats.ts'
import { toPath } from '../app/router.ts'

/** Address of a comparison of jobs, or of agents and models within them. */
export function toComparePath(sides: readonly CompareSide[]): string {
  return toPath({ tab: 'compare', parts: [], query: { sides: toSidesText(sides) } })
}

/** `job|agent|model,job`: what is not narrowed down is left out; no model is an empty last part. */
export function toSidesText(sides: readonly CompareSide[]): string {
  return sides
    .map(({ jobName, agent, model }) => {
      if (model !== null) return [jobName, agent ?? '', model].map(encode).join('|')
      return (agent === null ? [jobName] : [jobName, agent]).map(encode).join('|')
    })
    .join(',')
}

export function parseSides(text: string): readonly CompareSide[] {
  return text
    .split(',')
    .map((side) => side.split('|').map(decode))
    .flatMap(([jobName = '', agent, model]) =>
      jobName === ''
        ? []
        : [{ jobName, agent: agent === undefined || agent === '' ? null : agent, model: model ?? null }],
    )
    .slice(0, 8)
}

/** `job/trial` of an address; null: no trial is named. Neither name has a slash: they are names of folders. */
export function parseRef(text: string | undefined): TrialRef | null {
  const [jobName = '', trialName = ''] = (text ?? '').split('/')
  return jobName === '' || trialName === '' ? null : { jobName, trialName }
}

function encode(value: string): string {
  return value.replace(/[%,|]/g, encodeURIComponent)
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
