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
/** It stays in its second turn until it is let go on. */
const SCRIPT = [
  line.init(),
  ...turn(1),
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
    await page.getByRole('listbox', { name: 'Steps' }).getByText('Turn 2: I go on.').waitFor()
    await untilTerminal(page.getByRole('region', { name: 'Terminal' }), /turn 2 of 9[^]*Turn 2: I go on\.[^]*Bash/)
    await letGoOn(workbench, 'watch')

    await pane(page).getByText('success', { exact: true }).first().waitFor()
    await pane(page).getByText('$0.25').first().waitFor()
    await pane(page)
      .getByText(/steps from the trajectory/)
      .waitFor()
    expect((await trialsOf(workbench, 'watch'))[0]).toMatchObject({ agent: 'claude-code', steps: 3, costUsd: 0.25 })
  })
})
