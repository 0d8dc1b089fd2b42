import type { TestItem, TestSummary } from '../../contract/trial.ts'

/** Longest message or trace kept of one test, in characters; the whole stands in the verifier's own files. */
const KEPT_CHARACTERS = 20_000

/**
 * Reads a Common Test Report Format document. Null where it is not one: the report helps people, the reward decides.
 * Counts come from the tests themselves, so that they always add up; a report without tests gives its summary.
 */
export function parseCtrf(text: string): TestSummary | null {
  const results = field(parseJson(text), 'results')
  const tests = field(results, 'tests')
  if (Array.isArray(tests) && tests.length > 0) return summarise(tests.map(toItem))
  const summary = field(results, 'summary')
  if (typeof summary !== 'object' || summary === null) return null
  const count = (key: string): number => {
    const value = field(summary, key)
    return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : 0
  }
  const [passed, failed, skipped] = [count('passed'), count('failed'), count('skipped')]
  return { passed, failed, skipped, total: Math.max(count('tests'), passed + failed + skipped), items: [] }
}

function summarise(items: TestItem[]): TestSummary {
  const count = (status: TestItem['status']): number => items.filter((item) => item.status === status).length
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), total: items.length, items }
}

function toItem(test: unknown): TestItem {
  const status = field(test, 'status')
  const duration = field(test, 'duration')
  return {
    name: text(field(test, 'name')) ?? '(unnamed)',
    status:
      status === 'passed' || status === 'failed' || status === 'skipped' || status === 'pending' ? status : 'other',
    durationMs: typeof duration === 'number' && Number.isFinite(duration) ? duration : null,
    message: text(field(test, 'message')),
    trace: text(field(test, 'trace')),
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, KEPT_CHARACTERS) : null
}

function field(value: unknown, key: string): unknown {
  return isTable(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source)
  } catch {
    return null
  }
}
