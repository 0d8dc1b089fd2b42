import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext } from 'playwright'

/** Keeps what explains a scenario that failed; the folder it is in. `npx playwright show-trace` opens the traces. */
export async function keepEvidence(
  name: string,
  contexts: readonly BrowserContext[],
  serverOutput: string,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `tbcc-e2e-failed-${name.replaceAll(/\W+/g, '-').slice(0, 40)}-`))
  await writeFile(join(folder, 'server.log'), serverOutput)
  for (const [index, context] of contexts.entries()) {
    for (const page of context.pages()) {
      // A page that hangs must not hide why.
      await page.screenshot({ path: join(folder, `page-${index + 1}.png`), timeout: 5000 }).catch(() => undefined)
    }
    await context.tracing.stop({ path: join(folder, `trace-${index + 1}.zip`) }).catch(() => undefined)
  }
  return folder
}
