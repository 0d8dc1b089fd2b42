import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The image that every test machine has. */
export const BASE_IMAGE = 'debian:bookworm-slim'

/** A task as a test describes it; what is left out is small and sound. */
export interface TaskText {
  /** Name of the folder, and so of the task. */
  readonly name: string
  /** Tables beside those that are made from the fields below. */
  readonly toml?: string
  /** Lines of `[environment]` beside image and network. */
  readonly environment?: string
  /** Absent: `no-network`, which every backend can do. */
  readonly network?: 'public' | 'no-network' | 'allowlist'
  /** A text: the image is built from it. Absent: the base image is used as it is. */
  readonly dockerfile?: string
  /** `docker_image` where it is not the base image. */
  readonly image?: string
  readonly instruction?: string
  /** `solution/solve.sh` without its first line; null: the task has none. Absent: it writes /app/done. */
  readonly solution?: string | null
  /** `tests/test.sh` without its first line. Absent: reward 1 where /app/done says "yes", else 0. */
  readonly tests?: string
  /** Seconds. */
  readonly agentTimeout?: number
  readonly verifierTimeout?: number
  /** Other files of the task by path. */
  readonly files?: Readonly<Record<string, string>>
}

export const SOLUTION = 'echo yes > /app/done'
export const TESTS = 'if [ "$(cat /app/done 2>&1)" = yes ]; then echo 1; else echo 0; fi > /logs/verifier/reward.txt'

/** Writes a task below `folder`; its path. */
export async function makeTask(folder: string, task: TaskText): Promise<string> {
  const directory = join(folder, task.name)
  const { solution = SOLUTION, tests = TESTS } = task
  const files: Record<string, string> = {
    'task.toml': toToml(task),
    'instruction.md': task.instruction ?? 'Write "yes" into /app/done.\n',
    'environment/Dockerfile': task.dockerfile ?? `FROM ${task.image ?? BASE_IMAGE}\nWORKDIR /app\n`,
    'tests/test.sh': script(tests),
    ...(solution === null ? {} : { 'solution/solve.sh': script(solution) }),
    ...task.files,
  }
  for (const [path, text] of Object.entries(files)) await writeBelow(directory, path, text)
  return directory
}

function toToml({
  toml,
  environment,
  network = 'no-network',
  dockerfile,
  image = BASE_IMAGE,
  agentTimeout = 30,
  verifierTimeout = 30,
}: TaskText): string {
  const prebuilt = dockerfile === undefined ? `docker_image = "${image}"\nworkdir = "/app"\n` : ''
  return `schema_version = "1.4"

[agent]
timeout_sec = ${agentTimeout}

[verifier]
timeout_sec = ${verifierTimeout}

[environment]
${prebuilt}network_mode = "${network}"
${environment ?? ''}

${toml ?? ''}
`
}

function script(text: string): string {
  return `#!/bin/bash\n${text}\n`
}

async function writeBelow(directory: string, path: string, text: string): Promise<void> {
  const target = join(directory, path)
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, text)
  if (path.endsWith('.sh')) await chmod(target, 0o755)
}
