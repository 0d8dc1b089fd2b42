import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchSource, parseDockerignore } from './context-patterns.ts'
import { type HostBuildPlan, parseHostBuild } from './host-build.ts'

function planOf(text: string): HostBuildPlan {
  const build = parseHostBuild(text)
  if (!build.ok) throw new Error(JSON.stringify(build.issues))
  return build.plan
}

function messagesOf(text: string): readonly string[] {
  const build = parseHostBuild(text)
  return build.ok ? [] : build.issues.map(({ line, message }) => `${line}: ${message}`)
}

describe('what is understood', () => {
  test('the Dockerfile of a sample', () => {
    expect(planOf('FROM debian:bookworm-slim\n\nWORKDIR /app\n\nCOPY traffic/ /app/traffic/\n')).toEqual({
      image: 'debian:bookworm-slim',
      env: {},
      workdir: '/app',
      steps: [
        { kind: 'workdir', path: '/app' },
        { kind: 'copy', line: 5, sources: ['traffic'], destination: '/app/traffic', intoDirectory: true, mode: null },
      ],
    })
  })

  test('comments, continuations, directives, letter case and Windows line ends', () => {
    const plan = planOf(
      '\uFEFF# syntax=docker/dockerfile:1\r\n# note\r\nfrom \\\r\n  # between\r\n\r\n  alpine:3 as base\r\nenv A=1 \\\r\n B=2\r\n',
    )
    expect(plan).toMatchObject({ image: 'alpine:3', env: { A: '1', B: '2' }, workdir: '/' })
  })

  test('another escape character', () => {
    expect(planOf('# escape=`\nFROM a\nENV P=C:\\dir `\n  Q=`$x').env).toEqual({ P: 'C:\\dir', Q: '$x' })
  })

  test('two escape characters at the end of a line do not continue it', () => {
    expect(planOf('FROM a\nENV A=x\\\\\nWORKDIR /w').workdir).toBe('/w')
  })

  test.each([
    ['ENV A="two words" B=a\\ b', { A: 'two words', B: 'a b' }],
    ['ENV A the rest  of it', { A: 'the rest  of it' }],
    ['ENV A=\'$HOME\' B="\\$x"', { A: '$HOME', B: '$x' }],
    ['ENV A=1\nENV A=2 B=$A', { A: '2', B: '1' }],
    ['ENV A=${X:-one} B=${X:+two} C=${X-three} D=${E:-${F:-deep}}', { A: 'one', B: '', C: 'three', D: 'deep' }],
    ['ENV E=\nENV A=${E:-one} B=${E-two} C=${E+three} D=${E:+four}', { E: '', A: 'one', B: '', C: 'three', D: '' }],
    ['ARG V=7\nENV A=v$V', { A: 'v7' }],
    ['ARG V=7\nENV V=8\nENV A=$V', { V: '8', A: '8' }],
  ])('%s', (lines, env) => {
    expect(planOf(`FROM a\n${lines}`).env).toEqual(env)
  })

  test('an ARG before FROM is there for FROM, and again where it is declared again', () => {
    expect(planOf('ARG TAG=12\nFROM debian:$TAG\nENV A=[$TAG]\nARG TAG\nENV B=[$TAG]')).toMatchObject({
      image: 'debian:12',
      env: { A: '[]', B: '[12]' },
    })
  })

  test('directories follow one another', () => {
    const plan = planOf('FROM a\nWORKDIR /a\nWORKDIR b/../c\nCOPY x .\nCOPY x ./y\nCOPY x ../../../z/')
    expect(plan.workdir).toBe('/a/c')
    expect(plan.steps.slice(2)).toMatchObject([
      { destination: '/a/c', intoDirectory: true },
      { destination: '/a/c/y', intoDirectory: false },
      { destination: '/z', intoDirectory: true },
    ])
  })

  test('forms of COPY', () => {
    expect(planOf('FROM a\nCOPY --chmod=755 --link a b* ../c d/\nCOPY ["with space", "/x y/"]').steps).toMatchObject([
      { sources: ['a', 'b*', 'c'], mode: 0o755, intoDirectory: true },
      { sources: ['with space'], destination: '/x y', mode: null },
    ])
  })

  test('what says nothing about the files is passed over', () => {
    expect(
      messagesOf(
        'FROM a\nCMD ["x"]\nEXPOSE 80\nLABEL a=b\nUSER root\nUSER 0:0\nHEALTHCHECK NONE\nSTOPSIGNAL INT\nSHELL ["x"]\nMAINTAINER me',
      ),
    ).toEqual([])
  })
})

describe('what is refused is named', () => {
  test.each([
    ['RUN apt-get update && \\\n  apt-get install x', '2: RUN changes the system of the image'],
    ['RUN <<EOF\nADD this is text\nEOF', '2: RUN changes the system of the image'],
    ['ADD https://x/y /z', '2: ADD downloads and unpacks'],
    ['ENTRYPOINT ["x"]', '2: ENTRYPOINT would run before the task'],
    ['USER app', '2: USER app: only root is there'],
    ['VOLUME /data', '2: VOLUME asks for a volume'],
    ['ONBUILD RUN x', '2: ONBUILD holds steps of another build'],
    ['HEALTHCHECK CMD true', '2: HEALTHCHECK would run beside the task'],
    ['FROM b', '2: FROM: a second build stage'],
    ['COPY --from=b /x /y', '2: COPY --from=b'],
    ['COPY --chown=me x /y', '2: COPY --chown=me'],
    ['COPY <<EOF /x\ntext\nEOF', '2: COPY from a here-document'],
    ['COPY a b c', '2: COPY: the destination of several sources must end with /'],
    ['COPY a', '2: COPY: expected SOURCE … DESTINATION'],
    ['ENV =x', '2: ENV: expected NAME=VALUE'],
    ['ENV A-B=x', '2: ENV: A-B is no name'],
    ['ENV A="x', '2: ENV: cannot read "x'],
    ['ENV A=${B#x}', '2: ENV: cannot read ${B#x}'],
    ['FROBNICATE', '2: FROBNICATE is not known'],
    ['constructor x', '2: CONSTRUCTOR is not known'],
    ['...', '2: no instruction: ...'],
  ])('%s', (lines, message) => {
    expect(messagesOf(`FROM a\n${lines}`)).toEqual([message])
  })

  test('a file without FROM, or with something before it', () => {
    expect(messagesOf('')).toEqual(['1: there is no FROM'])
    expect(messagesOf('WORKDIR /x\nFROM a')).toEqual(['1: WORKDIR stands before FROM'])
  })

  test('all of it, in the order of the lines', () => {
    expect(messagesOf('FROM a\nRUN x\n???\nADD y z').map((message) => message.slice(0, 6))).toEqual([
      '2: RUN',
      '3: no ',
      '4: ADD',
    ])
  })
})

describe('any text', () => {
  const word = fc.constantFrom(
    'FROM',
    'RUN',
    'COPY',
    'ENV',
    'ARG',
    'WORKDIR',
    'USER',
    'a',
    '$A',
    '${A',
    '${A:-',
    '}',
    '"',
    "'",
    '\\',
    '\n',
    ' ',
    '=',
    '[',
    '<<E',
    '--x=',
    '#',
    '\r\n',
    '..',
    '/',
  )

  test('is a plan or a list of issues, and never an exception', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(word).map((words) => `FROM x\n${words.join('')}`),
        ),
        (text) => {
          const build = parseHostBuild(text)
          if (!build.ok) expect(build.issues.length).toBeGreaterThan(0)
          else expect(build.plan.workdir).toMatch(/^\/(?!(.*\/)?\.\.(\/|$))/s)
        },
      ),
    )
  })

  test('also when it is nested without end', () => {
    expect(messagesOf(`FROM a\nENV A=${'${A:-'.repeat(20_000)}`)).toHaveLength(1)
  })

  test('a value that is quoted comes back as it was', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !/[\n\r\0]/.test(text)),
        (value) => {
          const quoted = value.replace(/["\\$]/g, '\\$&')
          // A line that ends in the escape character would be continued.
          expect(planOf(`FROM a\nENV A="${quoted}" B=`).env).toEqual({ A: value, B: '' })
        },
      ),
    )
  })

  test('no destination leaves the root', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('..', '.', 'a', 'b c', '')), (parts) => {
        const [step] = planOf(`FROM a\nCOPY ["x", ${JSON.stringify(`./${parts.join('/')}`)}]`).steps
        expect(step).toMatchObject({ kind: 'copy' })
        if (step?.kind === 'copy') expect(step.destination).toMatch(/^\/([^./]|$)/)
      }),
    )
  })
})

describe('.dockerignore', () => {
  test.each([
    ['*.log', 'a.log', true],
    ['*.log', 'dir/a.log', false],
    ['**/*.log', 'dir/a.log', true],
    ['**/*.log', 'a.log', true],
    ['/dist/', 'dist/deep/file', true],
    ['dist', 'distant', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['[a-c]x', 'bx', true],
    ['[^a-c]x', 'bx', false],
    ['*\n!src', 'src/file', false],
    ['*\n!src', 'other', true],
    ['*\n!src\nsrc/secret', 'src/secret', true],
    ['# dist', 'dist', false],
    ['a.b', 'aXb', false],
    ['[', '[', false],
  ])('%j for %s', (text, path, ignored) => {
    expect(parseDockerignore(text)(path)).toBe(ignored)
  })

  test('any pattern and any path give an answer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, path) => {
        expect(typeof parseDockerignore(text)(path)).toBe('boolean')
        expect(typeof matchSource(text)(path)).toBe('boolean')
      }),
    )
  })

  test('a name without wildcards matches itself', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter((name) => !/[*?[\\/]|^\.+$/.test(name)),
        (name) => {
          expect(matchSource(name)(name)).toBe(true)
          expect(matchSource(name)(`${name}x`)).toBe(false)
        },
      ),
    )
  })
})
