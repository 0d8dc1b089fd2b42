import type { TaskConfig, TaskStepConfig } from '../../contract/harbor/task-config.ts'
import type { TaskIssue } from './task.ts'
import { verifierMode } from './verifier-mode.ts'

/** What a task directory lacks. `exists` answers for paths relative to it; without `verify` no test script is needed. */
export function listMissingFiles(config: TaskConfig, exists: (path: string) => boolean, verify: boolean): TaskIssue[] {
  const steps = config.steps ?? []
  const wanted = steps.length === 0 ? ['instruction.md'] : steps.map((step) => `${stepFolder(step)}/instruction.md`)
  const missing = ['environment', ...wanted].filter((path) => !exists(path)).map(toIssue)
  if (!verify) return missing
  const units = steps.length === 0 ? [undefined] : steps
  return [...missing, ...units.flatMap((step) => missingTests(config, step, exists))]
}

/**
 * The folders that go into containers as they are, whose links must stay inside the task. The environment is one only
 * where a verifier of its own is started from it.
 */
export function listInputs(config: TaskConfig, exists: (path: string) => boolean, verify: boolean): string[] {
  const steps = config.steps ?? []
  const units = steps.length === 0 ? [undefined] : steps
  const reused =
    verify && units.some((step) => verifierMode(config, step) === 'separate' && !isBundled(config, step, exists))
  return ['tests', 'solution', ...steps.map(stepFolder), ...(reused ? ['environment'] : [])]
}

function stepFolder(step: TaskStepConfig): string {
  return `steps/${step.name}`
}

function toIssue(path: string): TaskIssue {
  return { file: path, key: null, message: path === 'environment' ? 'the directory is missing' : 'the file is missing' }
}

function missingTests(
  config: TaskConfig,
  step: TaskStepConfig | undefined,
  exists: (path: string) => boolean,
): TaskIssue[] {
  if (isBundled(config, step, exists)) return []
  const scripts = testFolders(step).flatMap((folder) => scriptNames(config, step).map((name) => `${folder}/${name}`))
  if (scripts.some(exists)) return []
  const [first = 'tests/test.sh', ...others] = scripts
  const instead = others.length === 0 ? '' : `, and so is ${others.join(', ')}`
  return [{ file: first, key: null, message: `the test script is missing${instead}` }]
}

/** An image of the verifier's own brings its tests along. */
function isBundled(config: TaskConfig, step: TaskStepConfig | undefined, exists: (path: string) => boolean): boolean {
  if (verifierMode(config, step) !== 'separate') return false
  const images = [step?.verifier.environment?.docker_image, config.verifier.environment?.docker_image]
  if (images.some((image) => (image ?? null) !== null)) return true
  return testFolders(step).some((folder) => exists(`${folder}/Dockerfile`) || exists(`${folder}/docker-compose.yaml`))
}

function testFolders(step: TaskStepConfig | undefined): string[] {
  return step === undefined ? ['tests'] : [`${stepFolder(step)}/tests`, 'tests']
}

/** By the system that the verifier runs on; one of its own may name another than the agent's. */
function scriptNames(config: TaskConfig, step: TaskStepConfig | undefined): string[] {
  const own =
    verifierMode(config, step) === 'separate' ? (step?.verifier.environment ?? config.verifier.environment) : null
  const systems = new Set([config.environment.os, own?.os ?? config.environment.os])
  return [...systems].map((os) => (os === 'windows' ? 'test.bat' : 'test.sh'))
}
