/** A UTC timestamp as local time without an offset: the form of the times in Harbor's job result. */
export function toLocalTimestamp(timestamp: string): string {
  const date = new Date(timestamp)
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  const fraction = /\.\d+/.exec(timestamp)?.[0] ?? ''
  return `${shifted.toISOString().slice(0, 19)}${fraction}`
}
