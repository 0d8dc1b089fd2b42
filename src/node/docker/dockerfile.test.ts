import { expect, test } from 'vitest'
import { baseImages, readInstructions, withStagePrologue } from './dockerfile.ts'

const DOCKERFILE = `# syntax=docker/dockerfile:1
# a comment
ARG VERSION=1
from --platform=linux/amd64 \\
  # in between
  debian:bookworm-slim   AS base
RUN echo one && \\

  echo FROM nowhere
COPY <<EOF <<-"OTHER" /target/
FROM inside:heredoc
EOF
\tFROM too
\tOTHER
FROM scratch
FROM base AS last
FROM registry.example:5000/team/image:\${VERSION}
FROM other@sha256:abc
`

test('instructions are read over continuation lines, comments and heredocs', () => {
  expect([...readInstructions(DOCKERFILE)].map(({ keyword, lastLine }) => [keyword, lastLine])).toEqual([
    ['ARG', 2],
    ['FROM', 5],
    ['RUN', 8],
    ['COPY', 13],
    ['FROM', 14],
    ['FROM', 15],
    ['FROM', 16],
    ['FROM', 17],
  ])
})

test('base images are those that stand there in full and are no stages', () => {
  expect(baseImages(DOCKERFILE)).toEqual(['debian:bookworm-slim', 'other@sha256:abc'])
})

test('a prologue comes behind each FROM but that of nothing', () => {
  const lines = withStagePrologue(DOCKERFILE, ['COPY a /a', 'ARG B=c']).split('\n')
  const after = (line: string) => lines.slice(lines.indexOf(line) + 1, lines.indexOf(line) + 3)
  expect(after('  debian:bookworm-slim   AS base')).toEqual(['COPY a /a', 'ARG B=c'])
  expect(after('FROM scratch')).toEqual(['FROM base AS last', 'COPY a /a'])
  expect(after('FROM other@sha256:abc')).toEqual(['COPY a /a', 'ARG B=c'])
  expect(lines.filter((line) => line === 'ARG B=c')).toHaveLength(4)
})

test('another escape character is heeded', () => {
  const text = '# escape=`\nFROM a\nRUN x `\n  y\nRUN C:\\\nUSER z\n'
  expect([...readInstructions(text)].map(({ keyword }) => keyword)).toEqual(['FROM', 'RUN', 'RUN', 'USER'])
})

test.each(['', 'FROM', 'RUN <<EOF\nnever closed', 'FROM a \\', '\\\n\\\n\\'])(
  '%j is read without complaint',
  (text) => {
    expect(() => [...readInstructions(text)]).not.toThrow()
    expect(() => baseImages(text)).not.toThrow()
  },
)
