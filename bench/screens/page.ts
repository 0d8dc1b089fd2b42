import type { Browser, Page, Response } from 'playwright'
import { writeJob } from '../../test/support/stored-job.ts'
import { alternate } from '../measure.ts'
import type { BenchRow } from '../row.ts'
import { launchChromium, openWindow } from './chromium.ts'
import type { Shown } from './probe.ts'
import { withNewJob } from './new-job.ts'
import { startServing, type Serving } from './serving.ts'

const ROUNDS = 9
const PAINT_TARGET_MS = 1000
const SCRIPT_LIMIT_KB = 400
const TRIALS = 100
/** The sentence that answers the dashboard's question. */
const USEFUL: readonly Shown[] = [
  { selector: '[data-pane="dashboard"] header', pattern: `of ${TRIALS} trials resolved` },
]

/** How soon the page shows something useful, and what it loads for that. */
export async function benchPage(): Promise<readonly BenchRow[]> {
  const browser = await launchChromium('page')
  if (browser === null) return []
  try {
    await using serving = await startServing(writeTrials)
    return [await paintRow(browser, serving), await scriptRow(browser, serving)]
  } finally {
    await browser.close()
  }
}

async function writeTrials(jobsDir: string): Promise<void> {
  const names = Array.from({ length: TRIALS }, (_, trial) => `task__${trial}`)
  await withNewJob(jobsDir, 'job', async (job) => writeJob(job, 'job', names))
}

/** Both by the same server and window, the files of the page in the browser's cache. */
async function paintRow(browser: Browser, serving: Serving): Promise<BenchRow> {
  const page = await openWindow(browser)
  await serving.admit(page)
  const { ours, baseline } = await alternate(
    ROUNDS,
    async () => shownMs(page, `${serving.origin}/#/dashboard`, USEFUL),
    async () => shownMs(page, `${serving.origin}/no-such-file`, [{ selector: 'body', pattern: 'no such file' }]),
  )
  await page.context().close()
  return {
    name: 'first useful paint, warm cache',
    baseline: 'a line of text by the same server',
    baselineValue: baseline,
    ourValue: ours,
    unit: 'ms',
    higherIsBetter: false,
    gate: 12,
    target: PAINT_TARGET_MS,
  }
}

async function shownMs(page: Page, url: string, what: readonly Shown[]): Promise<number> {
  await page.goto('about:blank')
  await page.goto(url, { waitUntil: 'commit' })
  return untilShown(page, what)
}

async function untilShown(page: Page, what: readonly Shown[]): Promise<number> {
  await page.evaluate((conditions) => window.probe.awaitShown(conditions), what)
  await page.waitForFunction(() => window.probe.shownMs !== null)
  return page.evaluate(() => window.probe.shownMs ?? 0)
}

/** Every script of a first visit until the dashboard is there. */
async function scriptRow(browser: Browser, serving: Serving): Promise<BenchRow> {
  const page = await openWindow(browser)
  const sizes: Promise<readonly [string, number]>[] = []
  page.on('response', (response) => {
    if (new URL(response.url()).pathname.endsWith('.js')) sizes.push(sizeOf(response))
  })
  await serving.admit(page)
  await untilShown(page, USEFUL)
  const loaded = (await Promise.all(sizes)).toSorted(([, a], [, b]) => b - a)
  await page.context().close()
  return {
    name: 'JavaScript of the first screen',
    baseline: 'limit',
    baselineValue: SCRIPT_LIMIT_KB,
    ourValue: loaded.reduce((sum, [, size]) => sum + size, 0) / 1000,
    unit: 'kB',
    higherIsBetter: false,
    gate: 1,
    note: `gzipped, ${loaded.length} files`,
    details: loaded.map(([name, size]) => `${(size / 1000).toFixed(1).padStart(7)} kB  ${name}`),
  }
}

async function sizeOf(response: Response): Promise<readonly [name: string, bytes: number]> {
  const { 'content-length': length, 'content-encoding': encoding } = await response.allHeaders()
  const name = new URL(response.url()).pathname
  if (encoding !== 'gzip') throw new Error(`${name} was not sent gzipped`)
  return [name, Number(length)]
}
