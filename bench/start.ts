import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { fixturesFolder } from '../test/support/machine.ts'
import { alternate, timeMs } from './measure.ts'
import type { BenchRow } from './row.ts'

const ROUNDS = 11
const CLI = resolve(import.meta.dirname, '../dist/cli.js')
const BARE_READER = join(import.meta.dirname, 'bare-reader.mjs')
const VERSION_TARGET_MS = 150

const run = promisify(execFile)

/** How long whole processes take: the bare command, and the list of a real dataset. */
export async function benchStart(): Promise<readonly BenchRow[]> {
  return [await versionRow(), ...(await tasksRow())]
}

async function node(...args: readonly string[]): Promise<number> {
  return timeMs(async () => run(process.execPath, [...args], { maxBuffer: 1 << 26 }))
}

async function versionRow(): Promise<BenchRow> {
  const { ours, baseline } = await alternate(
    ROUNDS,
    async () => node(CLI, '--version'),
    async () => node('--eval', '0'),
  )
  return {
    name: 'tbcc --version',
    baseline: 'node --eval 0',
    baselineValue: baseline,
    ourValue: ours,
    unit: 'ms',
    higherIsBetter: false,
    gate: 2,
    note: `target: ${VERSION_TARGET_MS} ms`,
  }
}

/** The task.toml of the 89 tasks of Terminal-Bench 2 where the fixtures are, with made-up files beside them. */
async function tasksRow(): Promise<readonly BenchRow[]> {
  const source = join(fixturesFolder, 'tb2')
  const names = await readdir(source).catch(() => [])
  if (names.length === 0) return []
  const dataset = await mkdtemp(join(tmpdir(), 'tbcc-bench-'))
  try {
    for (const name of names)
      await fillTask(join(dataset, name), await readFile(join(source, name, 'task.toml'), 'utf8'))
    const { ours, baseline } = await alternate(
      ROUNDS,
      async () => node(CLI, 'tasks', '-p', dataset),
      async () => node(BARE_READER, dataset),
    )
    return [
      {
        name: `tbcc tasks on ${names.length} tasks`,
        baseline: 'a loop that reads and parses the same files',
        baselineValue: baseline,
        ourValue: ours,
        unit: 'ms',
        higherIsBetter: false,
        gate: 1.5,
        note: 'whole processes',
      },
    ]
  } finally {
    await rm(dataset, { recursive: true, force: true })
  }
}

async function fillTask(directory: string, toml: string): Promise<void> {
  for (const folder of ['environment', 'tests', 'solution']) await mkdir(join(directory, folder), { recursive: true })
  const files = {
    'task.toml': toml,
    'instruction.md': 'Do what the tests look for.\n'.repeat(40),
    'environment/Dockerfile': 'FROM debian:bookworm-slim\nWORKDIR /app\n',
    'environment/data.txt': 'data\n',
    'tests/test.sh': '#!/bin/bash\necho 1 > /logs/verifier/reward.txt\n',
    'tests/test_outputs.py': 'def test_nothing():\n    pass\n',
    'solution/solve.sh': '#!/bin/bash\n',
  }
  for (const [path, text] of Object.entries(files)) await writeFile(join(directory, path), text)
}
