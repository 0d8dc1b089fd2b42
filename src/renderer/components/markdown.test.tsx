// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { Markdown } from './markdown.tsx'

afterEach(cleanup)

test('is loading until it can be shown as what it means', async () => {
  const { container } = render(<Markdown text={'| a | b |\n|---|---|\n| 1 | 2 |'} />)
  expect(container.textContent).toBe('')
  expect(container.querySelector('[aria-busy="true"]')).not.toBeNull()
  // What shows it is fetched first.
  await screen.findByRole('table', {}, { timeout: 50_000 })
  expect(container.querySelector('[aria-busy="true"]')).toBeNull()
})
