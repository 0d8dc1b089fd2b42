import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { checkConfigKeys } from '../src/cli/run/config-keys.ts'
import type { PlainConfig } from '../src/cli/run/plain-config.ts'
import { describeOn, fixturesFolder } from './support/machine.ts'

const Table = z.object({ properties: z.record(z.string(), z.unknown()) })
const Schema = Table.extend({ $defs: z.record(z.string(), Table.partial()) })

describeOn('fixtures', "the keys of Harbor's own configurations", () => {
  const read = (path: string): unknown => JSON.parse(readFileSync(join(fixturesFolder, path), 'utf8'))

  test.each<[string, (table: PlainConfig) => PlainConfig]>([
    ['JobConfig', (table) => table],
    ['AgentConfig', (table) => ({ agents: [table] })],
    ['EnvironmentConfig', (environment) => ({ environment })],
    ['VerifierConfig', (verifier) => ({ verifier })],
    ['RetryConfig', (retry) => ({ retry })],
    ['DatasetConfig', (table) => ({ datasets: [table] })],
    ['TaskConfig', (table) => ({ tasks: [table] })],
    ['MetricConfig', (table) => ({ metrics: [table] })],
  ])('every key of its %s is known', (name, place) => {
    const schema = Schema.parse(read('harbor-schema/job-config.schema.json'))
    const properties = name === 'JobConfig' ? schema.properties : (schema.$defs[name]?.properties ?? {})
    const keys = Object.keys(properties)
    expect(keys.length).toBeGreaterThan(1)
    expect(checkConfigKeys(place(Object.fromEntries(keys.map((key) => [key, null])))).unknown).toEqual([])
  })

  test('a config.json that it wrote can be followed', () => {
    const config = z.record(z.string(), z.unknown()).parse(read('harbor-job/oracle/config.json'))
    expect(checkConfigKeys(config)).toEqual({ unsupported: [], unknown: [] })
  })
})
