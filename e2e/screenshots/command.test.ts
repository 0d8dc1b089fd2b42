import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import type { Terminal as XtermTerminal } from '@xterm/xterm'
import type { Browser, Page } from 'playwright'
import { CLI, start } from '../../test/support/child.ts'
import { plainEnv, projectRoot } from '../../test/support/engine.ts'
import { describeOn } from '../../test/support/machine.ts'
import { launchBrowser } from '../support/browser.ts'
import { SAMPLES } from '../support/samples.ts'
import { useWorkbench } from '../support/workbench.ts'
import { take } from './picture.ts'

const SIZE = { columns: 112, rows: 32 }
const PACKAGES = join(projectRoot, 'node_modules')

describeOn(['browser', 'docker'], 'pictures of the command', () => {
  const workbench = useWorkbench()
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(async () => browser.close())

  test('a run while it runs, and its end', async () => {
    const chunks = await recordRun(workbench.folder)
    const page = await openTerminal(browser)
    // In the middle: six have ended, and the lines of those that run are drawn.
    await show(page, chunks.slice(0, momentOf(chunks, 6)).join(''))
    await take(page, 'cli-run')
    await show(page, chunks.join(''))
    await take(page, 'cli-result')
  })
})

/** What the command writes to a terminal, piece by piece. */
async function recordRun(folder: string): Promise<readonly string[]> {
  const run = [
    'run',
    '-p',
    SAMPLES,
    '-a',
    'oracle',
    '-x',
    '*lost-git*',
    '-x',
    '*ring-tail*',
    '-n',
    '3',
    '-y',
    '--job-name',
    'samples-oracle',
  ]
  const command = [process.execPath, CLI, ...run].map((word) => `'${word}'`).join(' ')
  const args = ['-q', '-e', '-c', `stty cols ${SIZE.columns} rows ${SIZE.rows}; exec ${command}`, '/dev/null']
  const env = { ...plainEnv, HOME: folder, TERM: 'xterm-256color', SHELL: '/bin/bash', LANG: 'C.UTF-8' }
  await using child = start('script', args, { cwd: folder, env })
  const chunks: string[] = []
  child.process.stdout?.on('data', (text: string) => chunks.push(text))
  const { code } = await child.ended
  if (code !== 0) throw new Error(`tbcc run ended with ${code}:\n${chunks.join('').slice(-2000)}`)
  return chunks
}

/** How many pieces there are until so many trials have ended, and their lines have been drawn again. */
function momentOf(chunks: readonly string[], ended: number): number {
  const at = chunks.findIndex(
    (_, index) =>
      chunks
        .slice(0, index + 1)
        .join('')
        .split('✔').length > ended,
  )
  return Math.min(chunks.length, at + 6)
}

/** A page that is a terminal and no more. */
async function openTerminal(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 900, height: 600 }, deviceScaleFactor: 1.5 })
  const font = await readFile(
    join(PACKAGES, '@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2'),
  )
  await page.setContent(`<style>
    @font-face { font-family: Mono; src: url(data:font/woff2;base64,${font.toString('base64')}) }
    body { margin: 0; background: #1a1a1c; padding: 14px; width: max-content } .xterm-viewport { overflow: hidden !important }
  </style><div id="terminal"></div>`)
  await page.addStyleTag({ path: join(PACKAGES, '@xterm/xterm/css/xterm.css') })
  await page.addScriptTag({ path: join(PACKAGES, '@xterm/xterm/lib/xterm.js') })
  await page.evaluate(async () => document.fonts.load('13px Mono'))
  return page
}

async function show(page: Page, text: string): Promise<void> {
  const size = await page.evaluate(
    async ({ text, columns, rows }) => {
      const place = document.querySelector<HTMLElement>('#terminal')
      if (place === null) throw new Error('no place')
      place.replaceChildren()
      const { Terminal } = globalThis as unknown as { Terminal: typeof XtermTerminal }
      const theme = {
        background: '#1a1a1c',
        foreground: '#e6e6e6',
        green: '#4cc38a',
        red: '#ff8078',
        yellow: '#e2b33f',
        cyan: '#5cc8dc',
        brightBlack: '#8a8a90',
      }
      const terminal = new Terminal({
        cols: columns,
        rows,
        fontFamily: 'Mono, monospace',
        fontSize: 13,
        theme,
        cursorInactiveStyle: 'none',
        scrollback: 0,
      })
      terminal.open(place)
      await new Promise<void>((resolve) => terminal.write(text, resolve))
      const { buffer } = terminal
      let last = 0
      for (let row = 0; row < rows; row += 1) if (buffer.active.getLine(row)?.translateToString(true) !== '') last = row
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      const { width, height } = (place.querySelector('.xterm-screen') ?? place).getBoundingClientRect()
      // As much as is written on, and the frame.
      return { width: Math.ceil(width) + 28, height: Math.ceil((height / rows) * (last + 1)) + 28 }
    },
    { text, ...SIZE },
  )
  await page.setViewportSize(size)
}
