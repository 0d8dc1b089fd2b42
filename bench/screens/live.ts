import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright'
import { dockerSocket } from '../../test/support/machine.ts'
import { BASE_IMAGE } from '../../test/support/tasks.ts'
import { openBareEngine, type BareEngine } from '../bare-engine.ts'
import type { BenchRow } from '../row.ts'
import { serveBareTerminal } from './bare-terminal.ts'
import { launchChromium, openWindow, pageMemoryMb } from './chromium.ts'
import { FLOOD, FLOOD_MS, GO, hashOfFlood } from './printing.ts'
import { startServing, type Serving } from './serving.ts'
import { share } from './share.ts'
import { startTrials, untilEnded } from './trials.ts'

const TRIALS = 8
/** Terminals are opened and filled for the first time meanwhile. */
const START_UP_MS = 1500
const KEYS_EVERY_MS = 250
/** Memory is compared between these moments and the end. */
const SETTLED_MS = 10_000

interface Watched {
  readonly frames: readonly number[]
  readonly keys: readonly number[]
  /** Least memory of the page just after `SETTLED_MS`, and at the end. */
  readonly settledMb: number
  readonly endMb: number
}

/**
 * Eight trials of 2 MB/s each, watched as far as our screens let a person: one window with the job's page and all eight
 * outputs open in Shell, one of them in view. Beside it a bare page with one terminal in view, while as many containers
 * print as much.
 */
export async function benchLive(): Promise<readonly BenchRow[]> {
  const browser = await launchChromium('live')
  if (browser === null) return []
  const engine = openBareEngine(dockerSocket)
  try {
    const ours = await watchTrials(browser, engine)
    const bare = await watchBare(browser, engine)
    return toRows(ours, bare)
  } finally {
    engine.close()
    await browser.close()
  }
}

function toRows(ours: Watched, bare: Watched): readonly BenchRow[] {
  const row = { baseline: 'bare xterm page, same data', unit: 'ms', higherIsBetter: false, gate: 1.3 } as const
  return [
    {
      ...row,
      name: `${TRIALS} × 2 MB/s watched: 95 % of frames`,
      baselineValue: share(bare.frames, 0.95),
      ourValue: share(ours.frames, 0.95),
      target: 20,
      note: `${ours.frames.length} frames, bare ${bare.frames.length}; the logs have the hash of what was printed`,
    },
    {
      ...row,
      name: 'longest frame',
      baselineValue: Math.max(...bare.frames),
      ourValue: Math.max(...ours.frames),
      target: 100,
    },
    {
      ...row,
      name: 'a key reaches the page, longest',
      baselineValue: Math.max(...bare.keys),
      ourValue: Math.max(...ours.keys),
      target: 100,
      note: `${ours.keys.length} keys`,
    },
    {
      ...row,
      name: 'memory of the page at the end',
      baseline: 'after 10 s',
      baselineValue: ours.settledMb,
      ourValue: ours.endMb,
      unit: 'MB',
      gate: 1.1,
      note: `bare: ${bare.settledMb.toFixed(0)}, ${bare.endMb.toFixed(0)} MB`,
    },
  ]
}

async function watchTrials(browser: Browser, engine: BareEngine): Promise<Watched> {
  await using serving = await startServing()
  const page = await openWindow(browser)
  await serving.admit(page)
  const trials = await startTrials(serving, FLOOD, TRIALS)
  const jobName = trials[0]?.ref.jobName ?? ''
  await openOutputs(page, serving.origin, jobName)
  const find = page.getByLabel('Find in the terminal').and(page.locator(':visible'))
  const watched = await watch(page, find, async () => {
    await Promise.all(trials.map(async ({ containerId }) => engine.exec(containerId, GO)))
  })
  await untilEnded(serving, jobName)
  await checkLogs(serving, trials.map(({ ref }) => join(ref.jobName, ref.trialName)))
  await page.context().close()
  return watched
}

/** The job's page first: it goes on in its tab while Shell is looked at. */
async function openOutputs(page: Page, origin: string, jobName: string): Promise<void> {
  await page.goto(`${origin}/#/runs/${jobName}`)
  await page.locator('[data-pane="runs"] h1').waitFor()
  await page.goto(`${origin}/#/shell`)
  for (let trial = 0; trial < TRIALS; trial += 1) {
    await page.getByRole('button', { name: 'Environments', exact: true }).or(page.getByRole('heading', { name: 'Environments' })).first().click()
    await page.getByRole('button', { name: 'Watch' }).nth(trial).click()
  }
  await page.locator('.xterm-rows').nth(TRIALS - 1).waitFor()
}

async function watchBare(browser: Browser, engine: BareEngine): Promise<Watched> {
  const ids = await Promise.all(
    Array.from({ length: TRIALS }, async () =>
      engine.start({ Image: BASE_IMAGE, Cmd: ['sh', '-c', 'sleep infinity'], HostConfig: {} }),
    ),
  )
  try {
    const [shown = '', ...others] = ids
    await using bare = await serveBareTerminal(shown, FLOOD)
    const printing = others.map(async (id) => engine.exec(id, ['sh', '-c', `${FLOOD} > /tmp/printed`]))
    const page = await openWindow(browser)
    await page.goto(bare.origin)
    await page.locator('.xterm-rows').waitFor()
    const watched = await watch(page, page.getByLabel('Find'), async () => {
      await Promise.all(ids.map(async (id) => engine.exec(id, GO)))
    })
    await Promise.all(printing)
    await page.context().close()
    return watched
  } finally {
    await Promise.all(ids.map(async (id) => engine.remove(id)))
  }
}

/** Lets them print, types meanwhile, and looks at the page's memory. */
async function watch(page: Page, field: ReturnType<Page['locator']>, go: () => Promise<void>): Promise<Watched> {
  await go()
  const begunMs = performance.now()
  await field.focus()
  await sleep(START_UP_MS)
  await page.evaluate(() => window.probe.start())
  const memory: { readonly atMs: number; readonly mb: number }[] = []
  while (performance.now() - begunMs < FLOOD_MS) {
    await page.keyboard.press('a')
    memory.push({ atMs: performance.now() - begunMs, mb: await pageMemoryMb(page) })
    await sleep(KEYS_EVERY_MS)
  }
  const { frames, keys } = await page.evaluate(() => ({ frames: window.probe.frames, keys: window.probe.keys }))
  const least = (fromMs: number, toMs: number): number =>
    Math.min(...memory.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).map(({ mb }) => mb))
  return {
    frames,
    keys,
    settledMb: least(SETTLED_MS, SETTLED_MS + 3000),
    endMb: least(FLOOD_MS - 3000, FLOOD_MS + 3000),
  }
}

async function checkLogs({ jobsDir }: Serving, trials: readonly string[]): Promise<void> {
  const expected = hashOfFlood()
  for (const trial of trials) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(jobsDir, trial, 'tbcc.output.log')), hash)
    const found = hash.digest('hex')
    if (found !== expected) throw new Error(`the log of ${trial} is not what was printed`)
  }
}
