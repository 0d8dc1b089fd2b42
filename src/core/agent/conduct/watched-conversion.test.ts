import { expect, test } from 'vitest'
import { mustConvert, recordedLogs } from '../../../../test/support/recorded-logs.ts'
import type { Finding } from '../../../contract/trial.ts'
import { convertCodex } from '../../trajectory/convert/codex.ts'
import { createCodexParser } from '../logs/codex.ts'
import { createConductWatch } from './watch.ts'
import { watchedConversion } from './watched-conversion.ts'

test('what a helper of codex reached for stands in no stream, and is found in its rollout', async () => {
  const recorded = Object.entries(recordedLogs('codex', 'helper'))
  const logs = Object.fromEntries(recorded.map(([path, text]) => [path, text.replaceAll('echo child', 'ls /tests')]))
  const watch = createConductWatch({ name: 'org/one', shortName: 'one' })
  const parser = createCodexParser({ maxTurns: null })
  const stream = (logs['agent/codex.txt'] ?? '').split('\n').flatMap((line) => parser.line(line))
  expect([...stream, ...parser.end()].flatMap((event) => watch.observe(event))).toEqual([])

  const found: Finding[] = []
  const watched = watchedConversion(convertCodex, (tool, args) => void found.push(...watch.look(tool, args)))
  const of = { agent: 'codex', model: 'openai/gpt-5.5' }
  const { document } = await mustConvert(watched, logs, of)
  expect(found).toMatchObject([{ kind: 'tests-sought', evidence: ['exec_command: ls /tests'] }])
  expect(document).toEqual((await mustConvert(convertCodex, logs, of)).document)
})
