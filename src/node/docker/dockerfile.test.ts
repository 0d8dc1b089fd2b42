import { expect, test } from 'vitest'
import { baseImages, isSettled } from './base-images.ts'
import { readInstructions, withStagePrologue } from './dockerfile.ts'

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

test('base images are those that are no stages, with the global arguments filled in', () => {
  const text = `ARG A=a B="$A:b" NONE\n${DOCKERFILE}FROM $B\nARG VERSION=2\nFROM x:$VERSION\n`
  expect(baseImages(text)).toEqual([
    'debian:bookworm-slim',
    'registry.example:5000/team/image:1',
    'other@sha256:abc',
    'a:b',
    'x:1',
  ])
})

test('what is copied or mounted from is a base too; stages are not, by name or number', () => {
  const text = `FROM a AS Own
COPY --chown=1 --from=tools:1 /x /
COPY --from=own --from=0 /x /--from=no /
ADD --from=not /x /
RUN --mount=type=cache,target=/c --mount=type=bind,from=mounted,target=/m --mount=from=first echo from=nowhere --from=no
`
  expect(baseImages(text)).toEqual(['a', 'tools:1', 'mounted', 'first'])
})

test.each(['$NONE', 'x:${TARGETARCH}', '${A:+b}', '${A:-$B}', 'x$'])('%s is for the builder to fill in', (name) => {
  const bases = baseImages(`ARG NONE A=a\nFROM ${name}\nFROM settled\n`)
  expect(bases).toEqual([name, 'settled'])
  expect(bases.map(isSettled)).toEqual([false, true])
})

test.each([
  ['${A:-b}', 'a'],
  ['${NONE:-b:1}', 'b:1'],
  ['${NONE-b}', 'b'],
  ['${EMPTY:-b}', 'b'],
  ['x${EMPTY-b}', 'x'],
])('%s is %s', (name, expected) => {
  expect(baseImages(`ARG NONE A=a EMPTY=\nFROM ${name}\n`)).toEqual([expected])
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
