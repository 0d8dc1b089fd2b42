import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../contract/errors.ts'
import type { ToolchainRequest } from '../../core/agent/toolchains.ts'
import { callClient, findProgram, type Client, type Env } from './client.ts'
import type { Work } from './npm.ts'

/** For whom wheels are taken. */
export interface WheelTarget extends Pick<ToolchainRequest, 'libc' | 'arch'> {
  /** Of the container's Python, e.g. `3.11`; null: the wheel needs none. */
  readonly python: string | null
}

/** This host's uv or pip, with the index and the proxies of their own configuration. Nothing is built here: wheels only. */
export interface Pypi {
  /** The newest version that has a wheel for the target. */
  resolve(name: string, target: WheelTarget, work: Work): Promise<string>
  /** Unpacks packages into a folder, with all that they need unless no Python is needed. */
  install(specs: readonly string[], folder: string, target: WheelTarget, work: Work): Promise<void>
}

/** `cwd`: a folder of ours for files of a moment. */
export function createPypi(env: Env, cwd: string): Pypi {
  return {
    async resolve(name, target, { signal }) {
      const tool = await findTool(env, cwd, target, signal)
      return tool.resolve(name, target, signal)
    },
    async install(specs, folder, target, { signal, onProgress }) {
      const tool = await findTool(env, cwd, target, signal)
      const names = specs.join(', ')
      onProgress(`${tool.client.name} brings ${names} for linux, ${target.arch}, ${target.libc}`)
      const args = [...tool.install, '--target', folder, ...tool.options(target, target.python === null), ...specs]
      await callClient(tool.client, { args, cwd, doing: `install ${names}`, signal, onProgress })
    },
  }
}

interface Tool {
  readonly client: Client
  readonly install: readonly string[]
  options(target: WheelTarget, alone: boolean): readonly string[]
  resolve(name: string, target: WheelTarget, signal: AbortSignal): Promise<string>
}

/**
 * uv where it is there: it reads the conditions of requirements for the target. pip reads them for the Python that runs
 * it, which therefore must be the target's own.
 */
async function findTool(env: Env, cwd: string, target: WheelTarget, signal: AbortSignal): Promise<Tool> {
  const uv = await findProgram(process.platform === 'win32' ? ['uv.exe'] : ['uv'], env)
  if (uv !== null) return createUv({ name: 'uv', command: [uv], env }, cwd)
  const python = await findPython(env, cwd, target.python, signal)
  if (python !== null) return createPip({ name: 'pip', command: [python, '-m', 'pip'], env }, cwd)
  const wanted = target.python === null ? 'Python with pip' : `Python ${target.python} (Linux) with pip`
  throw new AppError(
    'unsupported',
    `nothing on this host can prepare a package of PyPI for the container: neither uv nor ${wanted} is there`,
    {
      details: { hint: 'install uv, or choose another way, e.g. --ak install=vendor' },
    },
  )
}

function createUv(client: Client, cwd: string): Tool {
  const options: Tool['options'] = ({ libc, arch, python }, alone) => [
    '--only-binary=:all:',
    `--python-platform=${MACHINES[arch]}-unknown-linux-${libc === 'musl' ? 'musl' : 'gnu'}`,
    ...(alone ? ['--no-deps'] : []),
    ...(python === null ? [] : [`--python-version=${python}`]),
  ]
  return {
    client,
    install: ['pip', 'install', '--no-progress'],
    options,
    async resolve(name, target, signal) {
      const list = join(cwd, 'wanted.txt')
      await writeFile(list, `${name}\n`)
      const args = ['pip', 'compile', '--no-header', '--no-annotate', ...options(target, true)]
      const text = await callClient(client, { args: [...args, list], cwd, doing: `look ${name} up`, signal })
      return versionIn(/==([^\s;]+)/.exec(text)?.[1], name)
    },
  }
}

function createPip(client: Client, cwd: string): Tool {
  const options: Tool['options'] = ({ libc, arch, python }, alone) => [
    '--only-binary=:all:',
    ...platformsOf(libc, arch),
    ...(alone ? ['--no-deps'] : []),
    ...(python === null ? [] : ['--implementation=cp', `--python-version=${python}`]),
  ]
  const install = ['install', '--no-compile', '--quiet', '--disable-pip-version-check', '--no-input']
  return {
    client,
    install,
    options,
    async resolve(name, target, signal) {
      const place = ['--dry-run', '--ignore-installed', '--report', '-', '--target', join(cwd, 'nowhere')]
      const args = [...install, ...place, ...options(target, true), name]
      const text = await callClient(client, { args, cwd, doing: `look ${name} up`, signal })
      const report = PipReport.safeParse(JSON.parse(text))
      return versionIn(report.data?.install[0]?.metadata.version, name)
    },
  }
}

const PipReport = z.object({ install: z.array(z.object({ metadata: z.object({ version: z.string() }) })) })

function versionIn(version: string | undefined, name: string): string {
  if (version === undefined) throw new AppError('not-found', `no version of ${name} was found`)
  return version
}

const MACHINES = { x64: 'x86_64', arm64: 'aarch64' } as const

/** What a wheel may ask of the C library: glibc 2.28 is that of the oldest systems that are still kept up. */
function platformsOf(libc: WheelTarget['libc'], arch: WheelTarget['arch']): readonly string[] {
  const levels =
    libc === 'musl'
      ? ['musllinux_1_2', 'musllinux_1_1']
      : ['manylinux_2_28', 'manylinux_2_27', 'manylinux_2_26', 'manylinux_2_24', 'manylinux_2_17', 'manylinux2014']
  return levels.map((level) => `--platform=${level}_${MACHINES[arch]}`)
}

/** A Python of that version with pip; for null any. */
async function findPython(env: Env, cwd: string, version: string | null, signal: AbortSignal): Promise<string | null> {
  // pip of another system would read conditions such as `sys_platform == "linux"` as its own.
  if (version !== null && process.platform !== 'linux') return null
  for (const name of version === null ? ['python3', 'python'] : [`python${version}`, 'python3', 'python']) {
    const python = await findProgram([process.platform === 'win32' ? `${name}.exe` : name], env)
    if (python !== null && (await fits({ name, command: [python], env }, cwd, version, signal))) return python
  }
  return null
}

async function fits(client: Client, cwd: string, version: string | null, signal: AbortSignal): Promise<boolean> {
  const script = 'import pip, sys; print("%d.%d" % sys.version_info[:2])'
  const answer = await callClient(client, { args: ['-c', script], cwd, doing: 'say its version', signal }).catch(
    (thrown: unknown) => {
      if (signal.aborted) throw thrown
      return null
    },
  )
  return answer !== null && (version === null || answer.trim() === version)
}
