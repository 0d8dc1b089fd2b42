import { usageError } from '../errors.ts'
import { readConfigFile } from './config-file.ts'
import { mergeConfigs } from './merge-config.ts'
import type { PlainConfig } from './plain-config.ts'

/** The files of `-c` as one configuration. Throws `invalid-input` that names the file and the place in it. */
export async function loadConfigs(files: readonly string[], cwd: string): Promise<PlainConfig> {
  return mergeConfigs(await Promise.all(files.map(async (file) => loadConfig(file, cwd))))
}

async function loadConfig(file: string, cwd: string): Promise<PlainConfig> {
  if (/^https?:\/\//i.test(file))
    throw usageError(`-c ${file}: addresses are not supported yet`, 'save it and name the file')
  return readConfigFile('-c', file, { cwd, formats: ['yaml', 'json'] })
}
