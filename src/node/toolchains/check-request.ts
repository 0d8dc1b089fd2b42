import { AppError } from '../../contract/errors.ts'
import type { ToolchainRequest } from '../../core/agent/toolchains.ts'

/**
 * Names go to package clients as arguments, and into the paths of scripts. A client takes folders, archives and addresses
 * for packages too: none of them is meant.
 */
export function checkRequest({ name, version, program, python, beside = [] }: ToolchainRequest): void {
  for (const one of [name, ...beside]) if (!/^(@[\w.-]+\/)?\w[\w.-]*$/.test(one)) refuse('package', one)
  if (!/^\w[\w.+-]*$/.test(program)) refuse('program', program)
  if (version !== null && !/^\w[\w.!+-]*$/.test(version)) refuse('version', version)
  if (python !== null && !/^\d+\.\d+$/.test(python)) refuse('version of Python', python)
}

function refuse(what: string, given: string): never {
  throw new AppError('invalid-input', `"${given}" is no name of a ${what}`)
}
