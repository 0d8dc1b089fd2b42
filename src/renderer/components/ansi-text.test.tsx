// @vitest-environment jsdom
import { cleanup, render, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { cleanAnsi, stripAnsi } from './ansi-clean.ts'
import { toAnsiRuns } from './ansi-runs.ts'
import { AnsiText } from './ansi-text.tsx'

afterEach(cleanup)

describe('AnsiText', () => {
  it.each([
    '<img src=x onerror="window.hit=1">',
    '\u001b[31m<script>window.hit=1</script>\u001b[0m',
    '\u001b[1m</span><svg onload="window.hit=1">\u001b[0m',
    '\u001b[38;5;1m"><iframe srcdoc="<script>parent.hit=1</script>">\u001b[0m',
    '\u001b]8;;javascript:window.hit=1\u0007click\u001b]8;;\u0007 <a href="javascript:1">x</a>',
    '&lt;b&gt; &#60;script&#62;',
  ])('makes no element of %j', async (text) => {
    const { container } = render(<AnsiText text={text} />)
    await waitFor(() => expect(container.textContent).not.toContain('\u001b'))
    await waitFor(() =>
      expect(container.textContent).toBe(
        toAnsiRuns(text)
          .map((run) => run.text)
          .join(''),
      ),
    )
    const elements = [...container.querySelectorAll('*')]
    expect(new Set(elements.map(({ tagName }) => tagName))).not.toContain('IMG')
    expect(elements.every(({ tagName }) => tagName === 'PRE' || tagName === 'SPAN')).toBe(true)
    const attributes = elements.flatMap((element) => element.getAttributeNames())
    expect(attributes.every((name) => name === 'class' || name === 'style')).toBe(true)
    expect(window).not.toHaveProperty('hit')
  })

  it('shows markup as it was printed', () => {
    expect(toAnsiRuns('\u001b[31m<b>&amp;</b>\u001b[0m')).toEqual([
      { text: '<b>&amp;</b>', style: { color: 'var(--ansi-1)' } },
    ])
  })

  it('never hides text, whatever the colours say', () => {
    const runs = toAnsiRuns('\u001b[8msecret\u001b[0m \u001b[38;2;300;1;1mx\u001b[38;2;1;2;3my')
    expect(runs.map(({ text }) => text).join('')).toBe('secret xy')
    expect(runs[0]?.style).toEqual({})
    expect(runs.at(-1)?.style).toEqual({ color: '#010203' })
  })
})

it('keeps text and colours of a long output', () => {
  const line = '\u001b[32mok\u001b[0m plain <b> \u001b[1;31mred\n'
  const runs = toAnsiRuns(line.repeat(3000))
  expect(runs.map(({ text }) => text).join('')).toBe('ok plain <b> red\n'.repeat(3000))
  expect(runs.filter(({ text }) => text === 'ok').every(({ style }) => style.color === 'var(--ansi-2)')).toBe(true)
  const carried = toAnsiRuns(`\u001b[34m${'x'.repeat(9000)}`)
  expect(carried.map(({ text }) => text).join('')).toHaveLength(9000)
  expect(carried.every(({ style }) => style.color === 'var(--ansi-4)')).toBe(true)
})

describe('cleanAnsi', () => {
  it('takes out what acts on a terminal', () => {
    expect(cleanAnsi('a\u001b[2J\u001b[1;1Hb\u001b[?1049hc\u001b7d\u001b(Be')).toBe('abcde')
    expect(cleanAnsi('\u001b]0;title\u0007x\u001b]52;c;ZXZpbA==\u001b\\y')).toBe('xy')
    expect(cleanAnsi('\u001bPq#0\u001b\\z\u009b31mw')).toBe('z\u001b[31mw')
    expect(cleanAnsi('cut \u001b]0;never ends')).toBe('cut ')
    expect(cleanAnsi('cut \u001b[')).toBe('cut ')
    expect(stripAnsi('\u001b[1;31mred\u001b[0m')).toBe('red')
  })

  it('keeps what is left of an overprinted line', () => {
    expect(cleanAnsi('10 %\r55 %\r100 %\r\ndone\r\n')).toBe('100 %\ndone\n')
    expect(cleanAnsi('\u001b[32m1\r2')).toBe('\u001b[32m2')
    expect(cleanAnsi('ab\b\bcd')).toBe('cd')
  })

  it('brings colours to one a sequence', () => {
    expect(cleanAnsi('\u001b[1;38;5;12;4mx\u001b[m')).toBe('\u001b[1m\u001b[38;5;12m\u001b[4mx\u001b[0m')
    expect(cleanAnsi('\u001b[38;2;1;2mx\u001b[38mx\u001b[>4;2mx')).toBe('xxx')
  })
})
