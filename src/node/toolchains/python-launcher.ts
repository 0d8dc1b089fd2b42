import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { ToolchainRequest } from '../../core/agent/toolchains.ts'

/** Starts the entry point of a program with the container's own Python and the packages of `folder/site`. */
export async function pythonLauncher(
  { name, program, python }: Pick<ToolchainRequest, 'name' | 'program' | 'python'>,
  site: string,
  folder: string,
): Promise<{ readonly shell: string; readonly main: string }> {
  const entry = await findEntry(site, program)
  if (entry === null) throw new AppError('unsupported', `${name} brings no program "${program}"`)
  return {
    shell: [
      '#!/bin/sh',
      // Not every image has the name with the version.
      `command -v python${python ?? '3'} >/dev/null 2>&1 && exec python${python ?? '3'} ${folder}/main.py "$@"`,
      `exec python3 ${folder}/main.py "$@"`,
      '',
    ].join('\n'),
    main: [
      'import importlib, site, sys',
      `site.addsitedir(${JSON.stringify(`${folder}/site`)})`,
      // Before what the image has, which may be older.
      `sys.path.insert(0, ${JSON.stringify(`${folder}/site`)})`,
      `sys.argv[0] = ${JSON.stringify(program)}`,
      `sys.exit(importlib.import_module(${JSON.stringify(entry.module)}).${entry.attribute}())`,
      '',
    ].join('\n'),
  }
}

interface Entry {
  readonly module: string
  readonly attribute: string
}

/** `[console_scripts]` of the packages: `program = module:function`. */
async function findEntry(site: string, program: string): Promise<Entry | null> {
  const packages = (await readdir(site)).filter((entry) => entry.endsWith('.dist-info'))
  for (const folder of packages.sort()) {
    const text = await readFile(join(site, folder, 'entry_points.txt'), 'utf8').catch(() => '')
    const section = /^\[console_scripts\]$([^[]*)/m.exec(text)?.[1] ?? ''
    for (const line of section.split('\n')) {
      const [, name, module, attribute] = /^\s*([\w.-]+)\s*=\s*([\w.]+)\s*:\s*([\w.]+)/.exec(line) ?? []
      if (name === program && module !== undefined && attribute !== undefined) return { module, attribute }
    }
  }
  return null
}
