import type { Container } from '../environment/backend.ts'
import type { TrialRun } from './trial-run.ts'

/**
 * Work shorter than this is over before anybody could watch it: its file is shown from the collected copy, and the
 * trial is spared the extra commands.
 */
const FOLLOW_AFTER_MS = 1000

/**
 * Shows a file below /logs that grows in the container while `work` runs. Harbor redirects solution and tests into
 * files instead of a pipe, and a task can tell the difference, so the file is followed from outside. What is still
 * missing at the end is shown from the collected copy by `completeViews`.
 */
export async function showFile<T>(
  run: TrialRun,
  container: Container,
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  const stop = new AbortController()
  const phase = run.phases.current
  let shown = 0
  let follower: Promise<unknown> = Promise.resolve()
  const timer = setTimeout(() => {
    const request = {
      command: ['tail', '-c', '+1', '-f', path],
      user: 'root',
      signal: stop.signal,
      killGraceMs: 0,
      onOutput: async ({ stream, data }: { stream: string; data: Uint8Array }) => {
        if (stream === 'stderr') return
        shown += data.byteLength
        await run.output.show(data, phase)
      },
    }
    // Only the view suffers when this fails: the file itself is collected afterwards.
    follower = container.exec(request).catch(() => null)
  }, FOLLOW_AFTER_MS)
  run.views.push(async () => {
    for await (const data of run.ports.files.readBytes(path.slice('/logs/'.length), shown))
      await run.output.show(data, phase)
  })
  try {
    return await work()
  } finally {
    clearTimeout(timer)
    stop.abort()
    await follower
  }
}

/** Shows what the followed files got after they were last looked at, once they are collected. */
export async function completeViews(run: TrialRun): Promise<void> {
  for (const complete of run.views.splice(0)) await complete()
}
