/** A long list of which pieces are known. Its order stays as it is until it is loaded again. */
export interface PagedList<Row> {
  /** Null: not answered yet. */
  readonly total: number | null
  readonly pages: ReadonlyMap<number, readonly Row[]>
  readonly error: unknown
}

export type LoadPage<Row> = (
  key: string,
  offset: number,
  limit: number,
  signal: AbortSignal,
) => Promise<{ readonly total: number; readonly rows: readonly Row[] }>

/** Lists by a key of the caller's, loaded piece by piece as they are shown. */
export interface PagedLists<Row> {
  readonly list: (key: string) => PagedList<Row>
  readonly row: (key: string, index: number) => Row | undefined
  readonly loaded: (key: string) => readonly Row[]
  /** Says which rows are in view: what is missing of them is loaded. */
  readonly show: (key: string, from: number, to: number) => void
  /** Asks again for all that is in view; the old rows stay until the answer has come. */
  readonly reload: (load?: LoadPage<Row>) => void
  /** Asks again for what is in view of the lists that have failed so. */
  readonly askAgain: (hasFailed: (error: unknown) => boolean) => void
  /** Forgets a list that is not shown any more. */
  readonly forget: (key: string) => void
  readonly subscribe: (listener: () => void) => () => void
  /** Rises with each change. */
  readonly version: () => number
  readonly dispose: () => void
}

export function createPagedLists<Row>(firstLoad: LoadPage<Row>, pageSize: number): PagedLists<Row> {
  let load = firstLoad
  let version = 0
  const lists = new Map<string, PagedList<Row>>()
  const visible = new Map<string, { readonly from: number; readonly to: number }>()
  const pending = new Map<string, AbortController>()
  const listeners = new Set<() => void>()

  function set(key: string, list: PagedList<Row>): void {
    lists.set(key, list)
    version += 1
    for (const listener of listeners) listener()
  }

  function fill(key: string): void {
    const { from, to } = visible.get(key) ?? { from: 0, to: 0 }
    const { pages, total } = lists.get(key) ?? EMPTY
    const last = total === null ? from : Math.min(to, total - 1)
    for (let page = Math.floor(from / pageSize); page <= Math.floor(last / pageSize); page += 1) {
      if (!pages.has(page)) ask(key, page, false)
    }
  }

  /** `anew`: what was known of the list is thrown away, as it also is where the list has changed meanwhile. */
  function ask(key: string, page: number, anew: boolean): void {
    const id = `${page} ${key}`
    if (pending.has(id)) return
    const controller = new AbortController()
    pending.set(id, controller)
    const { signal } = controller
    load(key, page * pageSize, pageSize, signal).then(
      ({ total, rows }) => {
        if (signal.aborted) return
        pending.delete(id)
        const before = lists.get(key)
        const isSame = !anew && before?.total === total
        const pages = isSame ? new Map(before.pages).set(page, rows) : new Map([[page, rows]])
        set(key, { total, error: null, pages })
        if (!isSame && rows.length > 0) fill(key)
      },
      (error: unknown) => {
        if (signal.aborted) return
        pending.delete(id)
        set(key, { ...(lists.get(key) ?? EMPTY), error })
      },
    )
  }

  function abortAll(): void {
    for (const controller of pending.values()) controller.abort()
    pending.clear()
  }

  return {
    list: (key) => lists.get(key) ?? EMPTY,
    row: (key, index) => lists.get(key)?.pages.get(Math.floor(index / pageSize))?.[index % pageSize],
    loaded: (key) => [...(lists.get(key)?.pages ?? [])].sort(([a], [b]) => a - b).flatMap(([, rows]) => rows),
    show(key, from, to) {
      visible.set(key, { from, to })
      fill(key)
    },
    reload(next = load) {
      abortAll()
      load = next
      for (const [key, { from }] of visible) ask(key, Math.floor(from / pageSize), true)
    },
    askAgain(hasFailed) {
      for (const [key, { from }] of visible) {
        if (hasFailed(lists.get(key)?.error)) ask(key, Math.floor(from / pageSize), true)
      }
    },
    forget(key) {
      visible.delete(key)
      lists.delete(key)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    version: () => version,
    dispose: abortAll,
  }
}

const EMPTY: PagedList<never> = { total: null, pages: new Map(), error: null }
