import { z } from 'zod'
import { Blame, Outcome } from '../outcome.ts'

export const BackendName = z.enum(['docker', 'podman', 'sandbox'])
export const BackendChoice = z.enum(['auto', 'docker', 'podman', 'sandbox'])

/** A trial, by the names of its folders. */
export const TrialRef = z.object({ jobName: z.string().min(1), trialName: z.string().min(1) })
export type TrialRef = Readonly<z.infer<typeof TrialRef>>

/** Rows of a list from `offset` on. */
export const Page = z.object({
  offset: z.number().int().nonnegative().default(0),
  limit: z.number().int().min(1).max(5000).default(100),
})

/**
 * Which trials are meant; all conditions hold together, the values of one are alternatives. In `models` the empty text
 * stands for "no model".
 */
export const TrialFilter = z.object({
  jobNames: z.array(z.string()).optional(),
  trialNames: z.array(z.string()).optional(),
  sources: z.array(z.string()).optional(),
  backends: z.array(z.string()).optional(),
  agents: z.array(z.string()).optional(),
  models: z.array(z.string()).optional(),
  tasks: z.array(z.string()).optional(),
  states: z.array(z.enum(['queued', 'running', 'finished'])).optional(),
  /** `none`: finished without a verdict, as asked. */
  outcomes: z.array(z.union([Outcome, z.literal('none')])).optional(),
  blames: z.array(Blame).optional(),
  exceptionTypes: z.array(z.string()).optional(),
  difficulties: z.array(z.string()).optional(),
  categories: z.array(z.string()).optional(),
  /** Started at or after / before, as Timestamp. */
  since: z.string().optional(),
  until: z.string().optional(),
  /** Substring of the names of job, trial, task, agent, model, or of the reason; case does not matter. */
  text: z.string().optional(),
})
export type TrialFilter = Readonly<z.infer<typeof TrialFilter>>

/** A share of `total` with its Wilson 95 % interval; null bounds where there is nothing to count. */
export const Rate = z.object({
  resolved: z.number().int(),
  /** All trials: every error counts as not resolved. */
  total: z.number().int(),
  /** Those with a verdict that counts. */
  judged: z.number().int(),
  low: z.number().nullable(),
  high: z.number().nullable(),
})
export type Rate = Readonly<z.infer<typeof Rate>>

/** The middle of what was measured, and how many were. */
export const Measured = z.object({ median: z.number().nullable(), count: z.number().int() })

export const ImageState = z.object({ name: z.string(), present: z.boolean(), sizeBytes: z.number().nullable() })
export type ImageState = Readonly<z.infer<typeof ImageState>>

/** A piece of a file, for showing. */
export const FileContent = z.object({
  path: z.string(),
  size: z.number(),
  kind: z.enum(['text', 'image', 'binary']),
  mime: z.string(),
  /** Where this piece starts; only text is given in pieces. */
  offset: z.number(),
  /** Where the next piece starts; the size of the file where none follows. */
  to: z.number(),
  text: z.string().nullable(),
  /** Base64, of an image. */
  data: z.string().nullable(),
  /** More follows after this piece, or the file is too large to show. */
  truncated: z.boolean(),
})
export type FileContent = Readonly<z.infer<typeof FileContent>>

export const FileEntry = z.object({
  /** Relative, with forward slashes. */
  path: z.string(),
  kind: z.enum(['file', 'directory', 'other']),
  size: z.number(),
  modifiedAt: z.string().nullable(),
})
export type FileEntry = Readonly<z.infer<typeof FileEntry>>

export const Nothing = z.object({})
