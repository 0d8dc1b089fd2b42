import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TrialEventBody } from '../../src/contract/events.ts'
import { createLineSplitter } from '../../src/core/agent/logs/lines.ts'
import type { LogParser, LogSummary } from '../../src/core/agent/logs/log-parser.ts'
import { mixtures, strayLines } from './stray-lines.ts'

type CreateParser = (ask: { readonly maxTurns: number | null }) => LogParser

export interface Parsed {
  readonly events: readonly TrialEventBody[]
  readonly summary: LogSummary
}

export interface ParserSuite {
  readonly create: CreateParser
  /** What CLIs printed, or what is made like it: the lines of each stream. */
  readonly streams: readonly (readonly string[])[]
  readonly strays: {
    /** What may stand before any line; beside it come texts, JSON and lines that were cut. */
    readonly garbage: fc.Arbitrary<string>
    /** What of the streams stays the same; where it is not said: all events, how it ended and what it took. */
    readonly told?: (parsed: Parsed, strays: readonly string[]) => unknown
    /** Instead of the streams, for a format whose garbage may mean something: lines of which nothing may be lost. */
    readonly kept?: KeptLines
  }
  /** Lines under the format's own names with fields of any shape. */
  readonly shapes?: fc.Arbitrary<object>
}

interface KeptLines {
  /** Lines that nothing comes between are one text. */
  readonly lines: readonly string[]
  readonly told: (parsed: Parsed) => unknown
  readonly expected: unknown
}

/** What every parser must do with any stream of bytes. */
export function parserSuite({ create, streams, strays, shapes }: ParserSuite): void {
  describe('any stream', () => {
    test('is told the same however its bytes are cut', () => {
      const sizes = fc.array(fc.nat(900), { maxLength: 20 })
      fc.assert(
        fc.property(fc.constantFrom(...streams), sizes, (lines, chunks) => {
          const expected = parseLines(create, lines)
          expect(parseBytes(create, new TextEncoder().encode(`${lines.join('\n')}\n`), chunks)).toEqual(expected)
        }),
      )
    })

    test('loses nothing to what stands between its lines', () => {
      const { kept, told = withoutCounts } = strays
      // A part of the CLI's own words may mean what the whole does.
      const cuttable = streams.flat().filter((line) => kept !== undefined || line.startsWith('{'))
      const garbage = fc.oneof(strays.garbage, strayLines(cuttable))
      fc.assert(
        fc.property(mixtures(kept === undefined ? streams : [kept.lines], garbage), ({ plain, mixed, added }) => {
          const parsed = parseLines(create, mixed)
          if (kept !== undefined) expect(kept.told(parsed)).toEqual(kept.expected)
          else expect(told(parsed, added)).toEqual(told(parseLines(create, plain), added))
        }),
      )
    })

    if (shapes !== undefined)
      test('is told in events that the journal can hold, whatever its fields are', () => {
        fc.assert(fc.property(fc.array(shapes, { maxLength: 20 }), (lines) => void parseLines(create, lines)))
      })
  })
}

/** What is told of lines, all of it in events that the journal can hold. */
export function parseLines(
  create: CreateParser,
  lines: readonly (string | object)[],
  maxTurns: number | null = null,
): Parsed {
  const parser = create({ maxTurns })
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
  return finish(
    parser,
    texts.flatMap((text) => parser.line(text)),
  )
}

/** Events in short, turn by turn; those that name their turn with its number. */
export function brief(events: readonly TrialEventBody[]): readonly string[] {
  const turns: string[] = []
  for (const event of events) {
    const text = 'turn' in event ? `${event.turn} ${event.type}` : event.type
    const turn = event.type === 'turn.started' ? undefined : turns.pop()
    turns.push(turn === undefined ? text : `${turn}, ${text}`)
  }
  return turns
}

/** Of the calls, in their order. */
export function callIds(events: readonly TrialEventBody[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'tool.called' ? [event.callId] : []))
}

function finish(parser: LogParser, told: readonly TrialEventBody[]): Parsed {
  const events = [...told, ...parser.end()]
  for (const event of events) TrialEventBody.parse(event)
  return { events, summary: parser.summary }
}

/** In chunks of these sizes, again and again; of single bytes where there are none. */
function parseBytes(create: CreateParser, bytes: Uint8Array, sizes: readonly number[]): Parsed {
  const parser = create({ maxTurns: null })
  const events: TrialEventBody[] = []
  const splitter = createLineSplitter((text) => events.push(...parser.line(text)))
  // Sizes may all be 0, which ends nothing.
  const all = [...sizes, 1]
  for (let from = 0, index = 0; from < bytes.length; index += 1) {
    const size = all[index % all.length] ?? 1
    splitter.push(bytes.subarray(from, from + size))
    from += size
  }
  splitter.end()
  return finish(parser, events)
}

function withoutCounts({ events, summary: { usage, turns, complete, failure } }: Parsed): unknown {
  return { events, usage, turns, complete, failure }
}
