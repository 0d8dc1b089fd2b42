import { z } from 'zod'
import { Flag, IntOrNull, PathOrNull, table, TextList, TextOrNull } from './lax.ts'

const fields = table({
  path: PathOrNull,
  name: TextOrNull,
  version: TextOrNull,
  ref: TextOrNull,
  registry_url: TextOrNull,
  registry_path: PathOrNull,
  repo: TextOrNull,
  overwrite: Flag.default(false),
  download_dir: PathOrNull,
  /** Globs. */
  task_names: TextList.nullable().default(null),
  exclude_task_names: TextList.nullable().default(null),
  n_tasks: IntOrNull,
})
type Fields = z.output<typeof fields>

/** Which tasks of which dataset: a folder, a name in a registry, or a repository. */
export const DatasetConfig = z
  .preprocess<unknown, typeof fields, z.input<typeof fields>>(flattenRegistry, fields)
  .superRefine((dataset, context) => {
    if (dataset.version !== null && dataset.ref !== null) refuse(context, 'ref', 'may not stand beside a version')
    if (dataset.repo === null) checkSource(dataset, context)
    else checkRepository(dataset, context)
  })
export type DatasetConfig = z.infer<typeof DatasetConfig>

function checkSource({ path, name }: Fields, context: z.core.$RefinementCtx): void {
  if (path === null && name === null) refuse(context, 'path', 'is missing: a dataset needs a path or a name')
  if (path !== null && name !== null) refuse(context, 'name', 'may not stand beside a path')
}

/** In a repository, path and registry_path are paths inside it. */
function checkRepository({ path, name, registry_path, registry_url }: Fields, context: z.core.$RefinementCtx): void {
  if (registry_url !== null) refuse(context, 'registry_url', 'may not stand beside a repo')
  if (path !== null && name !== null) refuse(context, 'name', 'may not stand beside a path')
  if (path !== null && registry_path !== null) refuse(context, 'registry_path', 'may not stand beside a path')
  if (registry_path !== null && name === null) refuse(context, 'registry_path', 'needs the name of a dataset beside it')
  if (name?.includes('/') === true) refuse(context, 'name', 'is a bare name, without "/", beside a repo')
}

function refuse(context: z.core.$RefinementCtx, key: keyof Fields, message: string): void {
  context.addIssue({ code: 'custom', message, path: [key] })
}

/** Older files nest the registry: `registry: {url | path}`. */
function flattenRegistry(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('registry' in value)) return value
  const { registry, ...rest } = value
  if (typeof registry !== 'object' || registry === null) return rest
  const url = 'url' in registry ? { registry_url: registry.url } : {}
  const path = 'path' in registry ? { registry_path: registry.path } : {}
  return { ...url, ...path, ...rest }
}
