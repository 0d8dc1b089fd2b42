import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach } from 'vitest'
import type { z } from 'zod'
import { AgentMcpServer } from '../../src/contract/harbor/mcp-server.ts'
import { TaskConfig } from '../../src/contract/harbor/task-config.ts'
import type { RunAsk, RunRecipe } from '../../src/core/agent/installed/installed-agent.ts'
import { PRIVATE_FOLDER } from '../../src/core/agent/installed/private-files.ts'
import type { SettingSpecs } from '../../src/core/agent/installed/settings.ts'

/** A run that asks for nothing but its instruction. */
export const PLAIN_ASK: Omit<RunAsk<SettingSpecs>, 'settings'> = {
  env: {},
  model: null,
  credential: null,
  task: {
    name: 'one',
    shortName: 'one',
    directory: '/one',
    config: TaskConfig.parse({}),
    instruction: 'Do it.',
    files: { hasDockerfile: true, hasCompose: false, hasSolution: true, hasTrajectory: false, environment: [] },
    hostVariables: [],
    unsupported: [],
    needs: [],
  },
  mcpServers: [],
  skillFolders: [],
  extraArgs: null,
  maxTurns: null,
}

/** A tool server as a job's configuration has it. */
export function serverOf(fields: z.input<typeof AgentMcpServer>): AgentMcpServer {
  return AgentMcpServer.parse(fields)
}

/** One of each kind, with what it needs to be let in. */
export const GUARDED_SERVERS: readonly AgentMcpServer[] = [
  serverOf({ name: 'a', transport: 'stdio', command: 'run', args: ['x'], env: { A: '1' } }),
  serverOf({ name: 'b', transport: 'streamable-http', url: 'http://b', headers: { Authorization: 'Bearer t' } }),
]

/** A folder in place of the container: its home, its logs and what is put into it. */
export interface RecipeBed {
  readonly home: string
  /** What the program, a stand-in for the agent's, was given. */
  readonly seen: { readonly stdin: string; readonly words: readonly string[]; readonly env: string }
  read(path: string): string
  write(path: string, text: string): void
  /** Runs a script with the container's folders where they are here. */
  bash(script: string): { readonly status: number | null; readonly output: string }
  /** Puts the files, prepares and runs; false where something failed. */
  run(recipe: RunRecipe, instruction: string): boolean
}

/** Beds for the tests of a file. */
export function useRecipeBeds(program: string): () => RecipeBed {
  const folders: string[] = []
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })
  return () => {
    const root = mkdtempSync(join(tmpdir(), 'tbcc-recipe-'))
    folders.push(root)
    return createBed(root, program)
  }
}

function createBed(root: string, program: string): RecipeBed {
  const home = join(root, 'home')
  const write = (path: string, text: string, mode = 0o644): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text, { mode })
  }
  const read = (path: string): string => readFileSync(join(root, path), 'utf8')
  mkdirSync(home)
  mkdirSync(join(root, 'tmp'))
  mkdirSync(join(root, 'logs', 'agent'), { recursive: true })
  write(
    `bin/${program}`,
    '#!/bin/sh\ncat > "$OUT/stdin"\nprintf \'%s\\n\' "$@" > "$OUT/words"\nenv > "$OUT/env"\n',
    0o755,
  )
  const bash: RecipeBed['bash'] = (script) => {
    const here = script
      .replaceAll('/installed-agent', `${root}/installed-agent`)
      .replaceAll('/logs/agent', `${root}/logs/agent`)
      .replaceAll(/\/tmp\/(?=tbcc-(?:pi|opencode|private))/g, `${root}/tmp/`)
    const { status, stdout, stderr } = spawnSync('bash', ['-c', here], {
      env: {
        PATH: `${join(root, 'bin')}:/usr/bin:/bin`,
        HOME: home,
        OUT: root,
        TBCC_INSTRUCTION_FILE: join(root, 'installed-agent', 'instruction.md'),
      },
      encoding: 'utf8',
    })
    return { status, output: stdout + stderr }
  }
  return {
    home,
    get seen() {
      return { stdin: read('stdin'), words: read('words').trimEnd().split('\n'), env: read('env') }
    },
    read,
    write,
    bash,
    run({ files = [], privateFiles = {}, prepare = ':', command, env = {} }, instruction) {
      write('installed-agent/instruction.md', instruction)
      for (const { path, content } of files) write(path, String(content))
      for (const [name, text] of Object.entries(privateFiles)) write(`${PRIVATE_FOLDER}/${name}`, text, 0o600)
      const exports = Object.entries(env).map(([name, value]) => `export ${name}='${value}'`)
      const instructed = `IFS= read -r -d '' TBCC_INSTRUCTION < "$TBCC_INSTRUCTION_FILE" || true`
      return bash([...exports, `(${prepare}\n) || exit 1`, instructed, command].join('\n')).status === 0
    },
  }
}
