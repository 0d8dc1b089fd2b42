import { z } from 'zod'
import type { TrialDetail } from '../../contract/api/trials.ts'
import type { Phase } from '../../contract/outcome.ts'
import { Timestamp, type PhaseSpan } from '../../contract/trial.ts'
import { parseCtrf } from '../../core/verifier/ctrf.ts'
import { CTRF_FILE, RESULT_FILE } from '../../node/read/layout.ts'
import { readTextBelow } from '../../node/read/safe-read.ts'
import { parsePlainJson } from './job-folder.ts'

/** The tests and the phases of a finished trial without our record, as far as Harbor's files tell them. */
export function readHarborFacts(directory: string): Pick<TrialDetail, 'tests' | 'phases'> {
  const ctrf = readTextBelow(directory, CTRF_FILE.split('/'), MAX_BYTES)
  const result = Times.safeParse(parsePlainJson(readTextBelow(directory, [RESULT_FILE], MAX_BYTES)))
  return { tests: ctrf === null ? null : parseCtrf(ctrf), phases: result.success ? toPhases(result.data) : [] }
}

const MAX_BYTES = 64 * 1024 ** 2
/** A trial of several steps executes its agent and verifies it in each. */
const MAX_STEPS = 200

const Timing = z.object({ started_at: Timestamp, finished_at: Timestamp }).nullable().catch(null).default(null)
const StepTimes = z.object({ agent_execution: Timing, verifier: Timing })
const Times = StepTimes.extend({
  environment_setup: Timing,
  agent_setup: Timing,
  step_results: z
    .array(StepTimes.catch({ agent_execution: null, verifier: null }))
    .nullable()
    .catch(null)
    .default(null),
})

function toPhases(times: z.infer<typeof Times>): PhaseSpan[] {
  const steps = [times, ...(times.step_results ?? []).slice(0, MAX_STEPS)]
  return [
    toSpan('environment-setup', times.environment_setup),
    toSpan('agent-setup', times.agent_setup),
    ...steps.flatMap((step) => [
      toSpan('agent-execution', step.agent_execution),
      toSpan('verification', step.verifier),
    ]),
  ].flatMap((span) => span ?? [])
}

function toSpan(phase: Phase, timing: z.infer<typeof Timing>): PhaseSpan | null {
  if (timing === null) return null
  const durationMs = Math.max(0, Date.parse(timing.finished_at) - Date.parse(timing.started_at))
  return { phase, startedAt: timing.started_at, durationMs }
}
