import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { usageError } from '../errors.ts'
import { isTable, type PlainConfig } from './plain-config.ts'

type Format = 'json' | 'yaml' | 'toml'

/** The table in a file that a flag names. Throws `invalid-input` that names flag and file, and the place in it. */
export async function readConfigFile(
  flag: string,
  file: string,
  { cwd, formats }: { readonly cwd: string; readonly formats: readonly Format[] },
): Promise<PlainConfig> {
  const name = `${flag} ${file}`
  const format = FORMATS[extname(file).toLowerCase()]
  if (format === undefined || !formats.includes(format))
    throw usageError(`${name}: expected a file that ends in ${endingsOf(formats)}`)
  const parsed = await parse(name, format, await readText(name, resolve(cwd, file)))
  if (parsed === null) return {}
  if (!isTable(parsed)) throw usageError(`${name}: expected a table of settings`)
  return parsed
}

const FORMATS: Readonly<Record<string, Format>> = { '.json': 'json', '.yaml': 'yaml', '.yml': 'yaml', '.toml': 'toml' }

function endingsOf(formats: readonly Format[]): string {
  const endings = Object.entries(FORMATS).flatMap(([ending, format]) => (formats.includes(format) ? [ending] : []))
  return `${endings.slice(0, -1).join(', ')} or ${endings.at(-1)}`
}

async function readText(name: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw usageError(`${name}: ${missing ? 'there is no such file' : String(error)}`)
  }
}

async function parse(name: string, format: Format, text: string): Promise<unknown> {
  try {
    return await PARSERS[format](text)
  } catch (error) {
    throw usageError(`${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const PARSERS: Readonly<Record<Format, (text: string) => Promise<unknown>>> = {
  json: async (text) => JSON.parse(text) as unknown,
  // YAML 1.1, as Harbor reads it: `yes` and `off` are booleans there.
  yaml: async (text) => (await import('yaml')).parse(text, { version: '1.1' }) as unknown,
  toml: async (text) => (await import('smol-toml')).parse(text),
}
