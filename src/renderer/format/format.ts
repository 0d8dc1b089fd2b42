/*
 * Numbers and times as the screens show them. What was not measured is an en dash, never 0; `components/value.tsx`
 * says so in a tooltip.
 */

export const NOT_MEASURED = '–'

/** `0.4 s`, `42 s`, `3 m 05 s`, `2 h 07 m`. */
export function formatDuration(ms: number | null): string {
  if (ms === null) return NOT_MEASURED
  if (ms < 950) return ms < 0 ? NOT_MEASURED : `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} m ${twoDigits(seconds % 60)} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ${twoDigits(minutes % 60)} m`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** `$0.0042`, `$1.20`, `$1,204`; an estimate: `≈ $1.20`. */
export function formatCost(usd: number | null, isEstimate = false): string {
  if (usd === null) return NOT_MEASURED
  if (isEstimate) return `≈ ${formatCost(usd)}`
  if (usd === 0) return '$0'
  if (usd < 0.01) return `$${usd.toFixed(4)}`
  if (usd < 1000) return `$${usd.toFixed(2)}`
  return `$${Math.round(usd).toLocaleString('en-US')}`
}

/** `812`, `12.3 k`, `4.1 M`. */
export function formatCount(count: number | null): string {
  if (count === null) return NOT_MEASURED
  if (count < 10_000) return Math.round(count).toLocaleString('en-US')
  if (count < 1_000_000) return `${(count / 1000).toFixed(count < 100_000 ? 1 : 0)} k`
  return `${(count / 1_000_000).toFixed(1)} M`
}

/** `412 B`, `1.2 MB`, in powers of 1000. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return NOT_MEASURED
  if (bytes < 1000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = bytes / 1000
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ''}`
}

/** `68.5 %`; `share` is 0 to 1. */
export function formatPercent(share: number | null): string {
  if (share === null) return NOT_MEASURED
  return `${(share * 100).toFixed(1).replace(/\.0$/, '')} %`
}

/** `1`, `0.25`. */
export function formatReward(reward: number | null): string {
  return reward === null ? NOT_MEASURED : String(Math.round(reward * 1000) / 1000)
}

/** Local time: `14:03` today, `Mar 4, 14:03` this year, else with the year. */
export function formatWhen(timestamp: string | null, now = new Date()): string {
  if (timestamp === null) return NOT_MEASURED
  const date = new Date(timestamp)
  if (Number.isNaN(date.getTime())) return NOT_MEASURED
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  if (date.toDateString() === now.toDateString()) return time
  const day = date.toLocaleDateString('en-US', { month: 'short', day: 'numeric' })
  return date.getFullYear() === now.getFullYear() ? `${day}, ${time}` : `${day} ${date.getFullYear()}, ${time}`
}

/** Local time of day with `digits` of the second's fraction: `14:03:05.042`. */
export function formatClock(timestamp: string, digits: 1 | 3): string {
  const date = new Date(timestamp)
  if (Number.isNaN(date.getTime())) return timestamp
  const fraction = String(date.getMilliseconds()).padStart(3, '0').slice(0, digits)
  return `${date.toLocaleTimeString('en-GB')}.${fraction}`
}

/** `12` of `89`: `12 of 89 tasks`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
