import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { PreparedToolchain, Toolchains } from '../../core/agent/toolchains.ts'
import type { Archive } from '../../core/environment/backend.ts'
import { createSharedWork } from '../shared-work.ts'
import { createToolchainCache, type ToolchainCache } from './cache.ts'
import { cacheFolderOf } from './cache-folder.ts'
import { checkRequest } from './check-request.ts'
import type { Env } from './client.ts'
import { createClients, type Clients } from './clients.ts'
import { buildNode, nodePartName } from './node-part.ts'
import type { Work } from './npm.ts'
import { folderOf, partName, type ExactRequest } from './part-name.ts'
import { createPartStore, type BuiltPart, type KeptPart } from './part-store.ts'
import { buildProgram, ROOT } from './program-part.ts'
import { TAR_END } from './tar-part.ts'
import { createVersions } from './versions.ts'

export interface ToolchainsConfig {
  /** Variables of this host: PATH, where to keep what was made (`TBCC_CACHE_DIR`), and what the clients heed. */
  readonly env: Env
}

/** Toolchains of this host. Disposed of, what was prepared may not be read any more. */
export interface HostToolchains extends Toolchains {
  readonly cache: ToolchainCache
  dispose(): Promise<void>
}

/**
 * Toolchains from this host's npm, uv and pip. What was made is kept below the user's cache folder, one part per package,
 * version, C library and machine; Node is a part of its own that programs share.
 */
export function createToolchains({ env }: ToolchainsConfig): HostToolchains {
  const place = join(cacheFolderOf(env), 'toolchains')
  const store = createPartStore(place)
  const clients = (folder: string): Clients => createClients(env, folder)
  const versions = createVersions(store, clients)
  const making = createSharedWork<string, KeptPart>()

  type Build = (folder: string, clients: Clients, work: Work) => Promise<BuiltPart>
  const obtain = async (name: string, build: Build, { signal, onProgress }: Work): Promise<KeptPart> => {
    const kept = await store.find(name)
    if (kept !== null) return kept
    const make = async (report: Work['onProgress'], shared: AbortSignal): Promise<KeptPart> =>
      store.make(name, async (folder) => build(folder, clients(folder), { signal: shared, onProgress: report }), shared)
    return making.join(name, make, onProgress, signal)
  }

  return {
    cache: createToolchainCache(place, store),
    dispose: async () => store.dispose(),
    async prepare(request, work) {
      checkRequest(request)
      const exact = { ...request, version: await versions.exact(request, work) }
      const program = await obtain(partName(exact), async (...given) => buildProgram(exact, ...given), work)
      if (request.runtime !== 'node') return toPrepared(exact, [program])
      // One after the other: a program that cannot be had leaves nothing going on.
      const node = await obtain(nodePartName(request), async (...given) => buildNode(request, ...given), work)
      return toPrepared(exact, [program, node])
    },
  }
}

function toPrepared(request: ExactRequest, parts: readonly KeptPart[]): PreparedToolchain {
  return {
    version: request.version,
    root: ROOT,
    binDir: `${ROOT}/${folderOf(request)}/bin`,
    archive: () => readParts(parts),
  }
}

/** One tar of several parts, read from disk as it is taken. */
async function* readParts(parts: readonly KeptPart[]): Archive {
  for (const { tar } of parts) {
    const bytes: AsyncIterable<unknown> = createReadStream(tar, { highWaterMark: 1024 ** 2 })
    for await (const chunk of bytes) if (chunk instanceof Uint8Array) yield chunk
  }
  yield TAR_END
}
