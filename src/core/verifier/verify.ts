import type { Container } from '../environment/backend.ts'
import { collectVerifierLogs } from '../job/collection.ts'
import { withDeadline } from '../job/deadline.ts'
import { TrialError } from '../job/exception.ts'
import { showFile } from '../job/show-file.ts'
import type { TrialRun } from '../job/trial-run.ts'
import { decidingReward } from '../job/outcome.ts'
import { parseCtrf } from './ctrf.ts'
import { parseRewards, toNumbers } from './reward.ts'
import { inspectTampering, toReplacedFindings } from './tamper.ts'
import { findToolTrouble, showsTestResults } from './tools.ts'

const STDOUT = '/logs/verifier/test-stdout.txt'
const MAX_REPORT_BYTES = 32 * 1024 ** 2
/** For all that the tests left, a few gigabytes at most. Harbor's mounts need no time for it, so it is none of the tests'. */
const TAKE_OVER_MS = 10 * 60_000

/**
 * Says which of the folders in the first argument are none, and removes what stands there; then the other arguments. Ends
 * with 1 where something is left, which the shell itself looks for: rm may not be what it was. Of a folder that something
 * is mounted on only the content can go.
 */
const CLEAR = `
stands() { [ -e "$1" ] || [ -L "$1" ]; }
is_empty_folder() {
  if [ -L "$1" ] || [ ! -d "$1" ] || [ ! -r "$1" ] || [ ! -x "$1" ]; then return 1; fi
  for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    if stands "$entry"; then return 1; fi
  done
}
for place in $1; do
  if [ -L "$place" ] || { [ -e "$place" ] && [ ! -d "$place" ]; }; then
    rm -f -- "$place"
    echo "$place"
    if stands "$place"; then exit 1; fi
  fi
done
shift
rm -rf -- "$@"
for place do
  if stands "$place" && ! is_empty_folder "$place"; then exit 1; fi
done
mkdir -p /logs/verifier /tests && chmod 777 /logs/verifier`

/**
 * Verifies the work in the agent's own container (mode "shared"), as Harbor does: tests in, test.sh run, its exit code
 * ignored, the reward file read. What the agent left in the verifier's places is taken away first.
 */
export async function verifyWork(run: TrialRun, container: Container, signal: AbortSignal): Promise<void> {
  await run.timed('verifier', async () => {
    await withDeadline(
      { timeoutMs: run.plan.timeouts.verifierMs, signal, onTimeout: toVerifierTimeout },
      async (deadline) => {
        await clearPlaces(run, container, deadline)
        await runTests(run, container, deadline)
      },
    )
    await withDeadline({ timeoutMs: TAKE_OVER_MS, signal, onTimeout: toTakeOverTimeout }, async (deadline) => {
      await collectVerifierLogs(run, container, deadline)
      // Once the trial has ended another way, there is no verdict any more.
      if (!deadline.aborted) await readVerdict(run)
    })
  })
}

function toVerifierTimeout(seconds: number, thrown?: unknown): Error {
  return new TrialError('VerifierTimeoutError', `Verifier execution timed out after ${seconds} seconds`, thrown)
}

function toTakeOverTimeout(seconds: number): Error {
  const message = `what the tests left in /logs/verifier could not be taken over within ${seconds} seconds`
  return new TrialError('DownloadVerifierDirError', message)
}

/** Removes what appeared in the verifier's places, and makes sure that they are folders and no links to others. */
async function clearPlaces(run: TrialRun, container: Container, signal: AbortSignal): Promise<void> {
  const { remove, suspects, findings } = inspectTampering(await container.changes())
  for (const finding of findings) run.addFinding(finding)
  let replaced = ''
  const { exitCode } = await run.exec(container, {
    purpose: 'clear the verifier places',
    command: ['sh', '-c', CLEAR, 'sh', suspects.join(' '), ...remove],
    user: 'root',
    cwd: '/',
    signal,
    onOutput: ({ data }) => {
      replaced += new TextDecoder().decode(data)
    },
  })
  // What could not be removed might decide the verdict.
  if (exitCode !== 0 && !signal.aborted) {
    throw new TrialError('RuntimeError', `the verifier's places could not be cleared: exit code ${exitCode}`)
  }
  const places = replaced.split('\n').filter((place) => suspects.includes(place))
  for (const finding of toReplacedFindings(places)) run.addFinding(finding)
}

async function runTests(run: TrialRun, container: Container, signal: AbortSignal): Promise<void> {
  const { plan, ports } = run
  const tests = ports.host.archive(`${plan.task.directory}/tests`, { prefix: '', executable: ['test.sh'] })
  await container.putArchive('/tests', tests)
  const user = plan.task.config.verifier.user
  await showFile(run, container, STDOUT, () =>
    run.exec(container, {
      purpose: 'tests',
      command: `(/tests/test.sh) > ${STDOUT} 2>&1`,
      env: plan.verifierEnv,
      ...(user === null ? {} : { user }),
      signal,
    }),
  )
}

/** Reads reports before the reward, so that a missing reward still says which tests ran. */
async function readVerdict(run: TrialRun): Promise<void> {
  const { files } = run.ports
  const ctrf = await files.readText('verifier/ctrf.json', MAX_REPORT_BYTES)
  run.facts.tests = ctrf === null ? null : parseCtrf(ctrf)
  try {
    run.facts.rewards = parseRewards(
      await files.readLinked('verifier/reward.json'),
      await files.readLinked('verifier/reward.txt'),
    )
  } finally {
    // Any other number was measured: tests write 0 also where they never ran, and nothing else then.
    if (Object.values(toNumbers(run.facts.rewards ?? {})).every((reward) => reward === 0)) await noteToolTrouble(run)
  }
  const { tests } = run.facts
  const rewards = toNumbers(run.facts.rewards ?? {})
  const counts =
    tests === null ? null : { passed: tests.passed, failed: tests.failed, skipped: tests.skipped, total: tests.total }
  run.emit({ type: 'verdict.reached', rewards, reward: decidingReward(rewards), tests: counts })
}

/** A verifier that never got to its tests because it could not fetch its tools says nothing about the agent. */
async function noteToolTrouble(run: TrialRun): Promise<void> {
  if (run.facts.tests !== null && run.facts.tests.total > 0) return
  const output = (await run.ports.files.readText('verifier/test-stdout.txt', MAX_REPORT_BYTES)) ?? ''
  if (showsTestResults(output)) return
  const evidence = findToolTrouble(output)
  if (evidence.length === 0) return
  run.facts.verifierToolsUnreachable = true
  run.addFinding({
    kind: 'verifier-tools-unreachable',
    message: 'the verifier could not fetch its own tools',
    evidence: [...evidence],
  })
}
