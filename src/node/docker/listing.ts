import type { ListedContainer } from '../../core/environment/backend.ts'
import { answered, WORK_MS } from './deadline.ts'
import type { Engine } from './engine.ts'
import { fromLabels, isKeptName, TRIAL_LABEL } from './labels.ts'

/** The product's containers on an engine, running or not. */
export async function listContainers(engine: Engine): Promise<ListedContainer[]> {
  const filters = { label: [TRIAL_LABEL] }
  const told = await answered(WORK_MS, async (abortSignal) =>
    engine.docker.listContainers({ all: true, filters, abortSignal }),
  )
  return told.map(({ Id, Names, Labels, State }) => {
    const name = (Names[0] ?? Id).replace(/^\//, '')
    return { id: Id, name, labels: fromLabels(Labels), kept: isKeptName(name), running: State === 'running' }
  })
}
