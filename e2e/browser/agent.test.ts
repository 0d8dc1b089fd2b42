import type { Locator } from 'playwright'
import { expect, test } from 'vitest'
import { describeOn } from '../../test/support/machine.ts'
import { line, standInTask } from '../../test/support/stand-in.ts'
import { letGoOn, trialsOf } from '../support/jobs.ts'
import { pane, until, untilTerminal } from '../support/page.ts'
import { useWorkbench } from '../support/workbench.ts'

const turn = (number: number): string[] => [
  line.text(`m${number}`, `Turn ${number}: I go on.`),
  line.call(`m${number}`, `c${number}`, `echo ${number} >> /app/log`),
]
/** What a subagent says that the first turn called: more than one page of steps, in the trajectory one. */
const HELP = Array.from({ length: 110 }, (_, index) =>
  line.say({
    type: 'assistant',
    parent_tool_use_id: 'c1',
    message: {
      id: 'h1',
      role: 'assistant',
      model: 'm-1',
      content: [{ type: 'text', text: `I help, part ${index + 1}.` }],
      usage: { input_tokens: 5, output_tokens: 1 },
    },
  }),
)
/** It stays in its second turn until it is let go on. */
const SCRIPT = [
  line.init(),
  ...turn(1),
  ...HELP,
  line.returned('c1', 'written'),
  ...turn(2),
  'until [ -e /tmp/go-on ]; do sleep 0.2; done',
  line.returned('c2', 'written'),
  'echo yes > /app/done',
  line.text('m3', 'Done.'),
  line.result({ num_turns: 3 }),
].join('\n')

describeOn(['browser', 'docker'], 'an installed agent on screen', () => {
  const workbench = useWorkbench({ tasks: [standInTask('watched', SCRIPT, { agentTimeout: 600 })] })

  test('from the dialog with its settings: live turn, steps and container, then cost and verdict', async () => {
    const page = await workbench.open('/tasks')
    await page.getByRole('button', { name: /^Dataset/ }).click()
    await page.getByRole('menuitem', { name: /^tasks/ }).click()
    await page.getByRole('grid', { name: 'Tasks' }).getByText('watched').first().click()
    await page.getByRole('button', { name: 'Run this task' }).click()
    const dialog = page.getByRole('dialog', { name: 'New run' })
    await dialog.getByRole('combobox', { name: 'Agent' }).click()
    await page.getByRole('option', { name: 'claude-code' }).click()
    // Without a key nothing is started, and the dialog says which.
    await dialog
      .getByText(/ANTHROPIC_API_KEY/)
      .first()
      .waitFor()
    await dialog.getByLabel('Variables of agent').fill('ANTHROPIC_API_KEY=sk-watched-0123456789')
    await dialog.getByLabel('Models of agent').fill('anthropic/claude-x')
    await dialog.getByText('Settings of claude-code').click()
    await dialog.getByLabel('claude-code max_turns').fill('9')
    await dialog.getByLabel('Job name').fill('watch')
    await dialog.getByRole('button', { name: 'Start 1 trial' }).click()
    await until(() => page.url().endsWith('/runs/watch'))
    await page.getByRole('grid', { name: 'Trials' }).getByRole('link', { name: 'watched' }).click()

    await page.getByRole('group', { name: 'What it does now' }).getByText('turn 2 of 9').waitFor()
    await pane(page)
      .getByText(/^[0-9a-f]{12}$/)
      .waitFor()
    await pane(page)
      .getByText(/tbcc-environment:/)
      .first()
      .waitFor()
    const steps = page.getByRole('listbox', { name: 'Steps' })
    const chosen = steps.getByRole('option', { selected: true })
    await steps.getByText('Turn 2: I go on.').waitFor()
    const terminal = page.getByRole('region', { name: 'Terminal' })
    await untilTerminal(terminal, /│ I help, part 110\.[^]*turn 2 of 9[^]*Turn 2: I go on\.[^]*Bash/)
    await chosen.getByText('Bash echo 2').waitFor()
    // The end that is followed stays wholly in view in a list that becomes lower.
    const height = await heightOf(steps)
    await page.setViewportSize({ width: 1440, height: 620 })
    await until(async () => (await heightOf(steps)) < height)
    await until(async () => isWhollyIn(steps, chosen))
    await page.setViewportSize({ width: 1440, height: 900 })
    // One that is chosen is found again among the steps of the trajectory, which have other numbers.
    await steps.press('Home')
    await steps.getByText('Turn 1: I go on.').click()
    await letGoOn(workbench, 'watch')

    await pane(page).getByText('success', { exact: true }).first().waitFor()
    await pane(page).getByText('$0.25').first().waitFor()
    await pane(page)
      .getByText(/steps from the trajectory/)
      .waitFor()
    await chosen.getByText('Turn 1: I go on.').waitFor()
    await until(async () => isWhollyIn(steps, chosen))
    await page.getByRole('region', { name: 'The step' }).getByText('echo 1 >> /app/log').waitFor()
    expect((await trialsOf(workbench, 'watch'))[0]).toMatchObject({ agent: 'claude-code', steps: 3, costUsd: 0.25 })
  })
})

async function heightOf(place: Locator): Promise<number> {
  return (await place.boundingBox())?.height ?? 0
}

async function isWhollyIn(list: Locator, row: Locator): Promise<boolean> {
  const [outer, inner] = [await list.boundingBox(), await row.boundingBox()]
  if (outer === null || inner === null) return false
  return inner.y >= outer.y - 1 && inner.y + inner.height <= outer.y + outer.height + 1
}
