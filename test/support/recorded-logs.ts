import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Trajectory } from '../../src/contract/harbor/trajectory.ts'
import type { ConversionTotals, TrajectoryConverter } from '../../src/core/trajectory/convert/converter.ts'
import { toLogFolder } from '../../src/core/trajectory/convert/log-folder.ts'

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

export async function convertRecorded(
  convert: TrajectoryConverter,
  files: RecordedLogs,
  { agent, model }: { readonly agent: string; readonly model: string },
): Promise<Converted> {
  const logs = toLogFolder({
    list: async (folder) =>
      Object.entries(files)
        .filter(([path]) => path.startsWith(`${folder}/`))
        .map(([path, text]) => ({ path, bytes: Buffer.byteLength(text) }))
        .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    readBytes: async function* (path, from) {
      yield new TextEncoder().encode(files[path] ?? '').slice(from)
    },
  })
  const conversion = await convert({ logs, agent: { name: agent, version: null }, model, instruction: 'Do it.' })
  if (conversion === null) return { document: null, totals: null }
  const steps = []
  for await (const step of conversion.steps()) steps.push(step)
  const document: unknown = JSON.parse(JSON.stringify({ ...conversion.head, steps, ...conversion.tail() }))
  return { document: Trajectory.parse(document), totals: conversion.totals() }
}
