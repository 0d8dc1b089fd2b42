import * as z from 'zod'
import type { Container, ContainerState, Enforcement, FileChange } from '../../core/environment/backend.ts'
import { getArchive, putArchive } from './archive.ts'
import { containerError, inspectState } from './container-state.ts'
import { answered, LOOKUP_MS } from './deadline.ts'
import type { Engine } from './engine.ts'
import { runExec } from './exec.ts'
import { getJson } from './http-call.ts'
import { toKeptName } from './labels.ts'
import { readOomKills } from './oom-kills.ts'
import { removeContainer } from './remove.ts'
import { openTerminal } from './terminal.ts'
import { listVolumes, withVolumeChanges, type VolumeListing } from './volume-changes.ts'

/** A started container, and what is known of it from its start. */
export interface StartedContainer {
  readonly id: string
  readonly name: string
  readonly workdir: string
  readonly enforcement: Enforcement
  readonly rootMaySignal: boolean
  /** What stood in its volumes at its start; null where it has none of ours. */
  readonly volumes: VolumeListing | null
}

export function createContainer(engine: Engine, started: StartedContainer): Container {
  const host = { engine, containerId: started.id, rootMaySignal: started.rootMaySignal }
  const handle = engine.docker.getContainer(started.id)
  const translating = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw await containerError(engine, started.id, error, doing)
    }
  }

  const currentState = async (): Promise<ContainerState> => {
    const state = await inspectState(engine, started.id)
    // Engines mark a container only when its main process was the victim. A script whose child was may go on and end well.
    const isLimited = state.running && started.enforcement.limits.memoryMb !== null
    return isLimited ? { ...state, oomKilled: state.oomKilled || (await readOomKills(host)) > 0 } : state
  }

  return {
    id: started.id,
    workdir: started.workdir,
    enforcement: started.enforcement,
    async exec(request) {
      return runExec(host, request)
    },
    attachTerminal: async (request) => openTerminal(host, request),
    putArchive: async (directory, archive) => putArchive(engine, started.id, directory, archive),
    getArchive: async (path) => getArchive(engine, started.id, path),
    async changes() {
      return translating('list the changes of the environment', async () => {
        const told = toChanges(await getJson(engine, `/containers/${started.id}/changes`))
        if (started.volumes === null) return inPathOrder(told)
        return inPathOrder(withVolumeChanges(told, started.volumes, await listVolumes(engine, started.id)))
      })
    },
    state: async () => translating('look at the environment', currentState),
    async keep() {
      await translating('mark the environment as kept', async () => {
        await answered(LOOKUP_MS, async (abortSignal) => {
          await handle.rename({ name: toKeptName(started.name), abortSignal })
        })
      })
    },
    stop: async () => removeContainer(engine, started.id),
  }
}

const changeList = z.array(z.object({ Path: z.string(), Kind: z.number() })).nullable()
const KINDS: readonly FileChange['kind'][] = ['modified', 'added', 'deleted']

function toChanges(told: unknown): FileChange[] {
  return (changeList.parse(told) ?? []).map(({ Path, Kind }) => ({ path: Path, kind: KINDS[Kind] ?? 'modified' }))
}

function inPathOrder(changes: FileChange[]): FileChange[] {
  return changes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}
