import { join } from 'node:path'
import { AppError } from '../contract/errors.ts'
import { ACP_EVENTS_FILE } from '../core/agent/acp/record.ts'
import type { AgentDefinition } from '../core/agent/agent.ts'
import { findAgent } from '../core/agent/registry.ts'
import type { TrialRow } from '../core/job/ports.ts'
import { convertLogs } from '../core/trajectory/convert/convert-logs.ts'
import { createStoredTrial } from '../node/fs/stored-trial.ts'
import { loadTask } from '../node/fs/task-directory.ts'
import { loadListPrices } from '../node/prices/list-prices.ts'
import { readTrialDocuments } from '../node/read/documents.ts'
import { TRAJECTORY_FILE } from '../node/read/layout.ts'
import type { ConvertedTrial, Found } from './engine.ts'

/** Converts the stored logs of a trial, or of every ended trial of a job, anew. What cannot be converted says why. */
export async function convertStored(found: Found): Promise<readonly ConvertedTrial[]> {
  if (found.kind === 'trial') return [await convertTrial(found.trial, found.directory)]
  const converted: ConvertedTrial[] = []
  // One by one: a log may be large, and nobody waits for the first.
  for (const trial of found.trials) converted.push(await convertTrial(trial, join(found.directory, trial.trialName)))
  return converted
}

async function convertTrial(row: TrialRow, directory: string): Promise<ConvertedTrial> {
  const base = { trialName: row.trialName, agent: row.agent }
  const nothing = (reason: string): ConvertedTrial => ({ ...base, path: null, reason, totals: null })
  if (row.state === 'running') return nothing('it is still running')
  const files = createStoredTrial(directory)
  const definition = definitionOf(row.agent) ?? (await definitionOfLogs(files))
  if (definition?.convert === undefined) return nothing(`the logs of agent ${row.agent} hold no trajectory`)
  const { record } = readTrialDocuments(directory)
  const version = record?.agentVersion ?? null
  const task = record === null ? null : await loadTask(record.taskPath, { verify: false })
  const instruction = task?.valid === true ? (task.task.instruction ?? '') : ''
  const about = { agent: { name: row.agent, version }, model: row.model, instruction }
  const totals = await convertLogs(definition.convert, files, about, loadListPrices)
  if (totals === null) return nothing('it left no log that can be read')
  return { ...base, path: join(directory, TRAJECTORY_FILE), reason: null, totals }
}

/** Agents of the ACP registry are recorded by its names for them, whatever they are: their log shows what they are. */
async function definitionOfLogs(files: ReturnType<typeof createStoredTrial>): Promise<AgentDefinition | null> {
  const left = await files.list('agent')
  return left.some(({ path }) => path === `agent/${ACP_EVENTS_FILE}`) ? findAgent('acp') : null
}

/** An agent of another tool, or of a newer version, is none of ours. */
function definitionOf(name: string): AgentDefinition | null {
  try {
    return findAgent(name)
  } catch (thrown) {
    if (thrown instanceof AppError) return null
    throw thrown
  }
}
