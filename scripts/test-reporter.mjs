// A vitest reporter: writes the counts, every skipped test with its reason and every test that passed at its second try
// only to the file that TBCC_TEST_SUMMARY names.
//
// Where the reason comes from: `ctx.skip(reason)`; else `meta: { skipReason }` of the test or of a suite around it (as
// test/support/machine.ts sets it). A reason that begins with `needs <group>: ` belongs to that group of the machine.
import { writeFileSync } from 'node:fs'
import { groupOf } from './lib/test-summary.mjs'

/** @typedef {import('vitest/node').TestModule} TestModule */
/** @typedef {import('vitest/node').TestCase} TestCase */

export default class SummaryReporter {
  /** @param {readonly TestModule[]} modules @param {readonly unknown[]} unhandledErrors */
  onTestRunEnd(modules, unhandledErrors) {
    const path = process.env['TBCC_TEST_SUMMARY']
    if (path === undefined) return
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const broken = modules
      .flatMap((module) => [module, ...module.children.allSuites()])
      .filter((task) => task.errors().length > 0)
    writeFileSync(
      path,
      JSON.stringify({
        passed: countOf(tests, 'passed'),
        // A file that does not load, a hook or a suite that throws, an error outside of any test: each is a failure.
        failed: countOf(tests, 'failed') + broken.length + unhandledErrors.length,
        skips: tests.filter((test) => test.result().state === 'skipped').map(toSkip),
        flaky: tests.filter((test) => test.diagnostic()?.flaky === true).map(toFlaky),
      }),
    )
  }
}

/** @param {TestCase[]} tests @param {string} state */
function countOf(tests, state) {
  return tests.filter((test) => test.result().state === state).length
}

/** @param {TestCase} test @returns {import('./lib/test-summary.mjs').Skip} */
function toSkip(test) {
  const name = nameOf(test)
  const reason = skipReason(test) ?? `no reason is given: ${name}`
  return { test: name, group: groupOf(reason), reason }
}

/** @param {TestCase} test @returns {import('./lib/test-summary.mjs').Flaky} */
function toFlaky(test) {
  return { test: nameOf(test), error: test.result().errors?.[0]?.message ?? 'no error is known' }
}

/** @param {TestCase} test */
function nameOf(test) {
  return `${test.module.relativeModuleId} > ${test.fullName}`
}

/** @param {TestCase} test @returns {string | undefined} */
function skipReason(test) {
  const result = test.result()
  if (result.state === 'skipped' && result.note !== undefined) return result.note
  for (let task = /** @type {TestCase | import('vitest/node').TestSuite | TestModule} */ (test); ; task = task.parent) {
    const reason = task.meta().skipReason
    if (reason !== undefined) return reason
    if (task.type === 'module') return undefined
  }
}
