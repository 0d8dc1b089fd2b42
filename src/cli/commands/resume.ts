import { variableOfSetting } from '../../core/job/secrets.ts'
import type { TrialRow } from '../../core/job/ports.ts'
import type { Engine, Found, PreparedJob } from '../../engine/engine.ts'
import { placeFlag } from '../../engine/place-flag.ts'
import type { CommonFlags } from '../common-flags.ts'
import { usageError } from '../errors.ts'
import { type Host, printLines, withEngine } from '../host.ts'
import { placeOf } from '../jobs-place.ts'
import { readEnvironment } from '../run/environment.ts'
import { refuseMissingVariables } from '../run/host-variables.ts'
import { runPrepared } from '../run/run-prepared.ts'
import { createStopSignals } from '../run/stop-signals.ts'
import { describeWarnings } from '../run/warnings.ts'

export interface ResumeFlags extends CommonFlags {
  readonly filterErrorType?: readonly string[]
  readonly envFile?: string
  readonly quiet?: boolean
}

/** `tbcc resume`. That tasks read variables of this host was confirmed when the job was started. */
export async function resumeJob(target: string, flags: ResumeFlags, host: Host): Promise<number> {
  const { env } = await readEnvironment(host, flags.envFile)
  const place = placeOf(target, flags, host)
  const signals = createStopSignals(host.outputClosed)
  try {
    return await withEngine(host, { jobsDir: place.jobsDir, env }, async (engine) => {
      const job = await prepare(engine, place.target, { exceptions: flags.filterErrorType ?? null, env }, host)
      const found = await engine.find(job.directory)
      if (job.trials.length === 0 && !isInterrupted(found)) throw nothingLeft(job, placeFlag(place.jobsDir, host.cwd))
      printLines(host.stderr, describeWarnings(job.warnings))
      refuseMissingVariables(job)
      const { json = false, quiet = false, debug = false } = flags
      const options = { json, quiet, debug, earlierOutcomes: earlierOutcomes(found, job) }
      return runPrepared({ engine, job, signals, host }, options)
    })
  } finally {
    signals.dispose()
  }
}

/** Killed after its last trial had ended: then only the job's own end is left to write. */
function isInterrupted(found: Found): boolean {
  return found.kind === 'job' && found.job.state === 'interrupted'
}

/** Of the trials that are not run again. */
function earlierOutcomes(found: Found, { trials }: PreparedJob): readonly TrialRow['outcome'][] {
  if (found.kind !== 'job') return []
  const pending = new Set(trials.map(({ trialName }) => trialName))
  const ended = found.trials.filter(({ state, trialName }) => state === 'finished' && !pending.has(trialName))
  return ended.map(({ outcome }) => outcome)
}

function nothingLeft({ jobName }: PreparedJob, place: string): Error {
  return usageError(
    `nothing of job ${jobName} is left to run`,
    `tbcc show ${jobName}${place} has its results; -f EXCEPTION runs trials again that ended with it`,
  )
}

/** Prepares, asks for settings that are kept in no file, and prepares again with them. */
async function prepare(
  engine: Engine,
  target: string,
  { exceptions, env }: { readonly exceptions: readonly string[] | null; readonly env: Host['env'] },
  host: Host,
): Promise<PreparedJob> {
  const job = await engine.prepareResume(target, { retryExceptions: exceptions, secrets: {} })
  if (job.missingSecrets.length === 0) return job
  const secrets = await findSecrets(job.missingSecrets, env, host)
  return engine.prepareResume(target, { retryExceptions: exceptions, secrets })
}

/** From variables of the same name, else from the user. */
async function findSecrets(settings: readonly string[], env: Host['env'], host: Host): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {}
  const unknown: string[] = []
  for (const setting of settings) {
    const value = env[variableOfSetting(setting)] ?? (await host.terminal?.askSecret(`${setting}: `)) ?? ''
    if (value === '') unknown.push(setting)
    else secrets[setting] = value
  }
  if (unknown.length === 0) return secrets
  throw usageError(
    `settings of this job are secrets and were kept nowhere: ${unknown.join(', ')}`,
    `set ${unknown.map(variableOfSetting).join(', ')} in the environment or a file for --env-file, and resume again`,
  )
}
