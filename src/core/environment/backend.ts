/** A tar stream, uncompressed. */
export type Archive = AsyncIterable<Uint8Array>

/** Names a backend in settings, events and tables. */
export type BackendName = 'docker' | 'podman' | 'sandbox'

/** Whether a backend can be used on this machine now, and what it enforces. */
export type BackendProbe =
  | {
      readonly available: true
      readonly version: string
      /** Where it answers, for people: a socket, a URL, a program. */
      readonly endpoint: string
      /** Folder in which it keeps images and containers; null where it is not of this machine, or not told. */
      readonly storage: string | null
      readonly capabilities: BackendCapabilities
    }
  | { readonly available: false; readonly reason: string; readonly hint: string }

export interface BackendCapabilities {
  readonly cpuLimit: boolean
  readonly memoryLimit: boolean
  readonly pidsLimit: boolean
  readonly imageBuild: boolean
  readonly publicNetwork: boolean
  readonly noNetwork: boolean
  /** Memory and processors of the machine that runs the containers; null where it does not say. */
  readonly hostMemoryMb: number | null
  readonly hostCpus: number | null
  /** Operating system and architecture of containers, e.g. `linux/amd64`. */
  readonly platform: string
}

/** What a task asks of its environment, resolved from task.toml and the job's overrides. */
export interface EnvironmentSpec {
  /** Prebuilt image, or null: build from `contextDir`. */
  readonly image: string | null
  /** The task's `environment/` directory on this host, absolute. */
  readonly contextDir: string
  readonly hasDockerfile: boolean
  /** Name for an image built from `contextDir`; equal content gives an equal tag. */
  readonly buildTag: string
  readonly forceBuild: boolean
  /** Overrides the image's WORKDIR. */
  readonly workdir: string | null
  readonly env: Readonly<Record<string, string>>
  readonly cpus: number | null
  readonly memoryMb: number | null
  readonly network: 'public' | 'no-network'
  readonly options: EnvironmentOptions
}

/** `--ek` settings of a job. Everything is off by default; what is on is recorded in the trial. */
export interface EnvironmentOptions {
  readonly network: string | null
  readonly buildNetwork: string | null
  readonly hostGateway: boolean
  /** Path of a CA bundle on the host that builds and containers should trust. */
  readonly caBundle: string | null
  readonly hardening: Hardening
}

/** Restrictions beyond Harbor's. */
export interface Hardening {
  readonly pidsLimit: number | null
  readonly noNewPrivileges: boolean
  readonly dropCapabilities: readonly string[]
  readonly readOnlyRoot: boolean
}

/** Who a container belongs to; written as labels, so that leftovers of a dead engine can be told from living ones. */
export interface ContainerLabels {
  readonly jobId: string
  readonly trialId: string
  readonly owner: OwnerId
}

/** One engine process on one boot of one machine. */
export interface OwnerId {
  readonly machineId: string
  readonly bootId: string
  readonly pid: number
  /** Start time of the process as the kernel counts it, so that a reused pid is not taken for the owner. */
  readonly startTime: string
}

export interface ImageProgress {
  readonly stage: 'pull' | 'build'
  /** One line for people; may contain what a Dockerfile printed. */
  readonly text: string
  /** Bytes done and in all, where the engine tells them. */
  readonly current?: number
  readonly total?: number
}

/** The image that an environment is started from. */
export interface ImageSource {
  readonly name: string
  /** Built from the task's `environment/` on this machine; else pulled where it is missing. */
  readonly isBuilt: boolean
}

export interface ImageInfo {
  /** The name it is started by. */
  readonly name: string
  /** `sha256:…` of the image; for the sandbox the host's system that stands for it, e.g. `host:debian-12`. */
  readonly id: string
  readonly source: 'present' | 'pulled' | 'built' | 'host'
  readonly sizeBytes: number | null
  readonly workdir: string
  /** Folders that it declares as volumes; absent: none. */
  readonly volumes?: readonly string[]
}

/** What was asked and could not be enforced here, in words for people; recorded in the trial. */
export interface Enforcement {
  readonly limits: { readonly cpus: number | null; readonly memoryMb: number | null }
  readonly notEnforced: readonly string[]
}

/**
 * A place where environments run. Every method may throw AppError (and nothing else); `signal` aborts with code
 * `cancelled`. Implementations: docker (also Podman's socket), sandbox.
 */
export interface ContainerBackend {
  readonly name: BackendName
  /** Never throws; answers within ten seconds. */
  probe(signal?: AbortSignal): Promise<BackendProbe>
  /** Why this machine cannot run the environment as asked, naming the feature; null when it can. */
  refuse(spec: EnvironmentSpec): Promise<string | null>
  /**
   * Makes the image ready: present, pulled or built. Concurrent calls for one image share one pull or build.
   * Codes: image-not-found, image-pull-failed, image-build-failed (details.log: the last lines).
   */
  ensureImage(
    spec: EnvironmentSpec,
    onProgress: (progress: ImageProgress) => void,
    signal: AbortSignal,
  ): Promise<ImageInfo>
  /** Starts the environment with `sleep infinity` as its command, as Harbor does. Codes: environment-start-failed. */
  start(request: StartRequest, signal: AbortSignal): Promise<Container>
  /** Containers of tbcc on this backend, running or not. */
  list(): Promise<readonly ListedContainer[]>
  /** Removes a listed container by id, by force. Not an error when it is gone. */
  remove(containerId: string): Promise<void>
  /** The image that an environment is started from; its name says also what of this host goes into a build. */
  imageOf(spec: EnvironmentSpec): Promise<ImageSource>
  /** Whether each image is on the machine. The sandbox answers with what it stands for: true. */
  hasImages(
    names: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly present: boolean; readonly sizeBytes: number | null }>>
  /** Frees sockets, timers and children. */
  dispose(): Promise<void>
}

export interface StartRequest {
  readonly spec: EnvironmentSpec
  readonly image: ImageInfo
  /** Readable and unique: the trial's name. */
  readonly name: string
  readonly labels: ContainerLabels
}

export interface ListedContainer {
  readonly id: string
  readonly name: string
  /** null where the labels cannot be read. */
  readonly labels: ContainerLabels | null
  readonly kept: boolean
  readonly running: boolean
  /** Nobody can say whose it was, but it is of this machine, and nothing of it runs. */
  readonly abandoned?: boolean
}

/** A running environment. Methods throw AppError; `environment-gone` when the container or the engine died. */
export interface Container {
  /** Full id; screens show its first 12 characters. */
  readonly id: string
  /** Default working directory of `exec`. */
  readonly workdir: string
  readonly enforcement: Enforcement
  /**
   * Runs a command to its end and returns how it ended; it throws only when the command could not be run or followed.
   * A user or directory that does not exist ends it as `docker exec` does: 126 or 127, with the reason as output.
   * Output arrives in order of arrival; a pending promise of `onOutput` holds the producer back.
   */
  exec(request: ExecRequest): Promise<ExecResult>
  /**
   * Starts a program on a terminal of its own inside. Codes: environment-gone; invalid-input where the user or the
   * directory does not exist; unsupported where no terminal can be had here, with the reason.
   */
  attachTerminal(request: TerminalRequest): Promise<Terminal>
  /** Unpacks a tar at `directory`, which is made where missing; owners and modes are those of the archive. */
  putArchive(directory: string, archive: Archive): Promise<void>
  /**
   * A tar of a file or directory; entry names start with its base name. Null where nothing stands at the path.
   * The content is hostile: extract with care.
   */
  getArchive(path: string): Promise<Archive | null>
  /** Paths that differ from the image, in path order. Directories that are only parents of changes may be listed. */
  changes(): Promise<readonly FileChange[]>
  /** Why the main process ended, once it has: OOM kill, killed from outside, engine gone. Null while it runs. */
  state(): Promise<ContainerState>
  /** Marks it as kept, so that only `tbcc clean --kept` removes it, and leaves it running. */
  keep(): Promise<void>
  /** Kills and removes it with its volumes, without a grace period. Idempotent. */
  stop(): Promise<void>
}

export interface FileChange {
  readonly path: string
  readonly kind: 'added' | 'modified' | 'deleted'
}

export interface ContainerState {
  readonly running: boolean
  readonly exitCode: number | null
  /** The kernel killed its main process, or while that runs another of its processes, for want of memory. */
  readonly oomKilled: boolean
}

export interface ExecRequest {
  /** Run as `bash -c COMMAND`; an array is run as it stands. */
  readonly command: string | readonly string[]
  readonly cwd?: string
  /** Added to the container's environment for this command only. Never on a command line. */
  readonly env?: Readonly<Record<string, string>>
  /** User name or uid; the image's user where absent. */
  readonly user?: string | number
  /** Written to standard input, which is then closed; absent: standard input is empty. */
  readonly stdin?: AsyncIterable<Uint8Array>
  /** 0 or absent: none. */
  readonly timeoutMs?: number
  /** TERM first, KILL after this; default 2000. */
  readonly killGraceMs?: number
  /** Aborting ends the command with all that still descends from it; `exec` then returns with `cancelled`. */
  readonly signal?: AbortSignal
  readonly onOutput?: (chunk: OutputChunk) => void | Promise<void>
  /** Bytes passed on before the rest is counted but dropped; absent: all. */
  readonly maxOutputBytes?: number
}

export interface OutputChunk {
  readonly stream: 'stdout' | 'stderr'
  readonly data: Uint8Array
}

/** How a command ended. Exactly one of exitCode, timedOut, cancelled explains it. */
export interface ExecResult {
  /** Null where it was ended by us or vanished with its container. */
  readonly exitCode: number | null
  readonly timedOut: boolean
  readonly cancelled: boolean
  /** More than `maxOutputBytes` was printed. */
  readonly truncated: boolean
  readonly outputBytes: number
  readonly durationMs: number
}

export interface TerminalRequest {
  /** Run as it stands; absent: an interactive bash, or sh where there is none. */
  readonly command?: readonly string[]
  /** User name or uid; the image's user where absent. */
  readonly user?: string | number
  readonly cwd?: string
  /** Added to the container's environment for this program only; TERM is `xterm-256color` unless given. */
  readonly env?: Readonly<Record<string, string>>
  readonly columns: number
  readonly rows: number
  /** Aborting closes it. */
  readonly signal?: AbortSignal
}

/** A program on a terminal (a PTY) in an environment. */
export interface Terminal {
  /** Keys, as a terminal sends them; a pending promise means that the program does not take them now. */
  write(data: Uint8Array): Promise<void>
  resize(columns: number, rows: number): Promise<void>
  /**
   * What the program prints, escapes included, for one reader; it is held back while nobody reads. Ends with the program,
   * or with its environment.
   */
  readonly output: AsyncIterable<Uint8Array>
  /** Never rejects; null where it was closed by us, or vanished with its environment. */
  readonly exited: Promise<{ readonly exitCode: number | null }>
  /** Ends the program with all that still descends from it, and returns when that is done. Idempotent. */
  close(): Promise<void>
}
