import { useEffect, useEffectEvent, useRef, useState, useSyncExternalStore } from 'react'
import { isDisconnected, onConnected } from '../client/client.ts'
import { createPagedLists, type LoadPage, type PagedLists } from './paged-lists.ts'

const PAGE_SIZE = 200

/**
 * Lists that are loaded as they are shown; asked again from their start when `identity` (filter, order) changes, and where they
 * were lost with a connection when there is another one.
 */
export function usePagedLists<Row>(load: LoadPage<Row>, identity: string): PagedLists<Row> {
  const [lists] = useState(() => createPagedLists(load, PAGE_SIZE))
  const reload = useEffectEvent(() => lists.reload(load))
  const known = useRef(identity)
  useEffect(() => {
    if (known.current === identity) return
    known.current = identity
    reload()
  }, [identity])
  useEffect(() => onConnected(() => lists.askAgain(isDisconnected)), [lists])
  useEffect(() => () => lists.dispose(), [lists])
  useSyncExternalStore(lists.subscribe, lists.version)
  return lists
}
