import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

export interface DefaultTasks {
  readonly path: string
  readonly origin: 'TBCC_TASKS' | 'home' | 'samples'
}

export interface TaskPlaces {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  /** The samples that come with the product. */
  readonly samples: string
}

/** Where tasks are looked for when no path is given: the first of these that exists; null where none does. */
export function findDefaultTasks({ cwd, env, home, samples }: TaskPlaces): DefaultTasks | null {
  const stated = env['TBCC_TASKS'] ?? ''
  const places: DefaultTasks[] = [
    ...(stated === '' ? [] : [{ path: resolve(cwd, stated), origin: 'TBCC_TASKS' as const }]),
    { path: join(home, 'code', 'terminal-bench-2'), origin: 'home' },
    { path: samples, origin: 'samples' },
  ]
  return places.find(({ path }) => existsSync(path)) ?? null
}
