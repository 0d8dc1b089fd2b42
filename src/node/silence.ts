/**
 * Waits for a stream to fall quiet. A loop that was held up runs its timers before it reads what has come in meanwhile:
 * when the time is over, one more look is taken (a poll of the loop), and `onQuiet` is called only if nothing was heard in it.
 */
export interface Silence {
  /** Waits anew from now on. */
  begin(): void
  /** Something was heard, or nobody waits. */
  end(): void
  /** Only the look: for somebody who has waited long enough. */
  look(): void
}

export function createSilence(quietMs: number, onQuiet: () => void): Silence {
  let timer: NodeJS.Timeout | undefined
  let poll: NodeJS.Immediate | undefined

  const end = (): void => {
    clearTimeout(timer)
    clearImmediate(poll)
  }
  const look = (): void => {
    end()
    poll = setImmediate(onQuiet)
  }
  return {
    begin() {
      end()
      timer = setTimeout(look, quietMs)
    },
    end,
    look,
  }
}
