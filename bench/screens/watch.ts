import { setTimeout as sleep } from 'node:timers/promises'
import type { Locator, Page } from 'playwright'
import { collectGarbage, pageMemoryMb } from './chromium.ts'
import { FLOOD_MS } from './printing.ts'

/** Terminals are opened and filled for the first time meanwhile. */
const START_UP_MS = 1500
const KEYS_EVERY_MS = 250
/** Memory is compared between this moment and the end. */
const SETTLED_MS = 10_000

export interface Watched {
  readonly frames: readonly number[]
  readonly keys: readonly number[]
  /** Memory of the page after `SETTLED_MS`, and at the end. */
  readonly settledMb: number
  readonly endMb: number
}

export interface WatchOptions {
  /** Is typed into. */
  readonly field: Locator
  /** Lets them print. */
  readonly go: () => Promise<void>
  /** What the user does as the second span begins. */
  readonly between: () => Promise<void>
}

/** Looks at a page in two spans, at its memory after each. */
export async function watch(page: Page, { field, go, between }: WatchOptions): Promise<Watched> {
  const begunMs = performance.now()
  await go()
  await field.focus()
  await sleep(START_UP_MS)
  const first = await watchUntil(page, begunMs + SETTLED_MS, async () => {})
  const second = await watchUntil(page, begunMs + FLOOD_MS, async () => {
    await between()
    await field.focus()
  })
  return {
    frames: [...first.frames, ...second.frames],
    keys: [...first.keys, ...second.keys],
    settledMb: first.memoryMb,
    endMb: second.memoryMb,
  }
}

/** Types meanwhile. The memory is what is left when garbage was collected, which no span counts as a frame. */
async function watchUntil(
  page: Page,
  endMs: number,
  act: () => Promise<void>,
): Promise<Pick<Watched, 'frames' | 'keys'> & { readonly memoryMb: number }> {
  await page.evaluate(() => window.probe.start())
  await act()
  while (performance.now() < endMs) {
    await page.keyboard.press('a')
    await sleep(KEYS_EVERY_MS)
  }
  const { frames, keys } = await page.evaluate(() => window.probe.stop())
  await collectGarbage(page)
  return { frames, keys, memoryMb: await pageMemoryMb(page) }
}
