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
      'COPY --chmod=755 my-agent /opt/archive/bin/my-agent',
      'COPY --chmod=755 curl /usr/local/bin/curl',
      '',
    ].join('\n'),
    ...task,
    files: {
      'environment/my-agent': '#!/bin/sh\nexec node /opt/agent.mjs "$@"\n',
      // Stands in for the real one, as a network: `curl -fsSL URL -o FILE` brings the archive.
      'environment/curl': '#!/bin/sh\nexec tar -C /opt/archive -czf "$4" .\n',
    },
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
