import type { Link } from '../../rpc/link.ts'

/** What the host of the page can do. Features ask `host.can`, never which host it is. */
export interface Host {
  readonly can: {
    readonly pickFolder: boolean
    readonly reveal: boolean
    readonly restartEngine: boolean
    /** Keys that a browser keeps for itself, such as Ctrl+1. */
    readonly ownAllKeys: boolean
  }
  /** Opens a link to the engine; rejects with AppError that says why there is none. */
  connect(signal: AbortSignal): Promise<Link>
  /** Tells that a connection may be had now that was refused before. Returns how to stop. */
  onInvited(listener: () => void): () => void
  /** Absolute path of a folder the user chose; null: none. */
  pickFolder(): Promise<string | null>
  /** Shows a job, trial or task folder in the system's file manager. */
  reveal(path: string): Promise<void>
  notify(title: string, body: string): void
  /** As a user starts a run: its end is told also where the page is not looked at, if they allow it. */
  prepareToNotify(): void
  restartEngine(): Promise<void>
  /** Menu items that stand for actions of the page. Returns how to stop. */
  onMenu(listener: (actionId: string) => void): () => void
}
