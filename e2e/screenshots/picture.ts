import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { projectRoot } from '../../test/support/engine.ts'
import { settled } from '../support/page.ts'

const FOLDER = join(projectRoot, 'docs', 'screenshots')

/** The screen as it is now in both themes: `<name>-light.png` and `<name>-dark.png`. */
export async function takeBoth(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await settled(page)
    await take(page, `${name}-${colorScheme}`)
  }
}

export async function take(page: Page, name: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true })
  await page.evaluate(async () => document.fonts.ready)
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled', caret: 'hide' })
}
