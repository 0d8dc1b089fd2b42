/*
 * How numbers, times and money look, in one place. What is unknown says so and is never 0.
 */

export const UNKNOWN = '–'
export const NOT_MEASURED = 'not measured'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A measured stretch of time: `0.4s`, `12.3s`, `2m 05s`, `1h 02m`, `2d 03h`. */
export function formatDuration(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return UNKNOWN
  // The unit is chosen after rounding, so that 59.96 s is not printed as 60.0s.
  const tenths = Math.round(Math.max(0, ms) / 100) * 100
  if (tenths < MINUTE) return `${(tenths / SECOND).toFixed(1)}s`
  const seconds = Math.round(ms / SECOND) * SECOND
  if (seconds < HOUR) return pair(seconds, MINUTE, 'm', SECOND, 's')
  if (seconds < DAY) return pair(seconds, HOUR, 'h', MINUTE, 'm')
  return pair(seconds, DAY, 'd', HOUR, 'h')
}

function pair(ms: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((ms % large) / small)
  return `${Math.floor(ms / large)}${largeUnit} ${String(rest).padStart(2, '0')}${smallUnit}`
}

/** A running clock in whole seconds: `0:07`, `12:05`, `1:02:03`. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND))
  const two = (value: number): string => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}

/** A stretch of time that is only guessed: `10s`, `4m`, `1h 20m`. */
export function formatEstimate(ms: number): string {
  const seconds = Math.max(0, ms) / SECOND
  if (seconds < 55) return `${Math.max(5, Math.ceil(seconds / 5) * 5)}s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 60 ? `${minutes}m` : pair(minutes * MINUTE, HOUR, 'h', MINUTE, 'm')
}

/** Bytes in powers of 1000, as disks and image lists count them: `512 B`, `1.2 kB`, `35 MB`. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return UNKNOWN
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  let value = bytes
  let unit = 0
  // 999.5 would be rounded to 1000 of its unit.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = unit === 0 || value >= 9.95 ? 0 : 1
  return `${value.toFixed(digits)} ${units[unit]}`
}

/** Memory as tasks ask for it. */
export function formatMegabytes(megabytes: number | null): string {
  return megabytes === null ? UNKNOWN : `${megabytes} MB`
}

/** US dollars; small sums keep two digits that say something. An estimate: `about $0.50`. */
export function formatMoney(usd: number | null, isEstimate = false): string {
  if (usd === null) return NOT_MEASURED
  if (isEstimate) return `about ${formatMoney(usd)}`
  return usd > 0 && usd < 0.1 ? `$${usd.toPrecision(2)}` : `$${usd.toFixed(2)}`
}

/** A count of tokens or the like, with thousands apart; null is "not measured". */
export function formatCount(value: number | null): string {
  return value === null ? NOT_MEASURED : value.toLocaleString('en-US')
}

/** A UTC timestamp as local time: `2026-11-21 06:17:05`. */
export function formatTime(timestamp: string | null): string {
  if (timestamp === null) return UNKNOWN
  const time = new Date(timestamp)
  if (Number.isNaN(time.getTime())) return UNKNOWN
  const two = (value: number): string => String(value).padStart(2, '0')
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
}

/** A reward as the verifier wrote it, without digits that only a binary fraction has. */
export function formatReward(reward: number | null): string {
  return reward === null ? UNKNOWN : String(Number(reward.toPrecision(6)))
}

export function formatTests(passed: number | null, total: number | null): string {
  return passed === null || total === null ? UNKNOWN : `${passed}/${total}`
}

/** A rate with its denominator: `7/10 (70%)`; without a denominator there is no percentage. */
export function formatRate(count: number, total: number): string {
  if (total === 0) return `${count}/${total}`
  const percent = (count / total) * 100
  return `${count}/${total} (${Number.isInteger(percent) ? percent : percent.toFixed(1)}%)`
}

/** `1 trial`, `2 trials`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
