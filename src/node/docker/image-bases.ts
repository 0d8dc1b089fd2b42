import * as z from 'zod'
import { toAppError } from '../../contract/errors.ts'
import { baseImages, isSettled } from './base-images.ts'
import type { Engine } from './engine.ts'
import { inspectImage } from './inspect-image.ts'

/** On a built image: the images that its build took in. Beside the tag it says whether a build today would do the same. */
const BASES_LABEL = 'tbcc.bases'

/** Names with the ids that the engine has for them; null: it has none. */
const Bases = z.array(z.tuple([z.string(), z.string().nullable()]))
type Bases = z.infer<typeof Bases>

/** The labels of an image that is built from this Dockerfile now. */
export async function labelsOfBuild(engine: Engine, dockerfile: string): Promise<Readonly<Record<string, string>>> {
  const bases: Bases = []
  for (const name of baseImages(dockerfile)) bases.push([name, isSettled(name) ? await idOf(engine, name) : null])
  return { [BASES_LABEL]: JSON.stringify(bases) }
}

/**
 * Whether an image with these labels was built from the images that the engine has today. One that it does not have, or did
 * not have then, has not been replaced here. Where a name cannot be known by reading only the builder can tell: false.
 */
export async function isBuiltFromPresent(engine: Engine, labels: Readonly<Record<string, string>>): Promise<boolean> {
  const bases = readBases(labels[BASES_LABEL])
  if (bases?.every(([name]) => isSettled(name)) !== true) return false
  for (const [name, id] of bases) {
    const present = id === null ? null : await idOf(engine, name)
    if (present !== null && present !== id) return false
  }
  return true
}

function readBases(label: string | undefined): Bases | null {
  try {
    return Bases.parse(JSON.parse(label ?? ''))
  } catch {
    return null
  }
}

/** A name that the engine cannot make sense of is the builder's to refuse. */
async function idOf(engine: Engine, name: string): Promise<string | null> {
  try {
    return (await inspectImage(engine, name))?.info.id ?? null
  } catch (error) {
    if (toAppError(error).code === 'image-not-found') return null
    throw error
  }
}
