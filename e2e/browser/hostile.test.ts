import { join } from 'node:path'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { describeOn } from '../../test/support/machine.ts'
import { startJob, trialOf, untilState } from '../support/jobs.ts'
import { settled, terminalText, untilTerminal } from '../support/page.ts'
import { useWorkbench } from '../support/workbench.ts'

const MARKUP = '<img src=x onerror="window.caught=1"><script>window.caught=1</script>'
const FILE = '<img src=x onerror=window.caught=1>.txt'

const INSTRUCTION = `# Hello ${MARKUP}

[a link](javascript:window.caught=1) [another](data:text/html,<script>parent.caught=1</script>)
![a picture](http://elsewhere.invalid/picture.png)
<iframe src="http://elsewhere.invalid/"></iframe><svg onload="window.caught=1"></svg><style>* { display: none }</style>
`

/** Escapes that some terminals obey: a link, the clipboard, the title, an answer that would be typed. */
const ESCAPES = String.raw`printf '\e]8;;javascript:window.caught=1\e\\press me\e]8;;\e\\\n'
printf '\e]52;c;c3RvbGVu\a\e]0;stolen title\a\e]2;stolen title\a'
printf '\e[c\e[6n\e[>c\eP$qm\e\\\n'
printf '%s\n' '${MARKUP}'
printf 'end of output\n'`

/** What an agent that was talked into it would have its log say, on all that Steps shows of it. */
const TRAJECTORY = JSON.stringify({
  schema_version: 'ATIF-v1.7',
  session_id: MARKUP,
  agent: { name: MARKUP, version: '1', model_name: MARKUP },
  steps: [
    { step_id: 1, source: 'user', message: 'Begin.' },
    {
      step_id: 2,
      source: 'agent',
      model_name: MARKUP,
      message: `${INSTRUCTION}\nend of the message`,
      reasoning_content: INSTRUCTION,
      tool_calls: [{ tool_call_id: MARKUP, function_name: MARKUP, arguments: { [MARKUP]: MARKUP, command: MARKUP } }],
      observation: {
        results: [
          {
            source_call_id: MARKUP,
            content: `${MARKUP} \u001b]8;;javascript:window.caught=1\u001b\\press\u001b]8;;\u001b\\ \u001b]0;stolen title\u0007 returned`,
          },
        ],
      },
    },
  ],
})

const TESTS = String.raw`cat > /logs/verifier/ctrf.json <<'END'
{"results":{"tool":{"name":"${MARKUP.replaceAll('"', "'")}"},"summary":{"tests":1,"passed":0,"failed":1,"pending":0,"skipped":0,"other":0,"start":1,"stop":2},
"tests":[{"name":"${MARKUP.replaceAll('"', "'")}","status":"failed","duration":1,"message":"<b onclick=window.caught=1>expected</b> \u001b]8;;javascript:window.caught=1\u001b\\\\x","trace":"${MARKUP.replaceAll('"', "'")}"}]}}
END
echo 0 > /logs/verifier/reward.txt`

describeOn(['browser', 'docker'], 'what tasks and containers say is only shown', () => {
  const workbench = useWorkbench({
    tasks: [
      {
        name: 'hostile',
        instruction: INSTRUCTION,
        solution: `${ESCAPES}\nmkdir -p /logs/artifacts && echo '${MARKUP}' > '/logs/artifacts/${FILE}' && echo '${MARKUP}' > '/logs/agent/${FILE}'
cat > /logs/agent/trajectory.json <<'END'
${TRAJECTORY}
END`,
        tests: TESTS,
        files: { [`environment/${FILE}`]: MARKUP },
      },
    ],
  })

  test('a task: its instruction, its files', async () => {
    const watch = await watched(workbench.open.bind(workbench))
    const { page } = watch
    await page.goto(`${workbench.origin()}/#/tasks?path=${encodeURIComponent(workbench.tasksDir)}&task=hostile`)
    const detail = page.getByRole('region', { name: /^Task hostile/ })
    await detail.getByText('Hello').waitFor()
    for (const link of await detail.getByText(/^(a link|another)$/).all()) await link.click()
    await detail.getByRole('tab', { name: 'Files' }).click()
    await detail.getByText(FILE).first().click()
    await settled(page)
    await watch.expectNothing()
  })

  test('a trial: output, tests, files, events, on every tab', async () => {
    const jobName = 'hostile'
    await startJob(workbench, jobName, { tasks: [join(workbench.tasksDir, 'hostile')] })
    await untilState(workbench, jobName, 'completed')
    const trialName = await trialOf(workbench, jobName, 'hostile')
    const watch = await watched(workbench.open.bind(workbench))
    const { page } = watch
    await page.evaluate(async () => navigator.clipboard.writeText('mine'))
    for (const tab of ['steps', 'terminal', 'verifier', 'files', 'config', 'events', 'exception']) {
      await page.goto(`${workbench.origin()}/#/runs/${jobName}/${trialName}?tab=${tab}`)
      await settled(page)
    }
    await page.goto(`${workbench.origin()}/#/runs/${jobName}/${trialName}?tab=terminal`)
    const terminal = page.getByRole('region', { name: 'Terminal' })
    await untilTerminal(terminal, /end of output/)
    expect(await terminalText(terminal)).toContain(MARKUP.slice(0, 40))
    const link = await terminal.locator('.xterm-rows').getByText('press me').first().boundingBox()
    await page.mouse.click((link?.x ?? 0) + 20, (link?.y ?? 0) + 6)
    await page.goto(`${workbench.origin()}/#/runs/${jobName}/${trialName}?tab=steps`)
    await page.getByRole('option').filter({ hasText: 'Hello' }).first().click()
    const step = page.getByRole('region', { name: 'The step' })
    await step.getByText('end of the message').waitFor()
    for (const said of await step.getByText(/^(a link|another)$/).all()) await said.click()
    await step.getByRole('region', { name: `Call of ${MARKUP}` }).waitFor()
    await step
      .getByText(/returned/)
      .first()
      .waitFor()
    expect(await step.getByText(/^a link$/).count()).toBe(2)
    await page.goto(`${workbench.origin()}/#/runs/${jobName}/${trialName}?tab=files`)
    await page.getByRole('treeitem').filter({ hasText: FILE }).first().click()
    await page.getByRole('region', { name: 'Content' }).getByText(MARKUP).first().waitFor()
    await page.goto(`${workbench.origin()}/#/runs/${jobName}/${trialName}?tab=verifier`)
    await page.getByRole('region', { name: 'The test' }).getByText('expected').click()
    await watch.expectNothing()
    expect(await page.evaluate(async () => navigator.clipboard.readText())).toBe('mine')
  })
})

/** A page of which every way out is watched. */
async function watched(
  open: (path?: string) => Promise<Page>,
): Promise<{ page: Page; expectNothing(): Promise<void> }> {
  const page = await open('/runs')
  const { origin } = new URL(page.url())
  const happened: string[] = []
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) happened.push(`asked for ${request.url()}`)
  })
  page.on('dialog', (dialog) => happened.push(`a dialog: ${dialog.message()}`))
  page.context().on('page', (opened) => happened.push(`opened ${opened.url()}`))
  return {
    page,
    async expectNothing() {
      expect(happened).toEqual([])
      expect(await page.evaluate(() => 'caught' in window)).toBe(false)
      expect(await page.title()).toBe('TB Command Center')
      expect(new URL(page.url()).origin).toBe(origin)
      expect(
        await page
          .locator(
            'main iframe, main script, main style, main img[src^="http"], a[href^="javascript:"], a[href^="data:"]',
          )
          .count(),
      ).toBe(0)
    },
  }
}
