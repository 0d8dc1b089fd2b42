import type { Archive } from '../environment/backend.ts'

/**
 * Ready-to-run programs for containers, made once on this host with its own package clients and kept by version, so
 * that an agent starts also where there is no network, no curl and no Node.
 */
export interface Toolchains {
  /**
   * Makes the program, or finds it made. Concurrent calls for one program share the work.
   * Codes: unsupported (no such program for that libc or machine, no package client here), not-found (no such
   * package or version), disconnected (the registry does not answer), storage-*, cancelled, internal (the client failed for
   * a reason of its own; details.log has its words).
   */
  prepare(
    request: ToolchainRequest,
    options: { readonly signal: AbortSignal; readonly onProgress: (line: string) => void },
  ): Promise<PreparedToolchain>
}

/** What was prepared is kept until it was not used for so long; then `tbcc clean` removes it. */
export const KEPT_UNUSED_DAYS = 30

export interface ToolchainRequest {
  readonly registry: 'npm' | 'pypi'
  /** Name in the registry. */
  readonly name: string
  /** Null: the newest. */
  readonly version: string | null
  /** The program that the package brings. */
  readonly program: string
  readonly libc: 'glibc' | 'musl'
  readonly arch: 'x64' | 'arm64'
  /** Whether the program is a script that needs the runtime brought along, or a binary of its own. */
  readonly runtime: 'node' | 'python' | 'none'
  /** Of the container's own Python, e.g. `3.11`: none is brought along; null: it has none, or none is needed. */
  readonly python: string | null
  /** Packages of PyPI that must be with it and that it does not ask for by itself; absent: none. */
  readonly beside?: readonly string[]
}

export interface PreparedToolchain {
  readonly version: string
  /** Where it must be unpacked, absolute: nothing of it may stand elsewhere. */
  readonly root: string
  /** The folder of the program, absolute, below `root`; goes to the front of PATH. */
  readonly binDir: string
  /** A tar for `putArchive(root, …)`. Read anew for every container. */
  archive(): Archive
}
