/** What a tool call reaches for, as far as it can be told from its arguments. */
export interface Deed {
  /**
   * `seek`: a search of a whole machine for a name. `code`: a program given on the spot, which may do anything. `web`: an
   * address, a query or a package that is asked for elsewhere. `draft`: a program that is put into a file and not run yet.
   */
  readonly kind: 'read' | 'write' | 'seek' | 'code' | 'draft' | 'web'
  /** The path, the name that is sought, the text of the code, the address or query. */
  readonly subject: string
  /** The part of the argument that shows it. */
  readonly shown: string
}
