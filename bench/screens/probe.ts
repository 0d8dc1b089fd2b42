/*
 * What is measured within a page. `installProbe` is sent there before the page's own scripts run.
 */

export interface Probe {
  /** Milliseconds between frames since `start`. */
  frames: number[]
  /** Milliseconds from a key to the page's first script that hears of it. */
  keys: number[]
  /** Milliseconds from a stamp `at <seconds>` being printed to the frame that shows it. */
  stamps: number[]
  /** Milliseconds from the start of the navigation to the frame that showed what `awaitShown` waited for. */
  shownMs: number | null
  /** Milliseconds in a row in which the list that `watchBlanks` looks at showed a row without its content. */
  blanks: number[]
  /** The longest of them, of one that is not over yet what there is of it. */
  longestBlank(): number
  start(): void
  /** What was measured since `start`. */
  stop(): Pick<Probe, 'frames' | 'keys'>
  awaitShown(conditions: readonly Shown[]): void
  watchStamps(selector: string): void
  watchBlanks(list: string, missing: string): void
}

/** An element that is there with such a text in it. */
export interface Shown {
  readonly selector: string
  readonly pattern: string
}

declare global {
  interface Window {
    probe: Probe
  }
}

/** Self-contained: only its text gets into the page. */
export function installProbe(): void {
  let blankSince: number | null = null
  const probe: Probe = {
    frames: [],
    keys: [],
    stamps: [],
    shownMs: null,
    blanks: [],
    longestBlank: () => Math.max(0, ...probe.blanks, blankSince === null ? 0 : performance.now() - blankSince),
    start() {
      const frames: number[] = []
      probe.frames = frames
      probe.keys = []
      const next = (last: number): void => {
        requestAnimationFrame((now) => {
          if (probe.frames !== frames) return
          frames.push(now - last)
          next(now)
        })
      }
      requestAnimationFrame(next)
    },
    stop() {
      const { frames, keys } = probe
      probe.frames = []
      return { frames, keys }
    },
    awaitShown(conditions) {
      const look = (): void => {
        const isThere = conditions.every(({ selector, pattern }) =>
          [...document.querySelectorAll(selector)].some(({ textContent }) =>
            new RegExp(pattern, 'u').test(textContent),
          ),
        )
        if (!isThere) return void requestAnimationFrame(look)
        afterPaint(() => {
          probe.shownMs = performance.now()
        })
      }
      requestAnimationFrame(look)
    },
    watchStamps(selector) {
      let newest = 0
      const look = (): void => {
        const found = [...document.querySelectorAll(selector)].flatMap((rows) => [
          ...rows.textContent.matchAll(/at (\d{10}\.\d{6});/g),
        ])
        const fresh = found.map(([, text]) => Number(text) * 1000).filter((atMs) => atMs > newest)
        if (fresh.length === 0) return
        newest = Math.max(...fresh)
        afterPaint(() => {
          const now = Date.now()
          probe.stamps.push(...fresh.map((atMs) => now - atMs))
        })
      }
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
    },
    watchBlanks(list, missing) {
      const look = (now: number): void => {
        const isBlank = hasBlank(document.querySelector(list), missing)
        if (isBlank) blankSince ??= now
        else if (blankSince !== null) {
          probe.blanks.push(now - blankSince)
          blankSince = null
        }
        requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    },
  }
  window.probe = probe

  addEventListener(
    'keydown',
    (event) => {
      if (event.isTrusted) probe.keys.push(performance.now() - event.timeStamp)
    },
    true,
  )

  /** A message that is posted while a frame is made arrives when that frame has been painted. */
  function afterPaint(act: () => void): void {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      act()
    })
    port1.start()
    port2.postMessage(null)
  }

  /** Whether in the visible part of a list there is a row without content, or none at all. */
  function hasBlank(list: Element | null, missing: string): boolean {
    if (list === null) return true
    const { top, bottom, left, width } = list.getBoundingClientRect()
    return [0.05, 0.25, 0.5, 0.75, 0.95].some((share) => {
      const at = document.elementFromPoint(left + width / 2, top + (bottom - top) * share)
      const row = at?.closest('[role="option"]') ?? null
      return row === null || row.querySelector(missing) !== null
    })
  }
}
