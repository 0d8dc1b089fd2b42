import type { z } from 'zod'

/** What is wrong with one value of a document: where it stands (`steps.0.name`; empty: the whole) and what was expected. */
export interface SchemaIssue {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** The issues of a failed parse, one per wrong value: unions show the branch that came closest, unknown keys one by one. */
export function toSchemaIssues(error: z.core.$ZodError): SchemaIssue[] {
  return error.issues.flatMap((issue) => flatten(issue, []))
}

function flatten(issue: z.core.$ZodIssue, parents: readonly (string | number)[]): SchemaIssue[] {
  const path = [...parents, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: 'is not a known field' }))
  }
  if (issue.code === 'invalid_union') return flattenUnion(issue, path)
  return [{ path, message: issue.message }]
}

/** A branch whose issues lie inside the value fits its type; where none does, all of them say what was expected. */
function flattenUnion(issue: z.core.$ZodIssueInvalidUnion, path: readonly (string | number)[]): SchemaIssue[] {
  const inside = issue.errors.find((branch) => branch.length > 0 && branch.every((each) => each.path.length > 0))
  if (inside !== undefined) return inside.flatMap((each) => flatten(each, path))
  const messages = issue.errors.flatMap((branch) => branch.slice(0, 1).map((each) => each.message))
  return [{ path, message: [...new Set(messages)].join(', or ') }]
}
