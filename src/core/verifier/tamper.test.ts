import { describe, expect, it } from 'vitest'
import { inspectTampering, toReplacedFindings } from './tamper.ts'

const added = (...paths: string[]) => paths.map((path) => ({ path, kind: 'added' as const }))

describe('inspectTampering', () => {
  it('finds nothing in folders that we made ourselves, and clears them', () => {
    const report = inspectTampering(added('/logs', '/logs/agent', '/logs/verifier', '/app/x'))
    expect(report).toEqual({ remove: ['/logs/verifier'], suspects: ['/logs', '/logs/verifier'], findings: [] })
  })

  it('reports planted rewards and tests, and removes each once', () => {
    const report = inspectTampering(
      added('/logs/verifier', '/logs/verifier/reward.json', '/tests', '/tests/a', '/tests/a.b', '/tests/a/b'),
    )
    expect(report.remove).toEqual(['/logs/verifier', '/tests'])
    expect(report.findings.map(({ kind, evidence }) => [kind, evidence])).toEqual([
      ['planted-reward', ['/logs/verifier/reward.json']],
      ['planted-test', ['/tests/a', '/tests/a.b', '/tests/a/b']],
    ])
  })

  it("leaves the image's own files and reports those that were changed", () => {
    const report = inspectTampering([
      { path: '/tests', kind: 'modified' },
      { path: '/tests/lib', kind: 'modified' },
      { path: '/tests/lib/base.py', kind: 'modified' },
      { path: '/tests/gone.py', kind: 'deleted' },
      ...added('/tests/lib/new.py'),
    ])
    expect(report.remove).toEqual(['/logs/verifier', '/tests/lib/new.py'])
    expect(report.findings.map(({ kind, evidence }) => [kind, evidence])).toEqual([
      ['planted-test', ['/tests/lib/new.py']],
      ['modified-test', ['/tests/lib/base.py', '/tests/gone.py']],
    ])
  })

  it('is not confused by names that only begin alike', () => {
    expect(inspectTampering(added('/tests2/x', '/logs/verifier2/reward.txt'))).toEqual({
      remove: ['/logs/verifier'],
      suspects: [],
      findings: [],
    })
  })

  it("takes what stands in the place of the image's own rewards for planted: those were removed at the start", () => {
    const report = inspectTampering([
      { path: '/logs/verifier', kind: 'modified' },
      { path: '/logs/verifier/old', kind: 'modified' },
      { path: '/logs/verifier/old/gone', kind: 'deleted' },
      { path: '/logs/verifier/reward.json', kind: 'modified' },
      { path: '/logs/verifier/reward.txt', kind: 'deleted' },
    ])
    expect(report.remove).toEqual(['/logs/verifier'])
    expect(report.findings.map(({ kind, evidence }) => [kind, evidence])).toEqual([
      ['planted-reward', ['/logs/verifier/reward.json']],
    ])
  })
})

describe('toReplacedFindings', () => {
  it('tells rewards from tests', () => {
    expect(toReplacedFindings(['/logs', '/tests']).map(({ kind, evidence }) => [kind, evidence])).toEqual([
      ['planted-reward', ['/logs']],
      ['planted-test', ['/tests']],
    ])
    expect(toReplacedFindings([])).toEqual([])
  })
})
