import { existsSync, readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { z } from 'zod'
import { fixturesFolder } from './machine.ts'

/*
 * Harbor's own JSON Schemas, from the fixtures. Where those are missing nothing is checked here; the suites that need
 * them say so.
 */

const schemas = join(fixturesFolder, 'harbor-schema')
const AnySchema = z.looseObject({})
const compiled = new Map<string, ValidateFunction>()

/** What Harbor's schemas object to in a job folder, one line each; empty without fixtures. */
export async function harborProblems(job: string): Promise<readonly string[]> {
  if (!existsSync(schemas)) return []
  const problems: string[] = []
  await check(job, 'config.json', 'job-config', problems)
  await check(job, 'lock.json', 'job-lock', problems)
  await check(job, 'result.json', 'job-result', problems)
  for (const entry of await readdir(job, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const trial = join(job, entry.name)
    await check(trial, 'config.json', 'trial-config', problems)
    await check(trial, 'lock.json', 'trial-lock', problems)
    if (existsSync(join(trial, 'result.json'))) await check(trial, 'result.json', 'trial-result', problems)
    const optional = (path: string): boolean => existsSync(join(trial, path))
    if (optional('artifacts/manifest.json'))
      await check(trial, 'artifacts/manifest.json', 'artifact-manifest', problems)
    if (optional('agent/trajectory.json')) await check(trial, 'agent/trajectory.json', 'trajectory', problems)
  }
  return problems.map((problem) => problem.replace(`${job}/`, ''))
}

async function check(directory: string, file: string, schema: string, problems: string[]): Promise<void> {
  const path = join(directory, file)
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    const validate = validatorOf(schema)
    // On disk a manifest is the bare list of the schema's entries.
    if (validate(schema === 'artifact-manifest' ? { entries: value } : value)) return
    for (const { instancePath, message } of validate.errors ?? [])
      problems.push(`${path}: ${instancePath} ${message ?? ''}`)
  } catch (error) {
    problems.push(`${path}: ${String(error)}`)
  }
}

function validatorOf(name: string): ValidateFunction {
  const known = compiled.get(name)
  if (known !== undefined) return known
  const text = readFileSync(join(schemas, `${name}.schema.json`), 'utf8')
  // Formats are annotations there: the times of a job have no offset.
  const validate = new Ajv2020({ strict: false, validateFormats: false, allErrors: true }).compile(
    AnySchema.parse(JSON.parse(text)),
  )
  compiled.set(name, validate)
  return validate
}
