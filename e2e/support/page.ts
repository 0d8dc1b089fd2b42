import type { Locator, Page } from 'playwright'
import { expect } from 'vitest'

/** How long anything is waited for: only what never comes takes as long, however busy the machine is. */
export const PATIENCE_MS = 90_000

/** Waits until something holds that no locator can tell; fails after a while. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  await expect.poll(holds, { timeout: PATIENCE_MS, interval: 100 }).toBe(true)
}

/** The screen that is shown. */
export function pane(page: Page): Locator {
  return page.locator('main:not([hidden])')
}

/** By the sidebar: where that tab was left. */
export async function openPane(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name }).click()
  await until(async () => (await pane(page).getAttribute('data-pane')) === name.toLowerCase())
}

/** By the sidebar, for the first time: its own screen. */
export async function openTab(page: Page, name: string): Promise<void> {
  await openPane(page, name)
  await pane(page).getByRole('heading', { name, level: 1 }).first().waitFor()
}

/** Answers the question that the page asks. */
export async function answer(page: Page, title: RegExp | string, button: string): Promise<void> {
  const dialog = page.getByRole('alertdialog', { name: title })
  await dialog.getByRole('button', { name: button, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}

/** Nothing is being loaded any more in the screen that is shown. */
export async function settled(page: Page): Promise<void> {
  await pane(page).first().waitFor()
  await until(async () => (await page.locator('main:not([hidden]) [aria-busy="true"]').count()) === 0)
}

/** A duration as the screens tell it, such as `agent 1 m 05 s`. */
export function secondsIn(text: string): number {
  const unit = { h: 3600, m: 60, s: 1 }
  return [...text.matchAll(/([\d.]+) ([hms])\b/g)].reduce(
    (sum, [, number, name]) => sum + Number(number) * unit[name as keyof typeof unit],
    0,
  )
}

/** What a terminal shows: rows without what pads them. */
export async function terminalText(place: Locator): Promise<string> {
  const rows = await place.locator('.xterm-rows > div').allInnerTexts()
  return rows
    .map((row) => row.replaceAll('\u00a0', ' ').trimEnd())
    .join('\n')
    .trimEnd()
}

export async function untilTerminal(place: Locator, pattern: RegExp): Promise<void> {
  await expect.poll(async () => terminalText(place), { timeout: PATIENCE_MS, interval: 100 }).toMatch(pattern)
}

/** Whether the page, or what is in it, can be moved sideways as a whole. */
export async function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() =>
    [document.documentElement, document.body, ...document.querySelectorAll('main:not([hidden])')].some(
      (element) => element.scrollWidth > element.clientWidth,
    ),
  )
}
