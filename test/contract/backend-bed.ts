import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pack, extract, type Header } from 'tar-stream'
import { afterAll, beforeAll } from 'vitest'
import type {
  Archive,
  Container,
  ContainerBackend,
  ContainerLabels,
  EnvironmentSpec,
  ExecRequest,
  ExecResult,
  ListedContainer,
} from '../../src/core/environment/backend.ts'

/** What a backend can do, so that the suite asks no more of it. */
export interface BackendFacts {
  /** Settings of every environment, e.g. the network that the backend insists on. */
  readonly spec?: Partial<EnvironmentSpec>
  /** Commands can run as another user than root. */
  readonly users: boolean
  /** Limits are applied, and seen from inside. */
  readonly limits: boolean
  /** Podman 4.3 at times ends a command's output where the command leaves megabytes of its standard input unread. */
  readonly mayLoseOutput?: boolean
}

/** A backend under test with what its suites need: environments that are removed afterwards, folders, archives. */
export interface Bed {
  readonly backend: ContainerBackend
  readonly facts: BackendFacts
  /** A folder with these files, removed at the end. */
  folder(files: Readonly<Record<string, string>>): Promise<string>
  spec(overrides?: Partial<EnvironmentSpec>): EnvironmentSpec
  /** Makes the image ready and starts an environment, removed at the end whatever happens. */
  start(overrides?: Partial<EnvironmentSpec>): Promise<Container>
  /** The environments of this file's tests that the backend knows. */
  listed(): Promise<readonly ListedContainer[]>
}

/** The Dockerfile of plain environments: what every backend understands. */
const PLAIN = { Dockerfile: 'FROM debian:bookworm-slim\nWORKDIR /app\nENV FROM_IMAGE=yes\n' }

/** Their image. Files that run at the same time share it: it is removed after the last of them. */
export const PLAIN_TAG = 'tbcc-test:plain'

/** The labels of everything that the tests of one file start; other files run at the same time. */
export const TEST_LABELS: ContainerLabels = {
  jobId: randomUUID(),
  trialId: '00000000-0000-4000-8000-000000000002',
  owner: { machineId: 'test-machine', bootId: 'test-boot', pid: process.pid, startTime: '12345' },
}

/** To be called in a `describe`: sets the bed up before its tests and takes it down after them. */
export function useBed(makeBackend: () => ContainerBackend, facts: BackendFacts): Bed {
  const folders: string[] = []
  const started: Container[] = []
  let backend: ContainerBackend | null = null
  let plainFolder = ''

  const folder = async (files: Readonly<Record<string, string>>): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), 'tbcc-contract-'))
    folders.push(path)
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(path, name)), { recursive: true })
      await writeFile(join(path, name), text)
    }
    return path
  }
  const spec = (overrides: Partial<EnvironmentSpec> = {}): EnvironmentSpec => ({
    image: null,
    contextDir: plainFolder,
    hasDockerfile: true,
    buildTag: PLAIN_TAG,
    forceBuild: false,
    workdir: null,
    env: {},
    cpus: null,
    memoryMb: null,
    network: 'no-network',
    options: NO_OPTIONS,
    ...facts.spec,
    ...overrides,
  })

  beforeAll(async () => {
    backend = makeBackend()
    plainFolder = await folder(PLAIN)
  })
  afterAll(async () => {
    await Promise.all(started.map((container) => container.stop()))
    await backend?.dispose()
    await Promise.all(folders.map((path) => rm(path, { recursive: true, force: true })))
  })

  return {
    get backend() {
      if (backend === null) throw new Error('the bed is used outside of a test')
      return backend
    },
    facts,
    folder,
    spec,
    async start(overrides) {
      const wanted = spec(overrides)
      const { signal } = new AbortController()
      const image = await this.backend.ensureImage(wanted, () => undefined, signal)
      const container = await this.backend.start(
        { spec: wanted, image, name: uniqueName(), labels: TEST_LABELS },
        signal,
      )
      started.push(container)
      return container
    },
    async listed() {
      return (await this.backend.list()).filter(({ labels }) => labels?.jobId === TEST_LABELS.jobId)
    },
  }
}

export const NO_OPTIONS: EnvironmentSpec['options'] = {
  network: null,
  buildNetwork: null,
  hostGateway: false,
  caBundle: null,
  hardening: { pidsLimit: null, noNewPrivileges: false, dropCapabilities: [], readOnlyRoot: false },
}

export function uniqueName(): string {
  return `contract__${randomBytes(4).toString('hex')}`
}

export interface Ran extends ExecResult {
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command and collects what it prints. */
export async function run(
  container: Container,
  command: ExecRequest['command'],
  options: Omit<ExecRequest, 'command' | 'onOutput'> = {},
): Promise<Ran> {
  const printed: Record<'stdout' | 'stderr', Uint8Array[]> = { stdout: [], stderr: [] }
  const result = await container.exec({
    command,
    ...options,
    onOutput: ({ stream, data }) => void printed[stream].push(data.slice()),
  })
  return {
    ...result,
    stdout: Buffer.concat(printed.stdout).toString('utf8'),
    stderr: Buffer.concat(printed.stderr).toString('utf8'),
  }
}

/** Repeats a question until it is answered with yes; fails after a minute. For what happens by itself, soon. */
export async function eventually(what: string, ask: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000
  while (!(await ask())) {
    if (performance.now() > end) throw new Error(`it did not come to be: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** One entry of an archive made or read by a test. */
export interface Entry extends Partial<Header> {
  readonly name: string
  readonly content?: string | Buffer
}

export async function* archiveOf(...entries: readonly Entry[]): AsyncGenerator<Uint8Array> {
  const out = pack()
  for (const { content, ...header } of entries) {
    if (content === undefined) out.entry(header)
    else out.entry(header, content)
  }
  out.finalize()
  for await (const chunk of out) if (chunk instanceof Uint8Array) yield chunk
}

/** The entries of an archive, in its order. */
export async function readArchive(archive: Archive): Promise<(Header & { readonly content: Buffer })[]> {
  const entries: (Header & { content: Buffer })[] = []
  const reader = extract()
  const feeding = (async () => {
    for await (const chunk of archive) reader.write(chunk)
    reader.end(undefined)
  })()
  for await (const entry of reader) {
    const chunks: Uint8Array[] = []
    for await (const chunk of entry) if (chunk instanceof Uint8Array) chunks.push(chunk)
    // Engines put the type's bits into the mode too.
    entries.push({ ...entry.header, mode: entry.header.mode & 0o7777, content: Buffer.concat(chunks) })
  }
  await feeding
  return entries
}

export async function* bytes(...chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}
