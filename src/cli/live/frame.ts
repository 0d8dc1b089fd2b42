import { formatClock, formatEstimate } from '../text/format.ts'
import type { Style } from '../text/style.ts'
import { cutToWidth, displayWidth, padEnd } from '../text/width.ts'
import type { Labeller } from './label.ts'
import { measureProgress, type Progress } from './progress.ts'
import type { LiveState, LiveTrial } from './state.ts'

export interface FrameOptions {
  readonly nowMs: number
  readonly columns: number
  readonly rows: number
  readonly style: Style
  readonly label: Labeller
  /** The last line that a trial printed, already harmless; empty without one. */
  readonly lastLine: (trialName: string) => string
}

/** The live view as lines, none wider than the terminal and never more than fit on it: the bar, then a line per trial. */
export function renderFrame(state: LiveState, options: FrameOptions): string[] {
  const columns = Math.max(20, options.columns - 1)
  const progress = measureProgress(state, options.nowMs)
  const lines = [...renderBar(progress, columns, options.style), ...renderStopping(state, columns, options.style)]
  const space = Math.max(1, options.rows - lines.length - 1)
  const running = [...state.running]
  const shown = running.length > space ? running.slice(0, space - 1) : running
  const labels = shown.map(([name]) => labelOf(state, name, options.label))
  const labelWidth = Math.min(32, Math.floor(columns / 3), Math.max(0, ...labels.map(displayWidth)))
  for (const [index, [name, trial]] of shown.entries()) {
    const label = padEnd(cutToWidth(labels[index] ?? '', labelWidth), labelWidth)
    lines.push(renderTrial({ trial, label, lastLine: options.lastLine(name) }, columns, options))
  }
  if (shown.length < running.length) lines.push(options.style('dim', `  … and ${running.length - shown.length} more`))
  return lines
}

function labelOf(state: LiveState, trialName: string, label: Labeller): string {
  const planned = state.planned.get(trialName)
  return planned === undefined ? trialName : label(planned)
}

const BAR_WIDTH = 24

function renderBar(progress: Progress, columns: number, style: Style): string[] {
  const { passed, failed, errors, unjudged, done, total } = progress
  const width = Math.max(4, Math.min(BAR_WIDTH, Math.floor(columns / 4)))
  const filled = total === 0 ? 0 : Math.floor((done / total) * width)
  const head = `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done}/${total}  `
  const parts: readonly Part[] = [
    { text: `${passed} passed`, ...(passed > 0 ? { colour: 'green' } : {}) },
    { text: `${failed} failed`, ...(failed > 0 ? { colour: 'red' } : {}) },
    { text: `${errors} ${errors === 1 ? 'error' : 'errors'}`, ...(errors > 0 ? { colour: 'yellow' } : {}) },
    ...(unjudged > 0 ? [{ text: `${unjudged} not verified` }] : []),
    { text: `${progress.remaining} remaining` },
    ...(progress.leftMs === null || progress.remaining === 0
      ? []
      : [{ text: `about ${formatEstimate(progress.leftMs)} left` }]),
  ]
  return [joinParts(head, parts, columns, style)]
}

interface Part {
  readonly text: string
  readonly colour?: Parameters<Style>[0]
}

/** As many parts as fit, the first ones first. */
function joinParts(head: string, parts: readonly Part[], columns: number, style: Style): string {
  let line = cutToWidth(head, columns)
  let width = displayWidth(line)
  for (const [index, { text, colour }] of parts.entries()) {
    const gap = index === 0 ? '' : ' · '
    width += gap.length + displayWidth(text)
    if (width > columns) break
    line += gap + (colour === undefined ? text : style(colour, text))
  }
  return line
}

function renderStopping(state: LiveState, columns: number, style: Style): string[] {
  if (state.stopping === 'no') return []
  const text =
    state.stopping === 'forced'
      ? 'giving up at once: containers are removed by force'
      : 'stopping: running trials are cancelled and kept; Ctrl-C again gives up at once'
  return [style('yellow', cutToWidth(text, columns))]
}

const PHASE_WIDTH = 'environment-setup'.length

function renderTrial(
  { trial, label, lastLine }: { readonly trial: LiveTrial; readonly label: string; readonly lastLine: string },
  columns: number,
  { nowMs, style }: FrameOptions,
): string {
  const phase = padEnd(trial.phase, PHASE_WIDTH)
  const elapsed = formatClock(nowMs - trial.admittedAtMs).padStart(7)
  const used = 2 + displayWidth(label) + 2 + PHASE_WIDTH + elapsed.length + 2
  if (used > columns) return cutToWidth(`  ${label}  ${phase}${elapsed}`, columns)
  const rest = cutToWidth(trial.progress ?? lastLine, columns - used)
  return `  ${label}  ${style('cyan', phase)}${elapsed}${rest === '' ? '' : `  ${style('dim', rest)}`}`
}
