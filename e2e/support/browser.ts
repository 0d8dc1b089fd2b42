import { chromium, type Browser } from 'playwright'
import { chromiumPath } from '../../test/support/machine.ts'

/** A browser without WebGL: terminals are then drawn as text that a test can read. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(chromiumPath === null ? {} : { executablePath: chromiumPath }),
    args: [
      '--disable-3d-apis',
      '--disable-gpu',
      '--font-render-hinting=none',
      // Root may not use Chromium's own sandbox; CI is root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  })
}
