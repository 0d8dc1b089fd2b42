import type { TestItem } from '../../../contract/trial.ts'

export const TEST_LOOKS: Readonly<Record<TestItem['status'], { readonly glyph: string; readonly color: string }>> = {
  passed: { glyph: '✓', color: 'text-success' },
  failed: { glyph: '✗', color: 'text-failure' },
  skipped: { glyph: '–', color: 'text-dim' },
  pending: { glyph: '·', color: 'text-dim' },
  other: { glyph: '?', color: 'text-timeout' },
}

/** A test with its place in the report: names may occur twice. */
export interface NumberedTest {
  readonly key: string
  readonly test: TestItem
}

/** Failed ones first, else in the order of the report. */
export function sortTests(tests: readonly TestItem[]): readonly NumberedTest[] {
  return tests.map((test, index) => ({ key: String(index), test })).toSorted((a, b) => rank(a.test) - rank(b.test))
}

function rank({ status }: TestItem): number {
  if (status === 'failed') return 0
  return status === 'passed' ? 2 : 1
}
