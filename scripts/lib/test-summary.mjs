// What `npm test` prints at its end.

/**
 * A test that did not run. `group` is the part of the machine it needs, where its reason names one.
 * @typedef {{ test: string, group: string | null, reason: string }} Skip
 * A test that passed at its second try only, and why it failed at its first.
 * @typedef {{ test: string, error: string }} Flaky
 * @typedef {{ passed: number, failed: number, skips: Skip[], flaky: Flaky[] }} Summary
 */

/** More tests than these that passed at their second try only are no bad luck of the machine's any more. */
const MOST_FLAKY = 2

/** Parts of a machine that tests need, in the order in which they are shown. test/support/machine.ts probes them. */
export const groups = /** @type {const} */ ([
  'docker',
  'podman',
  'sandbox',
  'fixtures',
  'ssh',
  'registry',
  'browser',
  'packages',
  'shells',
])
/** @type {ReadonlySet<string>} What `TBCC_REQUIRE` may name. */
const known = new Set(groups)

/** Which group the reason of a skip names: `needs <group>: <why>`. @param {string} reason */
export function groupOf(reason) {
  const name = /^needs (\w+): /.exec(reason)?.[1]
  return name !== undefined && known.has(name) ? name : null
}

/** The groups that TBCC_REQUIRE names, comma-separated; the unknown ones apart. @param {string | undefined} text */
export function requiredGroups(text) {
  const names = (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return {
    required: names.filter((name) => known.has(name)),
    unknown: names.filter((name) => !known.has(name)),
  }
}

/**
 * The closing report: each reason for a skip with the number of tests behind it, what must not have been skipped, what
 * passed at its second try only, and last the counts. A skip of a required group counts as a failure, and so does each
 * second try where there are too many.
 * @param {Summary} summary
 * @param {{ required: string[], unknown: string[] }} require
 */
export function closingReport({ passed, failed, skips, flaky }, { required, unknown }) {
  const refused = skips.filter((skip) => skip.group !== null && required.includes(skip.group))
  const lines = [
    ...(skips.length === 0 ? ['Nothing was skipped.'] : ['Skipped:', ...reasons(skips)]),
    ...refused.map((skip) => `TBCC_REQUIRE forbids to skip: ${skip.test}`),
    ...secondTries(flaky),
    ...unknown.map((name) => `TBCC_REQUIRE names no group of tests: ${name} (there are ${groups.join(', ')})`),
  ]
  const tooMany = flaky.length > MOST_FLAKY ? flaky.length : 0
  const failures = failed + refused.length + unknown.length + tooMany
  lines.push(`${passed - tooMany} passed, ${failures} failed, ${skips.length - refused.length} skipped`)
  return { lines, failures }
}

/** @param {Flaky[]} flaky */
function secondTries(flaky) {
  if (flaky.length === 0) return []
  const limit = flaky.length > MOST_FLAKY ? ` (more than ${MOST_FLAKY}: each counts as a failure)` : ''
  return [
    `Passed at the second try only${limit}; each is a defect of the test or of the product:`,
    ...flaky.map(({ test, error }) => `  ${test}: ${error.split('\n', 1)[0]}`),
  ]
}

/** @param {Skip[]} skips */
function reasons(skips) {
  /** @type {Map<string, number>} */
  const counts = new Map()
  for (const { reason } of skips) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].map(([reason, count]) => `  ${count} ${count === 1 ? 'test' : 'tests'}: ${reason}`)
}
