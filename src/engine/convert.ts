import { basename, dirname, join } from 'node:path'
import { AppError } from '../contract/errors.ts'
import { TrialConfig } from '../contract/harbor/trial-config.ts'
import { ACP_EVENTS_FILE } from '../core/agent/acp/record.ts'
import type { AgentDefinition } from '../core/agent/agent.ts'
import { findAgent } from '../core/agent/registry.ts'
import { parseHarborJson } from '../core/job/harbor-json.ts'
import type { TrialRow } from '../core/job/ports.ts'
import { assembleInstruction } from '../core/task/instruction.ts'
import { convertLogs } from '../core/trajectory/convert/convert-logs.ts'
import { toLogFolder } from '../core/trajectory/convert/log-folder.ts'
import { firstRequest } from '../core/trajectory/first-request.ts'
import { createStoredTrial } from '../node/fs/stored-trial.ts'
import { loadTask } from '../node/fs/task-directory.ts'
import { loadListPrices } from '../node/prices/list-prices.ts'
import { readTrialDocuments } from '../node/read/documents.ts'
import { CONFIG_FILE, TRAJECTORY_FILE } from '../node/read/layout.ts'
import { readTextBelow } from '../node/read/safe-read.ts'
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
  const instruction = await instructionOf(directory, files, record?.taskPath ?? null)
  const about = { agent: { name: row.agent, version }, model: row.model, instruction }
  const totals = await convertLogs(definition.convert, files, about, loadListPrices)
  if (totals === null) return nothing('it left no log that can be read')
  return { ...base, path: join(directory, TRAJECTORY_FILE), reason: null, totals }
}

/**
 * What the agent was asked, for logs that do not say it: as the trajectory that is there has it, for the task may have
 * changed or gone since; else the task's instruction with the job's extra ones, as far as they can still be read.
 */
async function instructionOf(
  directory: string,
  files: ReturnType<typeof createStoredTrial>,
  taskPath: string | null,
): Promise<string> {
  const stored = await firstRequest(toLogFolder(files).lines(TRAJECTORY_FILE))
  if (stored !== null) return stored
  const task = taskPath === null ? null : await loadTask(taskPath, { verify: false })
  if (task?.valid !== true) return ''
  const { extra_instruction_paths: paths = [], extra_instructions: texts = [] } = readTrialConfig(directory) ?? {}
  const found = paths.map((path) => readTextBelow(dirname(path), [basename(path)])).filter((text) => text !== null)
  return assembleInstruction(task.task.instruction ?? '', found, texts)
}

function readTrialConfig(directory: string): TrialConfig | null {
  const text = readTextBelow(directory, [CONFIG_FILE])
  try {
    return text === null ? null : (TrialConfig.safeParse(parseHarborJson(text)).data ?? null)
  } catch {
    return null
  }
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
