/** How long anything is waited for: only what never comes takes as long, however busy the machine is. */
export const PATIENCE_MS = 90_000

/** Asks again and again until it is so; says what was waited for where it never is. */
export async function waitFor(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const until = performance.now() + PATIENCE_MS
  while (!(await isSo())) {
    if (performance.now() > until) throw new Error(`waited in vain for: ${what}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 50)
    })
  }
}
