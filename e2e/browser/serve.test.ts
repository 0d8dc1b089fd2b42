import type { Locator, Page } from 'playwright'
import { expect, test } from 'vitest'
import { describeOn } from '../../test/support/machine.ts'
import { HISTORY } from '../support/history.ts'
import { trialOf, untilState } from '../support/jobs.ts'
import { openTab, settled, until } from '../support/page.ts'
import { useWorkbench } from '../support/workbench.ts'

const HINT = 'open the URL that tbcc serve printed last'

describeOn(['browser', 'docker'], 'a page of tbcc serve', () => {
  const workbench = useWorkbench({ history: true })

  test('without the token is not let in, says what to do, and waits for it', async () => {
    workbench.expectProblem(/401/)
    let asked: readonly string[] = []
    await workbench.open('/runs', {
      prepare: async (page) => {
        asked = watchSession(page)
        await page.goto(`${workbench.origin()}/`)
        const refused = engineIs(page, 'this page is not let in (was tbcc serve restarted?)')
        await refused.waitFor()
        expect(await refused.textContent()).toContain(HINT)
        await page.getByRole('button', { name: 'try again', exact: true }).click()
        await until(() => asked.length === 2)
        await refused.waitFor()
      },
    })
    // Then in the same tab, of which only the fragment has changed. Nothing was asked again by itself.
    expect(asked.slice(0, 3)).toEqual(['GET 401', 'GET 401', 'POST 204'])
  })

  test('is not let in by an old token, nor is the right one locked out by it', async () => {
    workbench.expectProblem(/401/)
    const old = workbench.url()
    await workbench.restart()
    expect(workbench.url()).not.toBe(old)
    const page = await workbench.open('/runs', {
      prepare: async (opened) => {
        const asked = watchSession(opened)
        await opened.goto(old)
        const refused = engineIs(opened, 'the server did not accept the token of this address')
        await refused.waitFor()
        expect(await refused.textContent()).toContain(HINT)
        expect(opened.url()).not.toContain('token')
        expect(asked).toEqual(['POST 401', 'GET 401'])
      },
    })
    // Where the browser has been let in since, a forgotten address does no harm.
    const forgotten = await page.context().newPage()
    await forgotten.goto(old)
    await engineIs(forgotten, '● engine').waitFor()
    expect(forgotten.url()).toBe(`${workbench.origin()}/#/dashboard`)
  })

  test('that is open when the server is restarted says so, and goes on with the new URL', async () => {
    workbench.expectProblem(/WebSocket|ERR_CONNECTION_REFUSED|401/)
    const page = await workbench.open('/runs')
    await page.evaluate(() => document.body.setAttribute('data-not-reloaded', ''))
    await workbench.restart()
    await engineIs(page, 'this page is not let in').waitFor()
    await page.goto(workbench.url())
    await engineIs(page, '● engine').waitFor()
    expect(page.url()).toBe(`${workbench.origin()}/#/dashboard`)
    // While it is connected, too.
    await page.goto(workbench.url())
    await until(() => page.url() === `${workbench.origin()}/#/dashboard`)
    expect(await page.locator('body[data-not-reloaded]').count()).toBe(1)
  })

  test('is let in together with another tab of its browser', async () => {
    workbench.expectProblem(/WebSocket|ERR_CONNECTION_REFUSED|401/)
    const page = await workbench.open('/runs')
    await workbench.restart()
    await engineIs(page, 'this page is not let in').waitFor()
    const other = await page.context().newPage()
    await other.goto(workbench.url())
    await engineIs(page, '● engine').waitFor()
    expect(page.url()).toBe(`${workbench.origin()}/#/runs`)
  })

  test('copies also where the browser gives it no clipboard, and says where it cannot', async () => {
    const page = await workbench.open(undefined, {
      prepare: async (opened) => {
        await opened.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'clipboard'))
      },
    })
    expect(await page.evaluate(() => 'clipboard' in navigator)).toBe(false)
    const trialName = await trialOf(workbench, HISTORY.oracle, 'incident-report')
    const view = `${workbench.origin()}/#/runs/${HISTORY.oracle}/${trialName}?tab=verifier`
    await page.goto(view)
    await settled(page)
    await page.getByRole('button', { name: 'Copy the link to this view' }).click()
    expect(await copied(page)).toBe(view)

    const sides = `${HISTORY.oracle},${HISTORY.models}`
    await page.goto(`${workbench.origin()}/#/compare?${new URLSearchParams({ sides }).toString()}`)
    await page.getByRole('button', { name: 'Copy as Markdown' }).click()
    await page.getByText('Copied the comparison as Markdown').waitFor()
    expect(await copied(page)).toMatch(/\|.*incident-report.*\|/)

    await page.evaluate(() => Object.assign(document, { execCommand: () => false }))
    await page.getByRole('button', { name: 'Copy as Markdown' }).click()
    await page.getByText('the browser does not let this page copy').waitFor()
  })

  test('asks at the first start whether it may tell of the end, and tells it while nobody looks', async () => {
    const page = await workbench.open(undefined, {
      prepare: async (opened) => {
        await opened.addInitScript(() => {
          // The browser's own would be the system's; what they are given is what counts.
          class Told {
            static permission = 'default'
            static told: string[] = []
            static async requestPermission(): Promise<string> {
              Told.permission = 'granted'
              return Told.permission
            }
            constructor(title: string, { body }: { body: string }) {
              Told.told.push(`${title}: ${body}`)
            }
          }
          Object.assign(window, { Notification: Told })
          document.hasFocus = () => false
        })
      },
    })
    const told = async (): Promise<readonly string[]> =>
      page.evaluate(() => (window.Notification as unknown as { told: string[] }).told)
    await openTab(page, 'Tasks')
    await page.getByLabel('Search tasks').fill('release-tree')
    await page.getByRole('grid', { name: 'Tasks' }).getByText('release-tree').first().click()
    await page.getByRole('button', { name: 'Run this task' }).click()
    const dialog = page.getByRole('dialog', { name: 'New run' })
    await dialog.getByLabel('Job name').fill('told')
    await dialog.getByRole('status').filter({ hasText: '1 trial' }).waitFor()
    expect(await page.evaluate(() => Notification.permission)).toBe('default')
    await dialog.getByRole('button', { name: 'Start 1 trial' }).click()
    await untilState(workbench, 'told', 'completed')
    await until(async () => (await told()).length === 1)
    expect(await told()).toEqual([expect.stringMatching(/^told: /)])
  })
})

function engineIs(page: Page, text: string): Locator {
  return page.getByRole('status').filter({ hasText: text })
}

/** Every question of a page whether it is let in, with its answer. */
function watchSession(page: Page): readonly string[] {
  const asked: string[] = []
  page.on('response', (response) => {
    if (response.url().endsWith('/session')) asked.push(`${response.request().method()} ${response.status()}`)
  })
  return asked
}

/** What was copied last, as another page of the same browser reads it. */
async function copied(page: Page): Promise<string> {
  const reader = await page.context().newPage()
  await reader.goto(new URL('/icon.svg', page.url()).href)
  try {
    return await reader.evaluate(async () => navigator.clipboard.readText())
  } finally {
    await reader.close()
    await page.bringToFront()
  }
}
