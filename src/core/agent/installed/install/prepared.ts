import { AppError } from '../../../../contract/errors.ts'
import { stoppable } from '../../../environment/stoppable-archive.ts'
import { compareVersions } from '../../../task/version-order.ts'
import type { ToolchainRequest } from '../../toolchains.ts'
import { NO_PACKAGE, type InstallAsk, type Way, type WayEnd, type WayFacts } from './ask.ts'

/** A toolchain made on the host, put into the container as an archive: needs nothing of the image but its C library. */
export function preparedWay({ recipe: { registry, program }, machine }: WayFacts): Way {
  if (registry === null) return { failed: NO_PACKAGE }
  if (machine.arch === null) return { failed: `nothing can be prepared for a machine of the kind "${machine.machine}"` }
  const { kind, name, runtime, beside = [] } = registry
  const { muslVersion } = machine
  if (runtime === 'node' && muslVersion !== null && compareVersions(muslVersion, OLDEST_MUSL) < 0)
    return { failed: `its musl ${muslVersion} cannot load the Node that is brought along: ${OLDEST_MUSL} can` }
  const python = runtime === 'python' ? machine.python : null
  const { libc, arch } = machine
  const request = { registry: kind, name, program, libc, arch, runtime, python, beside }
  return { take: async (ask) => bring({ ...request, version: ask.version }, ask) }
}

async function bring(request: ToolchainRequest, { shell, context, toolchains }: InstallAsk): Promise<WayEnd> {
  // Lines come while the work goes on; they are written in order, and all before it ends.
  let said = Promise.resolve()
  const onProgress = (line: string): void => {
    said = said.then(() => shell.say(line))
  }
  try {
    const toolchain = await toolchains.prepare(request, { signal: context.signal, onProgress })
    await shell.say(`putting ${request.name} ${toolchain.version} at ${toolchain.root}`)
    await context.container.putArchive(toolchain.root, stoppable(toolchain.archive(), context.signal, 'the setup'))
    return { path: [toolchain.binDir] }
  } catch (thrown) {
    if (context.signal.aborted || !(thrown instanceof AppError) || thrown.code === 'environment-gone') throw thrown
    const { hint } = thrown.details
    return { failed: hint === undefined ? thrown.message : `${thrown.message} (${hint})` }
  } finally {
    await said
  }
}

/** The first that knows relative relocations of the packed kind (Alpine 3.18); an older one jumps into nowhere. */
const OLDEST_MUSL = '1.2.4'
