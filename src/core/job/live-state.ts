import type { LiveTrial } from '../../contract/api/trials.ts'
import type { StoredEvent } from '../../contract/events.ts'
import type { Phase } from '../../contract/outcome.ts'
import { NOT_MEASURED } from '../agent/agent.ts'
import { plainText } from '../text/plain.ts'
import type { TrialTimeouts } from './plan.ts'

/** What a running trial does now, as a function of its events in order; null before its first phase. */
export function foldLive(live: LiveTrial | null, event: StoredEvent, timeouts: TrialTimeouts | null): LiveTrial | null {
  if (event.type === 'phase.started') {
    const phase = { phase: event.phase, phaseStartedAt: event.at, timeoutMs: finite(timeoutOf(event.phase, timeouts)) }
    return { ...(live ?? NOTHING), ...phase }
  }
  if (live === null) return null
  switch (event.type) {
    case 'trial.started':
      // A retry starts over.
      return { ...NOTHING, phase: live.phase, phaseStartedAt: live.phaseStartedAt, timeoutMs: live.timeoutMs }
    case 'turn.started':
      return { ...live, turn: event.turn, maxTurns: event.maxTurns }
    case 'image.ready':
      return { ...live, image: event.image }
    case 'container.started':
      return { ...live, image: event.image, containerId: event.containerId }
    case 'usage.updated':
      return { ...live, usage: event.usage }
    case 'image.progressed':
      return { ...live, lastLine: lastLineOf(event.text) ?? live.lastLine }
    default:
      return live
  }
}

/** The same after something was printed: `tail` is the end of it. */
export function foldOutput(live: LiveTrial, tail: string): LiveTrial {
  const lastLine = lastLineOf(tail)
  return lastLine === null || lastLine === live.lastLine ? live : { ...live, lastLine }
}

const NOTHING: LiveTrial = {
  phase: 'queued',
  phaseStartedAt: '',
  timeoutMs: null,
  turn: null,
  maxTurns: null,
  containerId: null,
  image: null,
  usage: NOT_MEASURED,
  lastLine: null,
}

const MAX_LINE = 200

function lastLineOf(text: string): string | null {
  const line = plainText(text)
    .split('\n')
    .findLast((one) => one.trim() !== '')
  return line === undefined ? null : line.trim().slice(0, MAX_LINE)
}

/** No limit at all is none to count down to. */
function finite(ms: number | null): number | null {
  return ms !== null && Number.isFinite(ms) ? ms : null
}

function timeoutOf(phase: Phase, timeouts: TrialTimeouts | null): number | null {
  if (timeouts === null) return null
  switch (phase) {
    case 'environment-setup':
      return timeouts.environmentMs
    case 'agent-setup':
      return timeouts.agentSetupMs
    case 'agent-execution':
      return timeouts.agentMs
    case 'verification':
      return timeouts.verifierMs
    default:
      return null
  }
}
