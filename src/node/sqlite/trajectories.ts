import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { Step } from '../../contract/api/trials.ts'
import { readTrajectorySteps, type TrajectorySteps } from '../../core/steps/from-trajectory.ts'
import { createTrajectoryPages, type TrajectoryPage, type TrajectoryQuery } from '../../core/steps/trajectory-page.ts'
import { TRAJECTORY_FILE } from '../read/layout.ts'
import { readTextBelow } from '../read/safe-read.ts'

/** A page of a trial's own trajectory; null: there is none that can be used, and `issue` says why, if there is one. */
export interface FoundTrajectory {
  readonly page: TrajectoryPage | null
  readonly issue: string | null
}

/** Trajectories of trials. In the worker: a large one takes a second to parse, in which the engine goes on. */
export interface Trajectories {
  page(stream: string, query: TrajectoryQuery): FoundTrajectory
  /** Null as above. */
  steps(stream: string, indices: readonly number[]): readonly Step[] | null
}

/** A larger document is not parsed. */
const MAX_BYTES = 64 * 1024 ** 2
/** So much is held, the newest in any case. */
const MAX_HELD_BYTES = 96 * 1024 ** 2
const MAX_HELD = 8

interface Held {
  readonly stamp: string
  readonly bytes: number
  readonly document: TrajectorySteps | null
  readonly page: ((query: TrajectoryQuery) => TrajectoryPage) | null
  readonly issue: string | null
}

export function createTrajectories(jobsDir: string): Trajectories {
  const held = new Map<string, Held>()

  function read(stream: string): Held | null {
    const directory = join(jobsDir, stream)
    const stats = lstatSync(join(directory, TRAJECTORY_FILE), { bigint: true, throwIfNoEntry: false })
    if (stats === undefined) return null
    const stamp = `${stats.ino}:${stats.size}:${stats.mtimeNs}`
    const known = held.get(stream)
    if (known?.stamp === stamp) return known
    const fresh = { stamp, bytes: Number(stats.size), ...parse(directory, Number(stats.size), stats.isFile()) }
    held.delete(stream)
    held.set(stream, fresh)
    forgetOldest(held)
    return fresh
  }

  return {
    page(stream, query) {
      const found = read(stream)
      return { page: found?.page?.(query) ?? null, issue: found?.issue ?? null }
    },
    steps(stream, indices) {
      const document = read(stream)?.document ?? null
      if (document === null) return null
      return indices.flatMap((index) => (index >= 0 && index < document.length ? [document.step(index)] : []))
    },
  }
}

function parse(directory: string, bytes: number, isFile: boolean): Pick<Held, 'document' | 'page' | 'issue'> {
  const unusable = (why: string): Pick<Held, 'document' | 'page' | 'issue'> => {
    return { document: null, page: null, issue: `${TRAJECTORY_FILE} ${why}: the trial's events tell its steps` }
  }
  if (!isFile) return unusable('is no regular file')
  if (bytes > MAX_BYTES) return unusable(`is larger than ${MAX_BYTES / 1024 ** 2} MiB`)
  const text = readTextBelow(directory, TRAJECTORY_FILE.split('/'), MAX_BYTES)
  const document = text === null ? null : readTrajectorySteps(text)
  if (document === null) return unusable('cannot be read as a trajectory')
  return { document, page: createTrajectoryPages(document), issue: null }
}

function forgetOldest(held: Map<string, Held>): void {
  const total = (): number =>
    [...held.values()].reduce((sum, { document, bytes }) => sum + (document === null ? 0 : bytes), 0)
  for (const oldest of [...held.keys()].slice(0, -1)) {
    if (held.size <= MAX_HELD && total() <= MAX_HELD_BYTES) return
    held.delete(oldest)
  }
}
