import { mkdir, open, readdir, readFile } from 'node:fs/promises'
import { dirname, join, posix, relative, sep } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../contract/errors.ts'
import type { ToolchainRequest } from '../../core/agent/toolchains.ts'
import type { Clients } from './clients.ts'
import { nodeProgram } from './node-part.ts'
import type { Work } from './npm.ts'
import { folderOf, type ExactRequest } from './part-name.ts'
import type { BuiltPart } from './part-store.ts'
import { pythonLauncher } from './python-launcher.ts'
import type { PartItem } from './tar-part.ts'

/** Where toolchains stand in a container. Nobody but us puts anything there. */
export const ROOT = '/opt/tbcc'

/** Fetches a program with a client of its registry and lays it out for a container. */
export async function buildProgram(
  request: ExactRequest,
  folder: string,
  clients: Clients,
  work: Work,
): Promise<BuiltPart> {
  const items = request.registry === 'npm' ? buildFromNpm : buildFromPypi
  return { version: request.version, items: await items(request, folder, clients, work) }
}

async function buildFromNpm(
  request: ExactRequest,
  folder: string,
  { npm }: Clients,
  work: Work,
): Promise<readonly PartItem[]> {
  await npm.install(`${request.name}@${request.version}`, folder, request, work)
  const modules = join(folder, 'node_modules')
  if (request.runtime !== 'node') return binaryItems(request, modules)
  const script = await scriptOf(request, join(modules, ...request.name.split('/')))
  const own = folderOf(request)
  const launcher = [
    '#!/bin/sh',
    `exec ${ROOT}/${nodeProgram(request)} ${ROOT}/${own}/node_modules/${request.name}/${script} "$@"`,
    '',
  ].join('\n')
  return [
    { name: `${own}/node_modules`, from: modules },
    { name: `${own}/bin/${request.program}`, script: launcher },
  ]
}

const Manifest = z.object({ bin: z.union([z.string(), z.record(z.string(), z.string())]).optional() })

/** The script that a package names for its program, relative to the package. */
async function scriptOf({ name, program }: ExactRequest, folder: string): Promise<string> {
  const manifest = Manifest.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')))
  const script = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin?.[program]
  const path = script === undefined ? undefined : posix.normalize(script)
  if (path === undefined || !/^[\w@][\w@./-]*$/.test(path))
    throw new AppError('unsupported', `${name} brings no program "${program}"`)
  return path
}

async function buildFromPypi(
  request: ExactRequest,
  folder: string,
  { pypi }: Clients,
  work: Work,
): Promise<readonly PartItem[]> {
  const { libc, arch, runtime, python } = request
  if (runtime === 'python' && python === null) {
    throw new AppError('unsupported', `${request.name} needs a Python, and the container has none`, {
      details: { hint: 'add python3 to the image, or choose another way, e.g. --ak install=vendor' },
    })
  }
  const site = join(folder, 'site')
  await mkdir(site)
  const target = { libc, arch, python: runtime === 'python' ? python : null }
  await pypi.install([`${request.name}==${request.version}`, ...(request.beside ?? [])], site, target, work)
  if (runtime !== 'python') return binaryItems(request, site)
  const own = folderOf(request)
  const { shell, main } = await pythonLauncher(request, site, `${ROOT}/${own}`)
  return [
    { name: `${own}/site`, from: site },
    { name: `${own}/main.py`, script: main },
    { name: `${own}/bin/${request.program}`, script: shell },
  ]
}

/** A binary of its own: its package, without the launcher for other machines that led to it. */
async function binaryItems(request: ExactRequest, tree: string): Promise<readonly PartItem[]> {
  const { program, name, libc, arch } = request
  const found: string[] = []
  for await (const file of filesNamed(tree, program)) if (await isElf(file)) found.push(file)
  const [best] = found.sort((a, b) => rank(b, libc) - rank(a, libc))
  if (best === undefined) {
    throw new AppError(
      'unsupported',
      `${name} ${request.version} brings no binary "${program}" for linux, ${arch}, ${libc}`,
    )
  }
  const own = folderOf(request)
  const owner = await packageOf(best, tree)
  const inside = relative(owner, best).split(sep).join('/')
  return [
    { name: `${own}/package`, from: owner },
    { name: `${own}/bin/${program}`, target: `../package/${inside}` },
  ]
}

/** Of several builds: one for the C library asked for, and the one that runs on every processor. */
function rank(path: string, libc: ToolchainRequest['libc']): number {
  const forLibc = path.includes('musl') === (libc === 'musl')
  return (forLibc ? 2 : 0) + (path.includes('baseline') ? 1 : 0)
}

async function* filesNamed(folder: string, name: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesNamed(path, name)
    else if (entry.isFile() && entry.name === name) yield path
  }
}

async function isElf(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    return bytesRead === 4 && buffer.equals(ELF)
  } finally {
    await handle.close()
  }
}

const ELF = Buffer.from([0x7f, 0x45, 0x4c, 0x46])

/** The nearest folder above that is a package; of a wheel, all of it. */
async function packageOf(file: string, tree: string): Promise<string> {
  for (let folder = dirname(file); folder.length > tree.length; folder = dirname(folder)) {
    if ((await readdir(folder)).includes('package.json')) return folder
  }
  return tree
}
