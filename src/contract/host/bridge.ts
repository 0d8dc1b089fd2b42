/**
 * What the preload script of the app puts on `window.tbcc`: all that a page gets of its host, beside the port to the
 * engine. docs/security.md lists it; a test holds the two together.
 */
export interface HostBridge {
  /** Asks for a port to the engine. It comes as a message of the window: `EnginePortMessage`, with the port beside it. */
  openEngine(): void
  /** Absolute path of a folder that the user chose; null: none. */
  pickFolder(): Promise<string | null>
  /** Shows a folder of the jobs folder or of a dataset in the system's file manager; others are refused. */
  reveal(path: string): Promise<void>
  notify(title: string, body: string): void
  /** Ends the engine, where it runs, and starts it again. */
  restartEngine(): Promise<void>
  /** Tells of a menu item that stands for an action of the page, by the action's id. Returns how to stop. */
  onMenu(listener: (actionId: string) => void): () => void
}

/** Posted to the page's own window by the preload script. */
export interface EnginePortMessage {
  readonly type: 'tbcc:engine'
  /** Why there is none; null: the port is beside the message. */
  readonly refused: string | null
}

/** Posted likewise when the engine has ended: what came over the last port is all there is. */
export interface EngineGoneMessage {
  readonly type: 'tbcc:engine-gone'
  readonly reason: string
}
