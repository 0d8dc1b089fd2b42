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
  list(key: string): PagedList<Row>
  row(key: string, index: number): Row | undefined
  loaded(key: string): readonly Row[]
  /** Says which rows are in view: what is missing of them is loaded. */
  show(key: string, from: number, to: number): void
  /** Asks again for all that is in view; the old rows stay until the answer has come. */
  reload(load?: LoadPage<Row>): void
  /** Forgets a list that is not shown any more. */
  forget(key: string): void
  subscribe(listener: () => void): () => void
  /** Rises with each change. */
  version(): number
  dispose(): void
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
      if (!pages.has(page)) void loadPage(key, page, false)
    }
  }

  /** `anew`: what was known of the list is thrown away, as it also is where the list has changed meanwhile. */
  async function loadPage(key: string, page: number, anew: boolean): Promise<void> {
    const id = `${page} ${key}`
    if (pending.has(id)) return
    const controller = new AbortController()
    pending.set(id, controller)
    try {
      const { total, rows } = await load(key, page * pageSize, pageSize, controller.signal)
      if (controller.signal.aborted) return
      const before = lists.get(key)
      const isSame = !anew && before?.total === total
      pending.delete(id)
      set(key, { total, error: null, pages: isSame ? new Map(before.pages).set(page, rows) : new Map([[page, rows]]) })
      if (!isSame && rows.length > 0) fill(key)
    } catch (error) {
      if (!controller.signal.aborted) set(key, { ...(lists.get(key) ?? EMPTY), error })
    } finally {
      if (pending.get(id) === controller) pending.delete(id)
    }
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
      for (const [key, { from }] of visible) void loadPage(key, Math.floor(from / pageSize), true)
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
