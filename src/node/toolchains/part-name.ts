import type { ToolchainRequest } from '../../core/agent/toolchains.ts'

/** A request whose version is exact. */
export interface ExactRequest extends ToolchainRequest {
  readonly version: string
}

/** The folder of a package below the root of toolchains in a container. */
export function folderOf({ name }: Pick<ToolchainRequest, 'name'>): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[-.]+/, '')
}

/** What a part is kept under: two different ones never share it. */
export function partName(request: ExactRequest): string {
  const { registry, version, libc, arch, runtime, program, python, beside = [] } = request
  const own = runtime === 'python' ? [`${runtime}${python ?? ''}`, ...beside].join('+') : runtime
  return `${registry}-${folderOf(request)}@${version}-${program}-${own}-${libc}-${arch}`
}
