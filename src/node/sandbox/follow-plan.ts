import type { HostBuildPlan } from '../../core/environment/host-build.ts'
import { putArchive } from './archives.ts'
import { openBuildContext } from './build-context.ts'
import { rootIdentity } from './container.ts'
import { failureOf, type RunningSandbox, runInside } from './running.ts'

/** Does the steps of a Dockerfile in a fresh sandbox, and makes its working directory. */
export async function followPlan(
  sandbox: RunningSandbox,
  plan: HostBuildPlan,
  contextDir: string,
  workdir: string,
  signal: AbortSignal,
): Promise<void> {
  const root = rootIdentity(sandbox)
  const makeDirectory = async (path: string): Promise<void> => {
    const { code, output } = await runInside(sandbox, ['mkdir', '-p', '--', path], root)
    if (code !== 0) throw failureOf(sandbox, `${path} could not be made`, output)
  }
  const isDirectory = async (path: string): Promise<boolean> =>
    (await runInside(sandbox, ['test', '-d', path], root)).code === 0
  const context = await openBuildContext(contextDir)
  for (const step of plan.steps) {
    signal.throwIfAborted()
    if (step.kind === 'workdir') await makeDirectory(step.path)
    else {
      const { directory, archive } = await context.copy(step, isDirectory)
      await putArchive(sandbox, root, directory, archive())
    }
  }
  await makeDirectory(workdir)
}
