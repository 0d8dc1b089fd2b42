import type { AgentContext, AgentSettings } from '../agent.ts'

/** Where a job's skills go when the task has no folder for its own; Harbor's place. */
const DEFAULT_FOLDER = '/harbor/skills'

/**
 * Puts a job's skills beside those of the task, each below its own name: a folder with a SKILL.md is one skill, any other
 * a folder of skills. The folders in the container that hold skills: none or one.
 */
export async function putSkills(
  skills: readonly string[],
  { task, container }: Pick<AgentContext, 'task' | 'container'>,
  host: AgentSettings['host'],
): Promise<readonly string[]> {
  const own = task.config.environment.skills_dir
  if (skills.length === 0) return own === null ? [] : [own]
  const folder = own ?? DEFAULT_FOLDER
  for (const skill of skills) {
    const prefix = (await host.isFile(`${skill}/SKILL.md`)) ? nameOf(skill) : ''
    await container.putArchive(folder, host.archive(skill, { prefix }))
  }
  return [folder]
}

function nameOf(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? ''
}
