import type { Browser, Page } from 'playwright'
import { BASE_IMAGE } from '../../test/support/tasks.ts'
import { dockerSocket } from '../../test/support/machine.ts'
import { openBareEngine, type BareEngine } from '../bare-engine.ts'
import { median } from '../measure.ts'
import type { BenchRow } from '../row.ts'
import { serveBareTerminal } from './bare-terminal.ts'
import { launchChromium, openWindow } from './chromium.ts'
import { GO, STAMPS } from './printing.ts'
import { share } from './share.ts'
import { startServing } from './serving.ts'
import { startTrials, untilEnded } from './trials.ts'

const MEDIAN_TARGET_MS = 60
const P95_TARGET_MS = 150
/** The first lines find a terminal that is being set up. */
const WARM_UP_LINES = 40

/** From a line being printed in a container to the frame that shows it, in the trial's own screen. */
export async function benchLatency(): Promise<readonly BenchRow[]> {
  const browser = await launchChromium('latency')
  if (browser === null) return []
  const engine = openBareEngine(dockerSocket)
  try {
    const ours = await stampsOfTrial(browser, engine)
    const bare = await stampsOfBare(browser, engine)
    const row = { baseline: 'docker exec to a bare xterm page', unit: 'ms', higherIsBetter: false, gate: 1.3 }
    return [
      {
        ...row,
        name: 'container output to pixels, median',
        baselineValue: median(bare),
        ourValue: median(ours),
        target: MEDIAN_TARGET_MS,
        note: `${ours.length} lines, 20 a second`,
      },
      {
        ...row,
        name: 'container output to pixels, 95 %',
        baselineValue: share(bare, 0.95),
        ourValue: share(ours, 0.95),
        target: P95_TARGET_MS,
      },
    ]
  } finally {
    engine.close()
    await browser.close()
  }
}

async function stampsOfTrial(browser: Browser, engine: BareEngine): Promise<readonly number[]> {
  await using serving = await startServing()
  const page = await openWindow(browser)
  await serving.admit(page)
  const [trial] = await startTrials(serving, STAMPS, 1)
  const { jobName, trialName } = trial.ref
  await page.goto(`${serving.origin}/#/runs/${jobName}/${trialName}?tab=terminal`)
  const stamps = await readStamps(page, async () => engine.exec(trial.containerId, GO))
  await untilEnded(serving, jobName)
  return stamps
}

async function stampsOfBare(browser: Browser, engine: BareEngine): Promise<readonly number[]> {
  const id = await engine.start({ Image: BASE_IMAGE, Cmd: ['sh', '-c', 'sleep infinity'], HostConfig: {} })
  try {
    await using bare = await serveBareTerminal(id, STAMPS, '/dev/null')
    const page = await openWindow(browser)
    await page.goto(bare.origin)
    return await readStamps(page, async () => engine.exec(id, GO))
  } finally {
    await engine.remove(id)
  }
}

async function readStamps(page: Page, go: () => Promise<unknown>): Promise<readonly number[]> {
  await page.locator('.xterm-rows').first().waitFor()
  await page.evaluate(() => window.probe.watchStamps('.xterm-rows'))
  await go()
  await page.waitForFunction((lines) => window.probe.stamps.length >= lines, 300, { timeout: 60_000 })
  const stamps = await page.evaluate(() => window.probe.stamps)
  await page.context().close()
  return stamps.slice(WARM_UP_LINES)
}
