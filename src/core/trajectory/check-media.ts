import type { Content } from '../../contract/harbor/content-part.ts'
import type { Trajectory } from '../../contract/harbor/trajectory.ts'
import type { RuleBreak } from './check-rules.ts'

/** Whether a file stands at the path as a document writes it. */
export type FileExists = (path: string) => boolean

/** Pictures and sounds of the document's own steps whose files are missing. URLs and embedded subagents are left alone. */
export function checkMedia(trajectory: Trajectory, fileExists: FileExists): RuleBreak[] {
  const check = (content: Content | null | undefined, place: string): RuleBreak[] =>
    checkContent(content, place, fileExists)
  return trajectory.steps.flatMap((step, index) => [
    ...check(step.message, `steps.${index}.message`),
    ...(step.observation?.results ?? []).flatMap((result, each) =>
      check(result.content, `steps.${index}.observation.results.${each}.content`),
    ),
  ])
}

function checkContent(content: Content | null | undefined, place: string, fileExists: FileExists): RuleBreak[] {
  if (!Array.isArray(content)) return []
  return content.flatMap(({ type, source }, index) => {
    const path = source?.path ?? ''
    if (path === '' || path.includes('://') || fileExists(path)) return []
    return [{ place: `${place}.${index}.source.path`, message: `the ${type} file does not exist: ${path}` }]
  })
}
