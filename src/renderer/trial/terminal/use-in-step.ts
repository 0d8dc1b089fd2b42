import { useEffect, useRef } from 'react'
import type { Recording } from '../../../contract/api/trials.ts'
import { notifyError } from '../../stores/notices.ts'
import { findRow } from '../steps/find-row.ts'
import type { Steps } from '../steps/use-steps.ts'
import { moveToByte, type Replay } from './replay.ts'

const SETTLE_MS = 120

/** Steps and terminal go together: a step that is chosen moves the terminal, a moment of the terminal chooses its step. */
export function useInStep(steps: Steps, replay: Replay, recording: Recording | undefined): void {
  useTerminalAlong(steps, replay, recording)
  useStepsAlong(steps, replay)
}

function useTerminalAlong({ current, chosenAt }: Steps, replay: Replay, recording: Recording | undefined): void {
  const done = useRef(0)
  const outputTo = current?.outputTo ?? null
  useEffect(() => {
    if (chosenAt === done.current || current === undefined || recording === undefined) return
    done.current = chosenAt
    if (outputTo !== null) moveToByte(replay, recording, outputTo)
  }, [replay, recording, chosenAt, current, outputTo])
}

function useStepsAlong(steps: Steps, replay: Replay): void {
  const latest = useRef(steps)
  latest.current = steps
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    let asked = 0
    const choose = async (byte: number): Promise<void> => {
      const { outline, selectByTerminal } = latest.current
      asked += 1
      const mine = asked
      const row = await findRow(outline.total ?? 0, outline.loadPage, ({ outputTo }) => outputTo, byte)
      if (row !== null && mine === asked && replay.getState().movedBy === 'terminal') selectByTerminal(row)
    }
    const unsubscribe = replay.subscribe(({ byte, movedBy }, before) => {
      if (movedBy !== 'terminal' || byte === null || byte === before.byte) return
      timer ??= setTimeout(() => {
        timer = null
        choose(replay.getState().byte ?? byte).catch(notifyError)
      }, SETTLE_MS)
    })
    return () => {
      unsubscribe()
      asked += 1
      clearTimeout(timer ?? undefined)
    }
  }, [replay])
}
