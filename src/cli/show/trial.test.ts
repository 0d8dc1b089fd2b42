import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createStyle } from '../text/style.ts'
import { recordOf, rowOf } from './show.testing.ts'
import { renderTrial, roundTogether } from './trial.ts'

const options = { maxWidth: null, style: createStyle(false), cwd: '/desk' }
const startedAt = '2026-11-21T06:00:00.000000Z'

test('the answer first, then why, and everything that was kept', () => {
  const trial = rowOf({ outcome: 'failure', blame: 'agent', reward: 0, testsPassed: 1 })
  const record = recordOf({
    outcome: 'failure',
    blame: 'agent',
    evidence: ['test_b: \x1b[2Jwrong'],
    exception: {
      type: 'AgentTimeoutError',
      message: 'after 10 s\x1b]0;evil\x07',
      phase: 'agent-execution',
      occurredAt: startedAt,
    },
    tests: {
      passed: 1,
      failed: 1,
      skipped: 1,
      total: 3,
      items: [
        { name: 'test_a', status: 'passed', durationMs: null, message: null, trace: null },
        { name: 'test_b', status: 'failed', durationMs: null, message: 'expected 1\n\x1b[31mgot 2', trace: null },
        { name: 'test_c', status: 'skipped', durationMs: null, message: null, trace: null },
      ],
    },
    findings: [{ kind: 'planted-reward', message: 'a reward was there', evidence: ['/logs/verifier/reward.txt'] }],
    environment: {
      backend: 'docker',
      backendVersion: '27.0',
      image: 'debian:bookworm-slim',
      imageId: 'sha256:1',
      imageSource: 'present',
      containerId: '0123456789abcdef0123',
      workdir: '/app',
      network: 'no-network',
      cpus: 1,
      memoryMb: 512,
      notEnforced: ['memory limit: no cgroup'],
      settings: { host_gateway: true },
    },
    agentSetup: { version: '1.0.0', way: 'prepared', durationMs: 12_500, failedWays: ['vendor: \x1b[2Jno network'] },
    steps: 8,
    phases: [
      { phase: 'queued', startedAt, durationMs: 40 },
      { phase: 'agent-execution', startedAt, durationMs: 10_040 },
      { phase: 'verification', startedAt, durationMs: 2260 },
    ],
  })
  const files = [
    { path: 'agent/link', sizeBytes: null },
    { path: 'verifier/\x1b[2Jreward.txt', sizeBytes: 2 },
  ]
  const found = { kind: 'trial', trial, record, directory: '/desk/jobs/nightly/a__1' } as const
  expect(renderTrial(found, files, options).join('\n')).toMatchInlineSnapshot(`
    "✖ failure: org/a by oracle, attempt 1
    reward 0, tests 1/3, 12.3s
    trial a__1 of job nightly

    Blame: agent
      test_b: wrong
    Exception: AgentTimeoutError in agent-execution
      after 10 s

    Tests: 1 passed, 1 failed, 1 skipped of 3
      ✖ test_b
          expected 1
          got 2
      ✔ test_a
      · test_c (skipped)

    Findings:
      planted-reward: a reward was there
        /logs/verifier/reward.txt

    Phases:
      queued                  0.0s
      agent-execution        10.0s
      verification            2.3s
      all                    12.3s

    Agent:
      version       oracle 1.0.0
      installed     put in ready-made in 12.5s
      tried before  vendor: no network
      turns         8

    Environment:
      backend       docker 27.0
      image         debian:bookworm-slim (present)
      container     0123456789ab
      workdir       /app
      network       no-network
      limits        1 cpu, 512 MB
      not enforced  memory limit: no cgroup
      --ek host_gateway  true

    Tokens and cost: not measured

    Files in jobs/nightly/a__1:
          link  agent/link
           2 B  verifier/reward.txt"
  `)
})

test('a trial of which only the row is known', () => {
  const found = {
    kind: 'trial',
    trial: rowOf({ state: 'running', outcome: null, reward: null, testsPassed: null }),
    record: null,
    directory: '/x',
  } as const
  expect(renderTrial(found, [], options)[0]).toBe('running: org/a by oracle, attempt 1')
})

test('tokens and cost are shown where they were measured', () => {
  const record = recordOf({ usage: { inputTokens: 12_345, cachedTokens: null, outputTokens: 6, costUsd: 0.5 } })
  const lines = renderTrial({ kind: 'trial', trial: rowOf(), record, directory: '/x' }, [], options)
  expect(lines).toContain('Tokens: 12,345 in (not measured cached), 6 out')
  expect(lines).toContain('Cost: $0.50')
})

test('rounded numbers keep their sum', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true })), (values) => {
      const rounded = roundTogether(values)
      const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0)
      expect(sum(rounded)).toBe(Math.round(sum(values)))
      for (const [index, value] of values.entries())
        expect(Math.abs((rounded[index] ?? 0) - value)).toBeLessThanOrEqual(1)
    }),
  )
})
