import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright'
import type { BenchRow } from '../row.ts'
import { launchChromium, openWindow, pageMemoryMb } from './chromium.ts'
import { LARGE, writeLargeTrial } from './large-trial.ts'
import { startServing, type Serving } from './serving.ts'

const ROUNDS = 3
const OPEN_TARGET_MS = 1000
const BLANK_TARGET_MS = 100
const MEMORY_LIMIT_MB = 300
const LIST = '[role="listbox"][aria-label="Steps"]'
const TURNS_OF_THE_WHEEL = 60
const JUMPS = 12

interface Visit {
  readonly openedMs: number
  readonly longestBlankMs: number
  readonly memoryMb: number
}

/** A trial of 340,000 events and 1 GB of output: opened from a link in the page, scrolled, and its terminal looked at. */
export async function benchLarge(): Promise<readonly BenchRow[]> {
  const browser = await launchChromium('large')
  if (browser === null) return []
  try {
    await using serving = await startServing(writeLargeTrial)
    await untilIndexed(serving)
    const visits: Visit[] = []
    for (let round = 0; round < ROUNDS; round += 1) visits.push(await visit(browser, serving))
    const row = { baseline: 'the target', unit: 'ms', higherIsBetter: false, gate: 1 } as const
    return [
      {
        ...row,
        name: 'a trial of 340,000 events opens to its steps',
        baselineValue: OPEN_TARGET_MS,
        ourValue: Math.max(...visits.map(({ openedMs }) => openedMs)),
        note: `the slowest of ${ROUNDS}; the first time ${visits[0]?.openedMs.toFixed(0)} ms`,
      },
      {
        ...row,
        name: 'longest blank while it scrolls',
        baselineValue: BLANK_TARGET_MS,
        ourValue: Math.max(...visits.map(({ longestBlankMs }) => longestBlankMs)),
      },
      {
        ...row,
        name: 'most memory of its page',
        baseline: 'limit',
        unit: 'MB',
        baselineValue: MEMORY_LIMIT_MB,
        ourValue: Math.max(...visits.map(({ memoryMb }) => memoryMb)),
        note: '1 GB of output',
      },
    ]
  } finally {
    await browser.close()
  }
}

async function untilIndexed({ client }: Serving): Promise<void> {
  for (;;) {
    const { trials } = await client.call('trials.query', { filter: { jobNames: [LARGE.jobName] } })
    if (trials[0]?.state === 'finished') return
    await sleep(250)
  }
}

async function visit(browser: Browser, serving: Serving): Promise<Visit> {
  const page = await openWindow(browser)
  try {
    await serving.admit(page)
    const path = `#/runs/${LARGE.jobName}/${LARGE.trialName}`
    const openedMs = await open(page, path)
    const memory = [await pageMemoryMb(page)]
    await page.evaluate((list) => window.probe.watchBlanks(list, '[aria-label="Loading"]'), LIST)
    await scroll(page, async () => memory.push(await pageMemoryMb(page)))
    const longestBlankMs = await page.evaluate(() => window.probe.longestBlank())
    await page.evaluate((to) => {
      location.hash = to
    }, `${path}?tab=terminal`)
    await page.locator('.xterm-rows').filter({ hasText: 'output' }).and(page.locator(':visible')).waitFor()
    memory.push(await pageMemoryMb(page))
    return { openedMs, longestBlankMs, memoryMb: Math.max(...memory) }
  } finally {
    await page.context().close()
  }
}

/** From the link to the frame that shows the first steps. */
async function open(page: Page, path: string): Promise<number> {
  const fromMs = await page.evaluate(
    ({ to, selector }) => {
      const now = performance.now()
      window.probe.awaitShown([{ selector: `${selector} [role="option"]`, pattern: 'Turn 1:' }])
      location.hash = to
      return now
    },
    { to: path, selector: LIST },
  )
  await page.waitForFunction(() => window.probe.shownMs !== null)
  return page.evaluate((from) => (window.probe.shownMs ?? 0) - from, fromMs)
}

/** By the wheel, by the scroll bar to far places, and to the end. */
async function scroll(page: Page, look: () => Promise<unknown>): Promise<void> {
  const list = page.locator(LIST)
  await list.hover()
  for (let turn = 0; turn < TURNS_OF_THE_WHEEL; turn += 1) {
    await page.mouse.wheel(0, 600)
    await sleep(30)
  }
  await look()
  for (let jump = 1; jump <= JUMPS; jump += 1) {
    await list.evaluate(
      (element, share) => {
        element.scrollTop = element.scrollHeight * share
      },
      ((jump * 7) % JUMPS) / JUMPS,
    )
    await sleep(300)
  }
  await list.press('End')
  await sleep(500)
  await look()
}
