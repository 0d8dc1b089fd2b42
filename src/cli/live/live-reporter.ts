import type { Output } from '../host.ts'
import type { Style } from '../text/style.ts'
import { renderFrame } from './frame.ts'
import type { Labeller } from './label.ts'
import { messagesOfJob, messagesOfTrial } from './messages.ts'
import type { Reporter } from './reporter.ts'
import { createScreen } from './screen.ts'
import { applyJobEvent, applyTrialEvent, INITIAL_STATE, type LiveState } from './state.ts'
import { createOutputTail, type OutputTail } from './tail.ts'

const FRAME_MS = 100
/** Elapsed times go on where nothing else happens. */
const TICK_MS = 1000

export interface LiveOptions {
  readonly label: Labeller
  readonly earlierOutcomes: LiveState['earlierOutcomes']
  readonly style: Style
  readonly nowMs: () => number
}

/** A live view at the bottom of a terminal, finished trials scrolling above it; at most ten frames a second. */
export function createLiveReporter(output: Output, options: LiveOptions): Reporter {
  const { label, style, nowMs } = options
  const screen = createScreen(output)
  const tails = new Map<string, OutputTail>()
  let state: LiveState = { ...INITIAL_STATE, earlierOutcomes: options.earlierOutcomes }
  let above: string[] = []
  let lastFrameMs = Number.NEGATIVE_INFINITY
  let frame: ReturnType<typeof setTimeout> | undefined

  function draw(): void {
    clearTimeout(frame)
    frame = undefined
    lastFrameMs = nowMs()
    const lines = renderFrame(state, {
      nowMs: lastFrameMs,
      columns: output.columns() ?? 80,
      rows: output.rows() ?? 24,
      style,
      label,
      lastLine: (trialName) => tails.get(trialName)?.lastLine() ?? '',
    })
    screen.draw(lines, above)
    above = []
  }

  function changed(): void {
    frame ??= setTimeout(draw, Math.max(0, FRAME_MS - (nowMs() - lastFrameMs)))
  }

  const ticking = setInterval(changed, TICK_MS)
  const stopResize = output.onResize(changed)
  return {
    onJobEvent(event) {
      state = applyJobEvent(state, event, nowMs())
      if (event.type === 'trial.ended') tails.delete(event.trialName)
      above.push(...messagesOfJob(event, { state, label, style }))
      changed()
    },
    onTrialEvent(trialName, event) {
      const before = state
      state = applyTrialEvent(state, trialName, event, nowMs())
      const messages = messagesOfTrial(trialName, event, { state, label, style })
      above.push(...messages)
      if (state !== before || messages.length > 0) changed()
    },
    onOutput(trialName, data) {
      const tail = tails.get(trialName) ?? createOutputTail()
      tails.set(trialName, tail)
      tail.push(data)
      changed()
    },
    close() {
      clearInterval(ticking)
      stopResize()
      draw()
      screen.close()
    },
  }
}
