import { z } from 'zod'
import { BackendName, FileContent, FileEntry, Nothing } from './common.ts'
import { procedure } from './define.ts'

/** A place with tasks: the default one, the samples, or one that the user added. */
export const DatasetPlace = z.object({
  /** Absolute. */
  path: z.string(),
  label: z.string(),
  origin: z.enum(['default', 'samples', 'added']),
  /** Null: it cannot be read now. */
  tasks: z.number().int().nullable(),
})
export type DatasetPlace = Readonly<z.infer<typeof DatasetPlace>>

export const TaskSummary = z.object({
  name: z.string(),
  shortName: z.string(),
  /** Absolute: the task's identity here. */
  directory: z.string(),
  difficulty: z.string().nullable(),
  category: z.string().nullable(),
  tags: z.array(z.string()),
  agentTimeoutSec: z.number().nullable(),
  verifierTimeoutSec: z.number().nullable(),
  cpus: z.number().nullable(),
  memoryMb: z.number().nullable(),
  network: z.string(),
  /** Prebuilt image; null: built from the Dockerfile. */
  image: z.string().nullable(),
  hasSolution: z.boolean(),
  /** Features that no backend here runs; empty: runnable. */
  unsupported: z.array(z.string()),
})
export type TaskSummary = Readonly<z.infer<typeof TaskSummary>>

export const InvalidTask = z.object({
  name: z.string(),
  directory: z.string(),
  issues: z.array(z.object({ file: z.string(), key: z.string().nullable(), message: z.string() })),
})
export type InvalidTask = Readonly<z.infer<typeof InvalidTask>>

export const TaskDetail = TaskSummary.extend({
  /** Markdown; null for a multi-step task. Hostile. */
  instruction: z.string().nullable(),
  configToml: z.string(),
  buildTimeoutSec: z.number(),
  /** What the task asks for. */
  storageMb: z.number().nullable(),
  files: z.array(FileEntry),
  hostVariables: z.array(z.object({ name: z.string(), hasDefault: z.boolean(), key: z.string() })),
  digest: z.string(),
  /** The name a build of its Dockerfile has; with it `engine.images` tells whether it is there. */
  imageName: z.string(),
  /** Why a backend of this machine cannot run it; a backend that is not named can. */
  refusals: z.array(z.object({ backend: z.string(), reason: z.string() })),
})
export type TaskDetail = Readonly<z.infer<typeof TaskDetail>>

export const taskProcedures = {
  'datasets.list': procedure(Nothing, z.array(DatasetPlace)),
  'datasets.add': procedure(z.object({ path: z.string().min(1) }), DatasetPlace),
  'datasets.remove': procedure(z.object({ path: z.string().min(1) }), Nothing),
  /** `path` null: the default place. */
  'tasks.list': procedure(
    z.object({ path: z.string().nullable(), recursive: z.boolean().default(false) }),
    z.object({ path: z.string(), tasks: z.array(TaskSummary), invalid: z.array(InvalidTask) }),
  ),
  /** Of listed tasks, those that a backend of this machine cannot run, each with why. */
  'tasks.refusals': procedure(
    z.object({ backend: BackendName, directories: z.array(z.string().min(1)).max(200) }),
    z.array(z.object({ directory: z.string(), reason: z.string() })),
  ),
  'tasks.show': procedure(z.object({ directory: z.string().min(1) }), TaskDetail),
  'tasks.readFile': procedure(
    z.object({ directory: z.string().min(1), path: z.string().min(1), offset: z.number().int().default(0) }),
    FileContent,
  ),
} as const
