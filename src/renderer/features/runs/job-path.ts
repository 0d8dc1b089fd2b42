import { toPath } from '../../app/router.ts'

/** Address of a job's screen, with what is chosen on it. */
export function jobPath(jobName: string, query: Readonly<Record<string, string>> = {}): string {
  return toPath({ tab: 'runs', parts: [jobName], query })
}
