/**
 * A moment on the axis, on the same clock as the rest of the page: `14:30`, within a minute `14:30:15`, at midnight the day, at new
 * year the year.
 */
export function formatTick(date: Date): string {
  const time = { hour: '2-digit', minute: '2-digit' } as const
  if (date.getSeconds() !== 0) return date.toLocaleTimeString('en-GB', { ...time, second: '2-digit' })
  if (date.getHours() !== 0 || date.getMinutes() !== 0) return date.toLocaleTimeString('en-GB', time)
  if (date.getMonth() === 0 && date.getDate() === 1) return String(date.getFullYear())
  return date.toLocaleDateString('en-US', { month: 'short', day: 'numeric' })
}
