import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright'
import { dockerSocket } from '../../test/support/machine.ts'
import { BASE_IMAGE } from '../../test/support/tasks.ts'
import { openBareEngine, type BareEngine } from '../bare-engine.ts'
import { median } from '../measure.ts'
import type { BenchRow } from '../row.ts'
import { serveBareTerminal } from './bare-terminal.ts'
import { launchChromium, openWindow } from './chromium.ts'
import { FLOOD, GO, hashOfFlood } from './printing.ts'
import { startServing, type Serving } from './serving.ts'
import { share } from './share.ts'
import { startTrials, untilEnded } from './trials.ts'
import { watch, type Watched } from './watch.ts'

const ROUNDS = 3
const TRIALS = 8
const FILL_MS = 1500

/**
 * Eight trials of 2 MB/s each, watched with all that one window can have open: a trial's own terminal, and all eight
 * outputs in Shell. Shell is looked at first, then the trial. Beside it a bare page of one terminal, while as many
 * containers print as much into files.
 */
export async function benchLive(): Promise<readonly BenchRow[]> {
  const browser = await launchChromium('live')
  if (browser === null) return []
  const engine = openBareEngine(dockerSocket)
  try {
    const [ours, bare]: [Watched[], Watched[]] = [[], []]
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await watchTrials(browser, engine))
      bare.push(await watchBare(browser, engine))
    }
    return toRows(ours, bare)
  } finally {
    engine.close()
    await browser.close()
  }
}

function toRows(ours: readonly Watched[], bare: readonly Watched[]): readonly BenchRow[] {
  const row = { unit: 'ms', higherIsBetter: false, gate: 1.3 } as const
  const baseline = 'bare xterm page, same data'
  const usual = (of: (watched: Watched) => number) => ({
    baseline,
    baselineValue: median(bare.map(of)),
    ourValue: median(ours.map(of)),
  })
  /** What must never be is not a matter of medians. */
  const worst = (of: (watched: Watched) => readonly number[]) => ({
    baseline,
    baselineValue: Math.max(...bare.flatMap(of)),
    ourValue: Math.max(...ours.flatMap(of)),
  })
  return [
    {
      ...row,
      ...usual(({ frames }) => share(frames, 0.95)),
      name: `${TRIALS} × 2 MB/s watched: 95 % of frames`,
      target: 20,
      note: 'the logs have the hash of what was printed',
      details: [...ours.map(describe('ours')), ...bare.map(describe('bare'))],
    },
    { ...row, ...worst(({ frames }) => frames), name: 'longest frame', target: 100 },
    { ...row, ...worst(({ keys }) => keys), name: 'longest time from a key to the page', target: 100 },
    {
      ...row,
      name: 'memory of the page at the end',
      baseline: 'after 10 s',
      baselineValue: median(ours.map(({ settledMb }) => settledMb)),
      ourValue: median(ours.map(({ endMb }) => endMb)),
      unit: 'MB',
      gate: 1.1,
      note: `bare: ${median(bare.map(({ endMb }) => endMb)).toFixed(0)} MB`,
    },
  ]
}

function describe(who: string): (watched: Watched) => string {
  return ({ frames, keys }) => {
    const over = (ms: number): number => frames.filter((frame) => frame > ms).length
    return `${who}: ${frames.length} frames, ${over(20)} over 20 ms, ${over(100)} over 100 ms; ${keys.length} keys`
  }
}

async function watchTrials(browser: Browser, engine: BareEngine): Promise<Watched> {
  await using serving = await startServing()
  const page = await openWindow(browser)
  await serving.admit(page)
  const trials = await startTrials(serving, FLOOD, TRIALS)
  const [{ ref: first }] = trials
  await openTerminals(page, `${serving.origin}/#/runs/${first.jobName}/${first.trialName}?tab=terminal`)
  const watched = await watch(page, {
    field: page.getByLabel('Find in the terminal').and(page.locator(':visible')),
    async go() {
      await letPrint(
        engine,
        trials.map(({ containerId }) => containerId),
      )
      // Each terminal's memory is filled before anything is measured.
      await openTab(page, 'Runs')
      await sleep(FILL_MS)
      await openTab(page, 'Shell')
    },
    between: async () => openTab(page, 'Runs'),
  })
  await untilEnded(serving, first.jobName)
  await checkLogs(
    serving,
    trials.map(({ ref }) => join(ref.jobName, ref.trialName)),
  )
  await page.context().close()
  return watched
}

/** The terminal of one trial, and in Shell what all of them print: the last one opened is in view. */
async function openTerminals(page: Page, trial: string): Promise<void> {
  await page.goto(trial)
  await page.locator('.xterm-rows').waitFor()
  await openTab(page, 'Shell')
  const list = page.getByRole('button', { name: 'Environments', exact: true })
  for (let trial = 0; trial < TRIALS; trial += 1) {
    if (trial > 0) await list.click()
    await page.getByRole('button', { name: 'Watch' }).nth(trial).click()
  }
  await page.locator('.xterm-rows').nth(TRIALS).waitFor()
}

async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name }).click()
}

async function watchBare(browser: Browser, engine: BareEngine): Promise<Watched> {
  const folder = await mkdtemp(join(tmpdir(), 'tbcc-bench-'))
  const ids = await Promise.all(
    Array.from({ length: TRIALS }, async () =>
      engine.start({ Image: BASE_IMAGE, Cmd: ['sh', '-c', 'sleep infinity'], HostConfig: {} }),
    ),
  )
  try {
    const [shown = '', ...others] = ids
    await using bare = await serveBareTerminal(shown, FLOOD, join(folder, shown))
    const printing = others.map(async (id) => execToFile(id, FLOOD, join(folder, id)))
    const page = await openWindow(browser)
    await page.goto(bare.origin)
    await page.locator('.xterm-rows').waitFor()
    const watched = await watch(page, {
      field: page.getByLabel('Find'),
      go: async () => letPrint(engine, ids),
      between: async () => {},
    })
    await Promise.all(printing)
    await page.context().close()
    return watched
  } finally {
    await Promise.all(ids.map(async (id) => engine.remove(id)))
    await rm(folder, { recursive: true, force: true })
  }
}

async function letPrint(engine: BareEngine, containerIds: readonly string[]): Promise<void> {
  await Promise.all(containerIds.map(async (id) => engine.exec(id, GO)))
}

async function execToFile(id: string, command: string, path: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    const child = spawn('docker', ['exec', id, 'sh', '-c', command], { stdio: ['ignore', file.fd, 'inherit'] })
    await once(child, 'close')
  } finally {
    await file.close()
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
