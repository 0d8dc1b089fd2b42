import type { Combination, CompareSide } from '../../../../contract/api/stats.ts'

interface SideChoice {
  readonly side: CompareSide
  readonly label: string
}

/** What of a job a side can be: everything, an agent with all its models, an agent and a model; and what it is now. */
export function jobSidesOf(
  current: CompareSide,
  combinations: readonly Pick<Combination, 'agent' | 'model'>[],
): readonly SideChoice[] {
  const { jobName } = current
  const agents = [...new Set(combinations.map(({ agent }) => agent))]
  const several = agents.filter((agent) => combinations.filter((one) => one.agent === agent).length > 1)
  const choices: readonly SideChoice[] = [
    { side: { jobName, agent: null, model: null }, label: 'all agents and models' },
    ...several.map((agent) => ({ side: { jobName, agent, model: null }, label: `${agent}, all models` })),
    ...combinations.map(({ agent, model }) => ({
      side: { jobName, agent, model: model ?? '' },
      label: model === null ? agent : `${agent} ${model}`,
    })),
  ]
  const isKnown = choices.some(({ side }) => side.agent === current.agent && side.model === current.model)
  if (isKnown) return choices
  return [
    ...choices,
    { side: current, label: [current.agent, current.model].filter((name) => name !== null && name !== '').join(' ') },
  ]
}
