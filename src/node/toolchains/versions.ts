import { AppError } from '../../contract/errors.ts'
import type { ToolchainRequest } from '../../core/agent/toolchains.ts'
import { compareVersions } from '../../core/task/version-order.ts'
import { createSharedWork } from '../shared-work.ts'
import type { Clients } from './clients.ts'
import type { Work } from './npm.ts'
import { partName } from './part-name.ts'
import type { PartStore } from './part-store.ts'

/** Which exact version is meant. */
export interface Versions {
  /** Asks the registry at most once a day for what "the newest" is. Codes as of `Toolchains.prepare`. */
  exact(request: ToolchainRequest, work: Work): Promise<string>
}

export function createVersions(store: PartStore, clients: (folder: string) => Clients): Versions {
  const known = new Map<string, { readonly version: string; readonly at: number }>()
  const asking = createSharedWork<string, string>()

  const ask = async (request: ToolchainRequest, work: Work): Promise<string> =>
    store.borrow(async (folder) => {
      const { npm, pypi } = clients(folder)
      const { registry, name, version } = request
      work.onProgress(`asking ${registry} for ${version ?? 'the newest'} ${name}`)
      return registry === 'npm' ? npm.resolve(name, version ?? 'latest', work) : pypi.resolve(name, request, work)
    })

  return {
    async exact(request, work) {
      if (request.version !== null && isExact(request)) return request.version
      const key = partName({ ...request, version: request.version ?? 'latest' })
      const found = known.get(key)
      if (found !== undefined && Date.now() - found.at < DAY_MS) return found.version
      try {
        const share = async (onProgress: Work['onProgress'], signal: AbortSignal): Promise<string> =>
          ask(request, { onProgress, signal })
        const version = await asking.join(key, share, work.onProgress, work.signal)
        known.set(key, { version, at: Date.now() })
        return version
      } catch (thrown) {
        const kept = request.version === null && isUnreachable(thrown) ? await newestKept(store, request) : null
        if (kept === null) throw thrown
        work.onProgress(`${request.registry} does not answer; ${request.name} ${kept} was prepared before`)
        return kept
      }
    },
  }
}

const DAY_MS = 24 * 60 * 60 * 1000

/** npm has names for versions beside them; PyPI has not. */
function isExact({ registry, version }: ToolchainRequest): boolean {
  return registry === 'pypi' || /^\d+\.\d+\.\d+/.test(version ?? '')
}

function isUnreachable(thrown: unknown): boolean {
  return thrown instanceof AppError && thrown.code === 'disconnected'
}

async function newestKept(store: PartStore, request: ToolchainRequest): Promise<string | null> {
  const [before, after] = partName({ ...request, version: MARK }).split(MARK)
  if (before === undefined || after === undefined) return null
  const versions = (await store.names())
    .filter((name) => name.startsWith(before) && name.endsWith(after))
    .map((name) => name.slice(before.length, name.length - after.length))
  return versions.sort(compareVersions).at(-1) ?? null
}

/** No version. */
const MARK = '\0'
