/** The list of agents that speak the protocol. Where it is read from is the adapter's to know. */
export interface AcpRegistry {
  /**
   * The record of an agent as it stands there, not checked yet. `version` null: the newest. `copy`: a file with records or
   * a checkout of the registry, absolute; null: from its home.
   * Codes: not-found (no such agent or version, with those that exist where they are known), invalid-input (the copy is
   * none), disconnected (its home does not answer).
   */
  find(id: string, version: string | null, copy: string | null): Promise<unknown>
}
