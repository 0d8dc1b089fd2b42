import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

/** `npm run e2e:electron` builds the app, finds an Electron and a display, and runs this. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['e2e/electron/**/*.test.ts'],
    environment: 'node',
    // Each app has folders of its own, but they share the machine's engines and its two cores.
    maxWorkers: 1,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    retry: Number(process.env['TBCC_RETRIES'] ?? 0),
  },
})
