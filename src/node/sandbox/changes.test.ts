import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareListings, type TreeListing } from './changes.ts'

describe('comparing listings', () => {
  const listing = (entries: Record<string, string>, closed: string[] = []): TreeListing => ({
    entries: new Map(Object.entries(entries)),
    closed,
  })

  test('what was added, modified and deleted, in path order', () => {
    const before = listing({ '/a': '1', '/b': '1', '/c': '1' })
    expect(compareListings(before, listing({ '/c': '1', '/b': '2', '/aa': '1' }))).toEqual([
      { path: '/a', kind: 'deleted' },
      { path: '/aa', kind: 'added' },
      { path: '/b', kind: 'modified' },
    ])
  })

  test('what cannot be seen any more is not called deleted', () => {
    expect(compareListings(listing({ '/a': '1', '/a/b': '1' }), listing({ '/a': '2' }, ['/a']))).toEqual([
      { path: '/a', kind: 'modified' },
    ])
  })

  test('turning the order round turns added and deleted round', () => {
    const tree = fc.dictionary(fc.stringMatching(/^\/[a-c]{1,3}$/), fc.constantFrom('1', '2'))
    fc.assert(
      fc.property(tree, tree, (one, two) => {
        const swap = { added: 'deleted', deleted: 'added', modified: 'modified' } as const
        const back = compareListings(listing(two), listing(one)).map(({ path, kind }) => ({ path, kind: swap[kind] }))
        expect(back).toEqual(compareListings(listing(one), listing(two)))
      }),
    )
  })
})
