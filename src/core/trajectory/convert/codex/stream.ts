import type { TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import type { TrialEventBody } from '../../../../contract/events.ts'
import { createCodexParser } from '../../../agent/logs/codex.ts'
import type { Conversion, ConvertContext } from '../converter.ts'
import { createStepQueue } from './step-queue.ts'
import { STREAM } from './stream-totals.ts'

/** One turn of the stream. */
interface TurnDraft {
  readonly texts: string[]
  readonly thoughts: string[]
  readonly calls: { readonly id: string; readonly name: string; readonly arguments: Record<string, unknown> }[]
  readonly results: Map<string, string>
  finished: boolean
}

/**
 * A trajectory from what Codex printed, where no rollout is left: without times and without tokens of single steps, and a
 * turn is what the live view takes for one. Null: the agent did nothing that is told there.
 */
export async function convertStream(context: ConvertContext): Promise<Conversion | null> {
  const { logs, agent, model, instruction } = context
  if (!(await hasTurns(context))) return null
  const parser = createCodexParser({ maxTurns: null, maxContentChars: Number.POSITIVE_INFINITY })
  let count = 0
  return {
    head: {
      schema_version: 'ATIF-v1.7',
      agent: {
        name: agent.name,
        version: agent.version ?? 'unknown',
        ...(model === null ? {} : { model_name: model }),
      },
      notes: `made from ${STREAM}: no rollout is left, so that turns are guessed and have no times and no tokens`,
    },
    async *steps() {
      yield { step_id: (count += 1), source: 'user', message: instruction }
      const turns = createTurnReader()
      const toSteps = (drafts: readonly TurnDraft[]): TrajectoryStep[] =>
        drafts.map((draft) => toStep(draft, (count += 1), model))
      for await (const { text } of logs.lines(STREAM)) yield* toSteps(turns.read(parser.line(text)))
      turns.read(parser.end())
      yield* toSteps(turns.end())
    },
    tail() {
      const { inputTokens, outputTokens, cachedTokens } = parser.summary.usage
      return {
        final_metrics: {
          ...(inputTokens === null ? {} : { total_prompt_tokens: inputTokens }),
          ...(outputTokens === null ? {} : { total_completion_tokens: outputTokens }),
          ...(cachedTokens === null ? {} : { total_cached_tokens: cachedTokens }),
          total_steps: count,
        },
      }
    },
    totals: () => ({ usage: parser.summary.usage, differences: [], skipped: 0 }),
  }
}

async function hasTurns({ logs }: ConvertContext): Promise<boolean> {
  const parser = createCodexParser({ maxTurns: null })
  for await (const { text } of logs.lines(STREAM)) {
    if (parser.line(text).some(({ type }) => type === 'turn.started')) return true
  }
  return false
}

/** Puts the events of a turn together again. */
function createTurnReader(): {
  read(events: readonly TrialEventBody[]): readonly TurnDraft[]
  end(): readonly TurnDraft[]
} {
  const queue = createStepQueue<TurnDraft>(({ finished, calls, results }) => finished && results.size >= calls.length)
  const open = new Map<string, TurnDraft>()
  let current: TurnDraft | null = null

  function readOne(event: TrialEventBody): void {
    switch (event.type) {
      case 'turn.started':
        begin()
        break
      case 'turn.finished':
        if (current !== null) current.finished = true
        break
      case 'message.received':
        if (event.text !== '') current?.texts.push(event.text)
        if (event.reasoning !== null) current?.thoughts.push(event.reasoning)
        queue.grow(event.text.length + (event.reasoning?.length ?? 0))
        break
      case 'tool.called':
        if (current === null) break
        current.calls.push({ id: event.callId, name: event.name, arguments: event.arguments })
        queue.grow(JSON.stringify(event.arguments).length)
        open.set(event.callId, current)
        break
      case 'tool.returned':
        open.get(event.callId)?.results.set(event.callId, event.content)
        open.delete(event.callId)
        queue.grow(event.content.length)
        break
      default:
        break
    }
  }

  /** A turn that grows too large is given away, and goes on as another step. */
  function letGo(draft: TurnDraft): TurnDraft {
    for (const { id } of draft.calls) open.delete(id)
    if (draft === current && !draft.finished) begin()
    return draft
  }

  function begin(): void {
    current = { texts: [], thoughts: [], calls: [], results: new Map(), finished: false }
    queue.add(current, 0)
  }

  return {
    read(events) {
      for (const event of events) readOne(event)
      return queue.take().map(letGo).filter(hasContent)
    },
    end: () => queue.takeAll().filter(hasContent),
  }
}

/** Not the case of a turn that ended just after a part of it was given away. */
function hasContent({ texts, thoughts, calls }: TurnDraft): boolean {
  return texts.length + thoughts.length + calls.length > 0
}

function toStep({ texts, thoughts, calls, results }: TurnDraft, stepId: number, model: string | null): TrajectoryStep {
  return {
    step_id: stepId,
    source: 'agent',
    ...(model === null ? {} : { model_name: model }),
    message: texts.join('\n\n'),
    ...(thoughts.length === 0 ? {} : { reasoning_content: thoughts.join('\n\n') }),
    ...(calls.length === 0
      ? {}
      : {
          tool_calls: calls.map((call) => ({
            tool_call_id: call.id,
            function_name: call.name,
            arguments: call.arguments,
          })),
          observation: {
            results: calls.map(({ id }) => ({ source_call_id: id, ...contentOf(results.get(id)) })),
          },
        }),
  }
}

function contentOf(content: string | undefined): { readonly content?: string } {
  return content === undefined ? {} : { content }
}
