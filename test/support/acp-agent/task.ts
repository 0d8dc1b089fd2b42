import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { projectRoot, type Jobs } from '../engine.ts'
import type { TaskText } from '../tasks.ts'

/** A task whose image has a Node and the test agent: `node /opt/agent.mjs SCENE`. */
export async function acpTask(jobs: Jobs, task: Partial<TaskText> & Pick<TaskText, 'name'>): Promise<string> {
  const folder = await jobs.task({
    solution: null,
    dockerfile: [
      'FROM debian:bookworm-slim',
      'WORKDIR /app',
      'COPY --chmod=755 node /usr/local/bin/node',
      'COPY agent.mjs /opt/agent.mjs',
      '',
    ].join('\n'),
    ...task,
  })
  const environment = join(folder, 'environment')
  await copyFile(process.execPath, join(environment, 'node'))
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: join(projectRoot, 'test/support/acp-agent/agent.ts'),
      outDir: environment,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: 'agent.mjs', format: 'es', codeSplitting: false } },
    },
  })
  return folder
}
