import { defineConfig } from 'vitest/config'

/** They look at what engines that died have left on this machine, where every other engine clears it away. */
const ALONE = ['test/jobs/kill.test.ts', 'test/jobs/leftovers.test.ts']

/** These bound what hangs, and nothing else: a machine may be busy, and slow besides. */
const UNIT_TIMEOUT_MS = 60_000
const TIMEOUT_MS = 300_000
/** Engines, browsers and clocks are shared with whatever else a machine does; a second try is always told of. */
const retry = Number(process.env['TBCC_RETRIES'] ?? 0)

const integration = {
  environment: 'node',
  globalSetup: ['test/support/global-setup.ts'],
  testTimeout: TIMEOUT_MS,
  hookTimeout: TIMEOUT_MS,
  retry,
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.{ts,tsx}'],
          environment: 'node',
          // Else one core is left free, which is half of a machine of two.
          maxWorkers: '100%',
          testTimeout: UNIT_TIMEOUT_MS,
          hookTimeout: UNIT_TIMEOUT_MS,
        },
      },
      {
        test: {
          ...integration,
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: ALONE,
          // They share the machine's engines and wait for them most of the time. More than two are too many for two cores.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...integration,
          name: 'alone',
          include: ALONE,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/browser/**/*.test.ts'],
          globalSetup: ['e2e/support/global-setup.ts'],
          environment: 'node',
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
          testTimeout: TIMEOUT_MS,
          hookTimeout: TIMEOUT_MS,
          retry,
        },
      },
    ],
  },
})
