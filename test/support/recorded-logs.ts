import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { Trajectory } from '../../src/contract/harbor/trajectory.ts'
import type { ConversionTotals, LogFolder, TrajectoryConverter } from '../../src/core/trajectory/convert/converter.ts'
import { toLogFolder } from '../../src/core/trajectory/convert/log-folder.ts'
import { validateTrajectory } from '../../src/core/trajectory/validate.ts'

/** Logs of a trial by their paths below its folder. */
export type RecordedLogs = Readonly<Record<string, string>>

/** What a CLI left of a run that was recorded. */
export function recordedLogs(agent: string, name: string): RecordedLogs {
  const root = fileURLToPath(new URL(`../fixtures/${agent}/${name}/`, import.meta.url))
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = entries.map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length).replaceAll('\\', '/'))
  const logs = paths.map((path) => path.replace(/^\//, '')).filter((path) => path.startsWith('agent/'))
  return Object.fromEntries(logs.map((path) => [path, readFileSync(`${root}/${path}`, 'utf8')]))
}

/** The lines that a CLI printed in a run that was recorded. */
export function recordedLines(agent: string, name: string, file = `${agent}.txt`): readonly string[] {
  const path = new URL(`../fixtures/${agent}/${name}/agent/${file}`, import.meta.url)
  return readFileSync(path, 'utf8').replace(/\n$/, '').split('\n')
}

/** What Harbor's own converter made of the same logs. */
export function harborTrajectory(agent: string, name: string): unknown {
  const path = new URL(`../fixtures/${agent}/${name}/harbor-trajectory.json`, import.meta.url)
  return JSON.parse(readFileSync(path, 'utf8'))
}

export interface Converted {
  /** As it stands in the file; null: nothing was converted. */
  readonly document: Trajectory | null
  readonly totals: ConversionTotals | null
}

/** Logs by their paths: a text, or its lines. */
export type GivenLogs = Readonly<Record<string, string | readonly string[]>>

export interface ConversionOf {
  readonly agent: string
  readonly version?: string
  readonly model: string | null
  readonly instruction?: string
  /** Whether it may come to no step at all, of which no file is made. */
  readonly mayBeEmpty?: boolean
}

/** Of logs that nothing can be made of. */
export const NOTHING_CONVERTED: Converted = { document: null, totals: null }

/** What a converter makes of logs, as it stands in the file; fails where that is no valid trajectory. */
export async function convertRecorded(
  convert: TrajectoryConverter,
  files: GivenLogs,
  { agent, version, model, instruction = 'Do it.', mayBeEmpty = false }: ConversionOf,
): Promise<Converted> {
  const about = { agent: { name: agent, version: version ?? null }, model, instruction }
  const conversion = await convert({ ...about, logs: folderOf(files) })
  if (conversion === null) return NOTHING_CONVERTED
  const steps = []
  for await (const step of conversion.steps()) steps.push(step)
  if (mayBeEmpty && steps.length === 0) return { document: null, totals: conversion.totals() }
  // What is undefined is not in the file.
  const document: unknown = JSON.parse(JSON.stringify({ ...conversion.head, steps, ...conversion.tail() }))
  expect(validateTrajectory(document).errors).toEqual([])
  return { document: Trajectory.parse(document), totals: conversion.totals() }
}

/** The same of logs that something must be made of. */
export async function mustConvert(
  convert: TrajectoryConverter,
  files: GivenLogs,
  of: ConversionOf,
): Promise<{ readonly document: Trajectory; readonly totals: ConversionTotals }> {
  const { document, totals } = await convertRecorded(convert, files, of)
  if (document === null || totals === null) throw new Error('nothing was converted')
  return { document, totals }
}

function folderOf(files: GivenLogs): LogFolder {
  const bytesOf = (path: string): Uint8Array => {
    const file = files[path] ?? ''
    return new TextEncoder().encode(typeof file === 'string' ? file : file.join('\n'))
  }
  return toLogFolder({
    list: async (folder) =>
      Object.keys(files)
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => ({ path, bytes: bytesOf(path).length }))
        .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    async *readBytes(path, from) {
      const bytes = bytesOf(path).subarray(from)
      const size = Math.max(SMALL_PIECE_BYTES, Math.ceil(bytes.length / MAX_PIECES))
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    },
  })
}

/** Cuts most lines in two; what is very long comes in larger pieces. */
const SMALL_PIECE_BYTES = 100
const MAX_PIECES = 1_000
