// @vitest-environment jsdom
import { cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { dismiss, notify, notifyError, useNotices } from './notices.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  for (const { id } of now()) dismiss(id)
  cleanup()
})

const now = () => renderHook(() => useNotices()).result.current
const texts = () => now().map(({ text }) => text)
const undo = { label: 'Undo', run: () => {} }

it('lets a plain message go by itself, and keeps what failed and what can still be done', () => {
  notify('done')
  notify('changed', undo)
  notifyError(new Error('failed'))
  expect(texts()).toEqual(['done', 'changed', 'failed'])
  vi.runAllTimers()
  expect(texts()).toEqual(['changed', 'failed'])
})

it('keeps the newest few, and of those that say the same the last', () => {
  notify('changed', undo)
  notify('another')
  notify('changed', { ...undo, label: 'Undo that' })
  expect(now().map(({ text, action }) => [text, action?.label])).toEqual([
    ['another', undefined],
    ['changed', 'Undo that'],
  ])
  for (const text of ['a', 'b', 'c', 'd']) notify(text)
  expect(texts()).toEqual(['a', 'b', 'c', 'd'])
})
