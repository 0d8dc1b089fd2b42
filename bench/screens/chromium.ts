import { readFile } from 'node:fs/promises'
import { chromium, type Browser, type Page } from 'playwright'
import { chromiumPath } from '../../test/support/machine.ts'
import { installProbe } from './probe.ts'

/**
 * Without a graphics card, which a browser on a server imitates slowly: all terminals, ours and bare ones, are drawn by
 * xterm's own elements.
 */
const ARGS = ['--disable-3d-apis']

/** Null, and said so, where this machine has no Chromium. */
export async function launchChromium(group: string): Promise<Browser | null> {
  if (chromiumPath === null) {
    console.error(`${group} is left out: no Chromium or Chrome was found; name one with TBCC_CHROMIUM`)
    return null
  }
  // Root may not use Chromium's own sandbox.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath: chromiumPath, args: [...ARGS, ...sandbox] })
}

/** A window of its own profile, with the probe in it. */
export async function openWindow(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  await context.addInitScript(installProbe)
  return context.newPage()
}

/** What the page's process has allocated; where that cannot be read, its JavaScript heap alone. */
export async function pageMemoryMb(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  try {
    const { metrics } = await session.send('Performance.getMetrics')
    const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0
    return (await processMemoryMb(page)) ?? heap / 1e6
  } finally {
    await session.detach()
  }
}

/** Collects what nothing refers to any more. */
export async function collectGarbage(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  await session.detach()
}

/** The largest process of a renderer, without what is shared with the browser's files. */
async function processMemoryMb(page: Page): Promise<number | null> {
  const session = await page.context().browser()?.newBrowserCDPSession()
  if (session === undefined) return null
  try {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo')
    const pids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
    const texts = await Promise.all(pids.map(async (pid) => readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')))
    const sizes = texts.flatMap((text) => /^RssAnon:\s+(\d+) kB$/m.exec(text)?.[1] ?? []).map(Number)
    return sizes.length === 0 ? null : (Math.max(...sizes) * 1024) / 1e6
  } finally {
    await session.detach()
  }
}
