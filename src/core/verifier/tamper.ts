import type { Finding } from '../../contract/trial.ts'
import type { FileChange } from '../environment/backend.ts'

/** What must go before the tests come, and what to say about it. */
export interface TamperReport {
  /** Absolute paths to remove, none below another. */
  readonly remove: readonly string[]
  /** Folders of the verifier that are not as the image has them: something else may stand in their place. */
  readonly suspects: readonly string[]
  readonly findings: readonly Finding[]
}

const LOGS = '/logs'
const VERIFIER_LOGS = '/logs/verifier'
const TESTS = '/tests'

/**
 * What has appeared in /logs/verifier and /tests since the image: only the verifier may write there. The image's own
 * files stay in /tests; those of them that were changed are reported. In /logs/verifier it has none: they were removed
 * when the environment started, and what stands there under their names now counts as modified. The folders themselves
 * may have been made by us.
 */
export function inspectTampering(changes: readonly FileChange[]): TamperReport {
  const rewards = changes.filter(
    (change) => change.kind !== 'deleted' && isBelow(change.path, VERIFIER_LOGS) && !isParent(change, changes),
  )
  const tests = changes.filter((change) => change.kind === 'added' && isWithin(change.path, TESTS))
  const altered = changes.filter(
    (change) => change.kind !== 'added' && isBelow(change.path, TESTS) && !isParent(change, changes),
  )
  return {
    remove: topmost([VERIFIER_LOGS, ...tests.map((change) => change.path)]),
    suspects: [LOGS, VERIFIER_LOGS, TESTS].filter((place) =>
      changes.some((change) => change.path === place && change.kind !== 'deleted'),
    ),
    findings: [
      finding(
        'planted-reward',
        'files stood in /logs/verifier before the tests ran; they were removed',
        rewards.map((change) => change.path),
      ),
      finding(
        'planted-test',
        'files stood in /tests before the tests were put there; they were removed',
        tests.map((change) => change.path).filter((path) => path !== TESTS),
      ),
      finding(
        'modified-test',
        "files of the image's own /tests were changed or deleted",
        altered.map((change) => change.path),
      ),
    ].filter((found) => found.evidence.length > 0),
  }
}

/** What to say of places where a link or a file stood instead of the folder. */
export function toReplacedFindings(places: readonly string[]): readonly Finding[] {
  const message = 'something else stood in the place of a folder; it was removed'
  return [
    finding(
      'planted-reward',
      message,
      places.filter((place) => place !== TESTS),
    ),
    finding(
      'planted-test',
      message,
      places.filter((place) => place === TESTS),
    ),
  ].filter((found) => found.evidence.length > 0)
}

export function isTampering(finding: Finding): boolean {
  return finding.kind === 'planted-reward' || finding.kind === 'planted-test' || finding.kind === 'modified-test'
}

function finding(kind: Finding['kind'], message: string, paths: string[]): Finding {
  return { kind, message, evidence: paths.slice(0, 50) }
}

function isWithin(path: string, root: string): boolean {
  return path === root || isBelow(path, root)
}

function isBelow(path: string, root: string): boolean {
  return path.startsWith(`${root}/`)
}

/** A directory is listed as modified when something in it changed; only that something counts. */
function isParent(change: FileChange, changes: readonly FileChange[]): boolean {
  return change.kind === 'modified' && changes.some((other) => isBelow(other.path, change.path))
}

function topmost(paths: readonly string[]): readonly string[] {
  const kept: string[] = []
  for (const path of [...paths].sort()) {
    if (!kept.some((above) => isWithin(path, above))) kept.push(path)
  }
  return kept
}
