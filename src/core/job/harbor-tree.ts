import { z } from 'zod'
import { Float } from '../../contract/harbor/lax.ts'
import { compareCodePoints } from '../task/code-point-order.ts'
import { float, isHarborFloat, toNumber } from '../../contract/harbor/number.ts'
import type { HarborJson } from './harbor-json.ts'
import { AgentMcpServer } from '../../contract/harbor/mcp-server.ts'
import { hideServerSecrets } from '../agent/mcp/secrets.ts'
import { hideSecrets, type HostEnv } from './secrets.ts'

type Schema = z.core.$ZodType

export interface TreePolicy {
  /** Which fields of tables a file leaves out: those equal to their default, null ones, or none. */
  readonly leaveOut: 'defaults' | 'nulls' | 'nothing'
  /** The host's variables, so that secrets can be written as references to them. */
  readonly hostEnv: HostEnv
  /** Whether fields are written that Harbor has not: none of its files may hold one. Absent: no. */
  readonly withOurs?: boolean
}

/**
 * A parsed value as the JSON that Harbor writes for it: fields in the schema's order, floats tagged, fields left out by
 * the policy and by the schema's `meta` (contract/harbor/common.ts), secrets hidden.
 */
export function toHarborTree(schema: Schema, value: unknown, policy: TreePolicy): HarborJson {
  const { core } = unwrap(schema)
  if (core === Float && typeof value === 'number') return float(value)
  if (value === null || typeof value !== 'object') return toJson(value)
  if (core instanceof z.ZodObject) return tableTree(core, value, policy)
  if (core instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item: unknown) => toHarborTree(core.element, item, policy))
  }
  if (core instanceof z.ZodRecord) {
    const entries = Object.entries(value).map(([key, item]): [string, HarborJson] => [
      key,
      toHarborTree(core.valueType, item, policy),
    ])
    return new Map(entries)
  }
  const option = core instanceof z.ZodUnion ? core.options.find((each) => fits(each, value)) : undefined
  return option === undefined ? toJson(value) : toHarborTree(option, value, policy)
}

function tableTree(table: z.ZodObject, value: object, policy: TreePolicy): HarborJson {
  const fields = new Map<string, unknown>(Object.entries(value))
  const tree = new Map<string, HarborJson>()
  for (const [key, schema] of Object.entries<Schema>(table.shape)) {
    const field = fields.get(key)
    if (field === undefined) continue
    const { meta } = unwrap(schema)
    if (meta['ours'] === true && policy.withOurs !== true) continue
    if (meta['omitEmpty'] === true && isEmpty(field)) continue
    if (policy.leaveOut === 'nulls' && field === null) continue
    if (policy.leaveOut === 'defaults' && isDefault(schema, field)) continue
    tree.set(key, toHarborTree(schema, withoutSecrets(field, meta, policy.hostEnv), policy))
  }
  return tree
}

function withoutSecrets(field: unknown, meta: Unwrapped['meta'], hostEnv: HostEnv): unknown {
  if (meta['sensitive'] === true) return hideSecrets(z.record(z.string(), z.string()).parse(field), hostEnv)
  if (meta['servers'] !== true) return field
  return z
    .array(AgentMcpServer)
    .parse(field)
    .map((server) => hideServerSecrets(server, hostEnv))
}

interface Unwrapped {
  /** The schema below defaults, nullability, conversions and references. */
  readonly core: Schema
  readonly meta: Readonly<Record<string, unknown>>
}

function unwrap(schema: Schema): Unwrapped {
  const inner = innerOf(schema)
  const own = z.globalRegistry.get(schema) ?? {}
  if (inner === null) return { core: schema, meta: own }
  const { core, meta } = unwrap(inner)
  return { core, meta: { ...meta, ...own } }
}

function innerOf(schema: Schema): Schema | null {
  if (schema === Float) return null
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return schema.def.innerType
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional) return schema.def.innerType
  if (schema instanceof z.ZodPipe) return schema.def.in instanceof z.ZodTransform ? schema.def.out : schema.def.in
  return schema instanceof z.ZodLazy ? schema._zod.innerType : null
}

function fits(option: Schema, value: object): boolean {
  const { core } = unwrap(option)
  if (core instanceof z.ZodArray) return Array.isArray(value)
  if (core instanceof z.ZodRecord) return true
  return core instanceof z.ZodObject && Object.keys(value).every((key) => key in core.shape)
}

function isDefault(schema: Schema, value: unknown): boolean {
  if (schema instanceof z.ZodDefault) return isSame(schema, value, schema.def.defaultValue)
  return (
    schema instanceof z.ZodPrefault && isSame(schema, value, z.parse(schema.def.innerType, schema.def.defaultValue))
  )
}

function isSame(schema: Schema, one: unknown, other: unknown): boolean {
  const { core, meta } = unwrap(schema)
  if (core instanceof z.ZodObject && isTable(one) && isTable(other)) {
    return Object.entries<Schema>(core.shape).every(([key, field]) => isSame(field, one[key], other[key]))
  }
  if (meta['unordered'] === true && Array.isArray(one) && Array.isArray(other))
    return isEqual(inOrder(one), inOrder(other))
  return isEqual(one, other)
}

function isEqual(one: unknown, other: unknown): boolean {
  if (isHarborFloat(one)) return isEqual(toNumber(one), other)
  if (isHarborFloat(other)) return isEqual(one, toNumber(other))
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => isEqual(item, other[index]))
  }
  if (!isTable(one) || !isTable(other)) return one === other
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && isEqual(one[key], other[key]))
}

function inOrder(items: readonly unknown[]): string[] {
  return items.map(String).sort(compareCodePoints)
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0)
}

/** A value that no schema describes, such as what stands in `kwargs`. */
function toJson(value: unknown): HarborJson {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value
  if (isHarborFloat(value)) return value
  if (Array.isArray(value)) return value.map(toJson)
  if (value instanceof Date) return value.toISOString()
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  return new Map(entries.map(([key, item]: [unknown, unknown]): [string, HarborJson] => [String(key), toJson(item)]))
}
