/** Sets up a run and starts it. */
export function RunDialog() {
  return null
}
