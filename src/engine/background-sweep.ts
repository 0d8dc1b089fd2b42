import type { BackendName } from '../core/environment/backend.ts'
import { BACKEND_NAMES, type Backends } from './backends.ts'
import { sweep } from './owner-sweep.ts'

/** Removes what dead engines left on backends that nobody waits for: at each start, beside all else. */
export interface BackgroundSweep {
  /** Returns at once; one that cannot be reached, or not be swept now, is swept at a later start. */
  begin(except?: BackendName): void
  /** Nothing more is removed, and no backend is asked for any more. */
  dispose(): void
}

export function createBackgroundSweep(backends: Pick<Backends, 'get'>): BackgroundSweep {
  const ended = new AbortController()
  const underWay = new Set<BackendName>()

  async function sweepOne(name: BackendName): Promise<void> {
    if (underWay.has(name) || ended.signal.aborted) return
    underWay.add(name)
    try {
      await sweep(backends.get(name), { kept: false, signal: ended.signal })
    } finally {
      underWay.delete(name)
    }
  }

  return {
    begin(except) {
      for (const name of BACKEND_NAMES) if (name !== except) sweepOne(name).catch(() => {})
    },
    dispose: () => ended.abort(),
  }
}
