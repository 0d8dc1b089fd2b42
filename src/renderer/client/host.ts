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
  /** Absolute path of a folder the user chose; null: none. */
  pickFolder(): Promise<string | null>
  /** Shows a job, trial or task folder in the system's file manager. */
  reveal(path: string): Promise<void>
  notify(title: string, body: string): void
  restartEngine(): Promise<void>
  /** Menu items that stand for actions of the page. Returns how to stop. */
  onMenu(listener: (actionId: string) => void): () => void
}
