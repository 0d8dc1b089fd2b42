import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { usageError } from '../errors.ts'
import { mergeConfigs } from './merge-config.ts'
import { isTable, type PlainConfig } from './plain-config.ts'

/** The files of `-c` as one configuration. Throws `invalid-input` that names the file and the place in it. */
export async function loadConfigs(files: readonly string[], cwd: string): Promise<PlainConfig> {
  return mergeConfigs(await Promise.all(files.map(async (file) => loadConfig(file, cwd))))
}

async function loadConfig(file: string, cwd: string): Promise<PlainConfig> {
  if (/^https?:\/\//i.test(file))
    throw usageError(`-c ${file}: addresses are not supported yet`, 'save it and name the file')
  const parsed = await parseConfig(file, await readText(file, cwd))
  if (parsed === null) return {}
  if (!isTable(parsed)) throw usageError(`-c ${file}: expected a table of settings`)
  return parsed
}

async function readText(file: string, cwd: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), 'utf8')
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : String(error)
    throw usageError(`-c ${file}: ${reason}`)
  }
}

async function parseConfig(file: string, text: string): Promise<unknown> {
  const kind = extname(file).toLowerCase()
  try {
    if (kind === '.json') return JSON.parse(text) as unknown
    if (kind === '.yaml' || kind === '.yml') return await parseYaml(text)
  } catch (error) {
    throw usageError(`-c ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
  throw usageError(`-c ${file}: expected a file that ends in .yaml, .yml or .json`)
}

/** YAML 1.1, as Harbor reads it: `yes` and `off` are booleans there. */
async function parseYaml(text: string): Promise<unknown> {
  const { parse } = await import('yaml')
  return parse(text, { version: '1.1' }) as unknown
}
