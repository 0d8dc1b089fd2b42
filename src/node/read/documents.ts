import { TrialRecord } from '../../contract/trial.ts'
import { HarborConfig, HarborJobResult, HarborTrialResult } from '../../core/job/harbor-rows.ts'
import type { JobDocuments, TrialDocuments } from '../../core/job/projection.ts'
import { parseCtrf } from '../../core/verifier/ctrf.ts'
import { countSteps } from '../../core/trajectory/count-steps.ts'
import { CONFIG_FILE, CTRF_FILE, RECORD_FILE, RESULT_FILE, TRAJECTORY_FILE } from './layout.ts'
import { readTextBelow } from './safe-read.ts'

/** What stands in a trial's directory now. */
export function readTrialDocuments(directory: string): TrialDocuments {
  const result = parse(HarborTrialResult, readTextBelow(directory, [RESULT_FILE], MAX_BYTES))
  const record = result === null ? null : parse(TrialRecord, readTextBelow(directory, [RECORD_FILE], MAX_BYTES))
  if (record !== null) return { record, result, config: null, tests: null, steps: null }
  const config = parse(HarborConfig, readTextBelow(directory, [CONFIG_FILE]))
  const ctrf = result === null ? null : readTextBelow(directory, CTRF_FILE.split('/'), MAX_BYTES)
  const trajectory = result === null ? null : readTextBelow(directory, TRAJECTORY_FILE.split('/'), MAX_TRAJECTORY_BYTES)
  return {
    record,
    result,
    config,
    tests: ctrf === null ? null : parseCtrf(ctrf),
    steps: trajectory === null ? null : countSteps(trajectory),
  }
}

/** What stands in a job's directory beside its trials. */
export function readJobDocuments(directory: string): JobDocuments {
  return {
    result: parse(HarborJobResult, readTextBelow(directory, [RESULT_FILE], MAX_BYTES)),
    config: parse(HarborConfig, readTextBelow(directory, [CONFIG_FILE])),
  }
}

/** Job results list every trial, records every test: they may be large. */
const MAX_BYTES = 256 * 1024 * 1024
/** Counting steps is not worth more. */
const MAX_TRAJECTORY_BYTES = 16 * 1024 * 1024

function parse<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  text: string | null,
): T | null {
  if (text === null) return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const parsed = schema.safeParse(value)
  return parsed.success ? parsed.data : null
}
