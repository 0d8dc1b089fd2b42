const MAX = 6

/** `a, b, c and 4 more`. */
export function listNames(names: readonly string[]): string {
  const more = names.length > MAX ? ` and ${names.length - MAX} more` : ''
  return `${names.slice(0, MAX).join(', ')}${more}`
}
