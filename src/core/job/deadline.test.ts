import { describe, expect, it } from 'vitest'
import { AppError } from '../../contract/errors.ts'
import { withDeadline } from './deadline.ts'

const never = new AbortController().signal
const onTimeout = (seconds: number): Error => new Error(`timed out after ${seconds}`)
const untilAborted = async (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true }),
  )

describe('withDeadline', () => {
  it('returns the value of work that is done in time', async () => {
    await expect(withDeadline({ timeoutMs: 60_000, signal: never, onTimeout }, async () => 7)).resolves.toBe(7)
  })

  it('tells work to stop, waits for it to wind down, and reports the timeout', async () => {
    const steps: string[] = []
    const run = withDeadline({ timeoutMs: 10, signal: never, onTimeout }, async (signal) => {
      await untilAborted(signal)
      steps.push('wound down')
    })
    await expect(run).rejects.toThrow('timed out after 0.01')
    expect(steps).toEqual(['wound down'])
  })

  it('hands what work then ended with to the error of the timeout', async () => {
    const cut = new Error('cut off in the third step')
    const told = (_seconds: number, thrown: unknown): Error => new Error('timed out', { cause: thrown })
    const run = withDeadline({ timeoutMs: 10, signal: never, onTimeout: told }, async (signal) => {
      await untilAborted(signal)
      throw cut
    })
    await expect(run).rejects.toMatchObject({ message: 'timed out', cause: cut })
  })

  it('reports a cancellation as such, also when work throws because of it', async () => {
    const cancel = new AbortController()
    const run = withDeadline({ timeoutMs: 60_000, signal: cancel.signal, onTimeout }, async (signal) => {
      await untilAborted(signal)
      throw new Error('interrupted')
    })
    cancel.abort()
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('has no timeout to tell of where the environment was gone before, or a cancellation came', async () => {
    const gone = new AppError('environment-gone', 'gone')
    await expect(
      withDeadline({ timeoutMs: 60_000, signal: never, onTimeout }, async () => Promise.reject(gone)),
    ).rejects.toBe(gone)
    const cancel = new AbortController()
    const run = withDeadline({ timeoutMs: 60_000, signal: cancel.signal, onTimeout }, async (signal) => {
      await untilAborted(signal)
      throw gone
    })
    cancel.abort()
    await expect(run).rejects.toMatchObject({ code: 'cancelled', cause: gone })
  })

  it('does not start work that is cancelled already', async () => {
    let started = false
    const run = withDeadline({ timeoutMs: null, signal: AbortSignal.abort(), onTimeout }, async () => {
      started = true
    })
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
    expect(started).toBe(false)
  })

  it('gives up on work that does not wind down', async () => {
    const run = withDeadline(
      { timeoutMs: 5, windDownMs: 5, signal: never, onTimeout },
      async () => new Promise<void>(() => {}),
    )
    await expect(run).rejects.toMatchObject({ code: 'environment-gone', cause: { message: 'timed out after 0.005' } })
  })

  it('keeps a vanished environment apart from a timeout', async () => {
    const run = withDeadline({ timeoutMs: 5, signal: never, onTimeout }, async (signal) => {
      await untilAborted(signal)
      throw new AppError('environment-gone', 'gone')
    })
    await expect(run).rejects.toMatchObject({ code: 'environment-gone', cause: { message: 'timed out after 0.005' } })
  })
})
