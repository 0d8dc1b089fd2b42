// Which of the bundled samples this machine can run.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectNode, root, run } from './process.mjs'

export const samplesFolder = join('resources', 'samples')

/**
 * The samples that only a container engine can run, where there is none: with a RUN step in its Dockerfile a task
 * needs an image to be built, which the sandbox backend does not do.
 */
export async function samplesToLeaveOut() {
  return (await engineAnswers()) ? [] : readdirSync(join(root, samplesFolder)).filter(hasRunStep).toSorted()
}

/** @param {string} sample */
function hasRunStep(sample) {
  const dockerfile = join(root, samplesFolder, sample, 'environment', 'Dockerfile')
  return existsSync(dockerfile) && /^\s*RUN\s/im.test(readFileSync(dockerfile, 'utf8'))
}

/** Asks the product, which knows sockets, DOCKER_HOST and contexts. In doubt the run itself says what is wrong. */
async function engineAnswers() {
  const { code, output } = await run(projectNode, [join('dist', 'cli.js'), 'doctor', '--json'], { capture: true })
  try {
    const report = /** @type {{ backends: { name: string, available: boolean }[] }} */ (JSON.parse(output))
    return report.backends.some(({ name, available }) => name === 'docker' && available)
  } catch {
    return code === 0
  }
}
