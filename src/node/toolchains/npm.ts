import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../contract/errors.ts'
import type { ToolchainRequest } from '../../core/agent/toolchains.ts'
import { besideOf, callClient, findProgram, type Client, type Env } from './client.ts'
import { parseJson } from './json.ts'

/** What is told of work that takes its time, and how it is given up. */
export interface Work {
  readonly signal: AbortSignal
  readonly onProgress: (line: string) => void
}

/** This host's npm, with the registry and the proxies of its own configuration. */
export interface Npm {
  /** The exact version that a tag such as `latest` means. */
  resolve(name: string, tag: string, work: Work): Promise<string>
  /** Makes `folder/node_modules` for a container; no script of a package is run on this host. */
  install(spec: string, folder: string, target: Pick<ToolchainRequest, 'libc' | 'arch'>, work: Work): Promise<void>
}

/** `cwd`: a folder without a project. */
export function createNpm(env: Env, cwd: string): Npm {
  return {
    async resolve(name, tag, { signal }) {
      const args = ['view', `${name}@${tag}`, 'version', '--json', ...QUIET]
      const text = await callClient(await findNpm(env), { args, cwd, doing: `look ${name}@${tag} up`, signal })
      // A range has an answer for each version that fits, the newest last.
      const answer = z.union([z.string(), z.array(z.string())]).safeParse(parseJson(text))
      const version = answer.success ? [answer.data].flat().at(-1) : undefined
      if (version === undefined) throw new AppError('not-found', `npm knows no version "${tag}" of ${name}`)
      return version
    },
    async install(spec, folder, { libc, arch }, { signal, onProgress }) {
      await writeFile(join(folder, 'package.json'), '{ "private": true }\n')
      const target = ['--os=linux', `--cpu=${arch}`, `--libc=${libc}`]
      const args = ['install', spec, '--prefix', folder, ...target, ...PLAIN, ...QUIET]
      onProgress(`npm brings ${spec} for linux, ${arch}, ${libc}`)
      await callClient(await findNpm(env), { args, cwd: folder, doing: `install ${spec}`, signal, onProgress })
    },
  }
}

/** As a container wants it, whatever this user's configuration says. */
const PLAIN = ['--ignore-scripts', '--no-bin-links', '--no-package-lock', '--no-save', '--global=false'].concat([
  '--include=optional',
  '--omit=dev',
  '--install-strategy=hoisted',
])

/** Words for people only, and no waiting of minutes for a registry that does not answer. */
const QUIET = ['--no-audit', '--no-fund', '--no-progress', '--no-update-notifier', '--loglevel=error'].concat([
  '--fetch-retries=2',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=5000',
])

async function findNpm(env: Env): Promise<Client> {
  const found = await findProgram(process.platform === 'win32' ? ['npm.cmd'] : ['npm'], env, [
    dirname(process.execPath),
  ])
  if (found === null) {
    throw new AppError('unsupported', 'npm is not on this host, so that nothing can be prepared from its registry', {
      details: { hint: 'install Node.js with npm, or choose another way, e.g. --ak install=vendor' },
    })
  }
  return { name: 'npm', command: commandOf(found), env: besideOf(found, env) }
}

/** On Windows npm is a batch file, which nothing but a shell can run: its script is called itself. */
function commandOf(found: string): readonly [string, ...string[]] {
  if (process.platform !== 'win32') return [found]
  const folder = dirname(found)
  return [join(folder, 'node.exe'), join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js')]
}
