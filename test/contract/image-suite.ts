import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { afterEach, describe, expect, test } from 'vitest'
import { toAppError } from '../../src/contract/errors.ts'
import type { EnvironmentSpec, ImageProgress } from '../../src/core/environment/backend.ts'
import { type Bed, NO_OPTIONS, run } from './backend-bed.ts'
import { removeImages } from './engine-bed.ts'

const FROM = 'FROM debian:bookworm-slim\n'

/** How images are made ready. */
export function imageSuite(bed: Bed, client: Docker): void {
  const made: string[] = []
  const newTag = (): string => {
    const tag = `tbcc-test:image-${randomUUID()}`
    made.push(tag)
    return tag
  }
  const never = new AbortController().signal
  const silent = (): void => undefined

  afterEach(() => removeImages(client, made.splice(0)))

  describe('builds', () => {
    test('report their progress, and are not repeated unless forced', async () => {
      const contextDir = await bed.folder({ Dockerfile: `${FROM}RUN echo a line of the build\nWORKDIR /made\n` })
      const spec = bed.spec({ contextDir, buildTag: newTag() })
      const lines: ImageProgress[] = []
      const built = await bed.backend.ensureImage(spec, (step) => lines.push(step), never)
      expect(built).toMatchObject({ name: spec.buildTag, source: 'built', workdir: '/made' })
      expect(built.id).toMatch(/^sha256:[0-9a-f]{64}$/)
      expect(built.sizeBytes).toBeGreaterThan(1_000_000)
      expect(lines.map(({ text }) => text).join('\n')).toContain('a line of the build')
      expect(new Set(lines.map(({ stage }) => stage))).toEqual(new Set(['build']))

      expect(await bed.backend.ensureImage(spec, silent, never)).toMatchObject({ source: 'present', id: built.id })
      const forced = await bed.backend.ensureImage({ ...spec, forceBuild: true }, silent, never)
      expect(forced).toMatchObject({ source: 'built' })
    })

    test('are repeated when an image that they take in has been replaced here', async () => {
      const [base, tools] = [newTag(), newTag()]
      const silently = async (spec: EnvironmentSpec) => {
        const image = await bed.backend.ensureImage(spec, silent, never)
        // Once replaced it has no name any more.
        made.push(image.id)
        return image
      }
      const replace = async (tag: string, text: string) => {
        const contextDir = await bed.folder({ Dockerfile: `${FROM}ENV MADE_AS=${tag}\n${text}` })
        return silently(bed.spec({ contextDir, buildTag: tag, forceBuild: true }))
      }
      const contextDir = await bed.folder({
        Dockerfile: `ARG BASE=${base}\n${FROM.trim()} AS unused\nFROM $BASE\nCOPY --from=${tools} /word /word\n`,
      })
      const spec = bed.spec({ contextDir, buildTag: newTag() })
      await replace(base, 'WORKDIR /one\n')
      await replace(tools, 'RUN echo one > /word\n')
      expect(await silently(spec)).toMatchObject({ source: 'built', workdir: '/one' })
      expect(await silently(spec)).toMatchObject({ source: 'present' })

      await replace(base, 'WORKDIR /two\n')
      const rebased = await silently(spec)
      expect(rebased).toMatchObject({ source: 'built', workdir: '/two' })
      await replace(tools, 'RUN echo two > /word\n')
      expect(await silently(spec)).toMatchObject({
        source: 'built',
        id: expect.not.stringMatching(rebased.id) as unknown,
      })

      await removeImages(client, [base, tools])
      expect(await silently(spec)).toMatchObject({ source: 'present', workdir: '/two' })
    })

    test('are not repeated for an image that was not there before them', async () => {
      const buildTag = newTag()
      const contextDir = await bed.folder({ Dockerfile: `${FROM}WORKDIR /made\n` })
      const build = await client.buildImage(
        { context: contextDir, src: ['Dockerfile'] },
        { t: buildTag, labels: { 'tbcc.bases': JSON.stringify([['debian:bookworm-slim', null]]) } },
      )
      await new Promise((resolve) => client.modem.followProgress(build, resolve))
      const spec = bed.spec({ contextDir, buildTag })
      expect(await bed.backend.ensureImage(spec, silent, never)).toMatchObject({ source: 'present' })
    })

    test('are repeated where only the builder knows what they take in', async () => {
      const contextDir = await bed.folder({
        Dockerfile: 'ARG NAME\nFROM ${NAME:+other/}debian:bookworm-slim\nWORKDIR /made\n',
      })
      const spec = bed.spec({ contextDir, buildTag: newTag() })
      const built = await bed.backend.ensureImage(spec, silent, never)
      expect(await bed.backend.ensureImage(spec, silent, never)).toMatchObject({ source: 'built', workdir: '/made' })
      expect(built).toMatchObject({ source: 'built', workdir: '/made' })
    })

    test('are preferred over a prebuilt image only when forced and possible', async () => {
      const contextDir = await bed.folder({ Dockerfile: `${FROM}WORKDIR /made\n` })
      const spec = bed.spec({ contextDir, buildTag: newTag(), image: 'debian:bookworm-slim' })
      const ensure = async (overrides: Partial<typeof spec>) =>
        bed.backend.ensureImage({ ...spec, ...overrides }, silent, never)
      expect(await ensure({})).toMatchObject({ name: 'debian:bookworm-slim', source: 'present' })
      expect(await ensure({ forceBuild: true, hasDockerfile: false })).toMatchObject({ name: 'debian:bookworm-slim' })
      expect(await ensure({ forceBuild: true })).toMatchObject({ name: spec.buildTag, source: 'built' })
    })

    test('that fail tell the last lines', async () => {
      // Podman's builder throws away what a step prints in its last moment.
      const printing = 'for n in $(seq 100); do echo line-$n; done; sleep 0.5; exit 7'
      const contextDir = await bed.folder({ Dockerfile: `${FROM}RUN ${printing}\n` })
      const building = bed.backend.ensureImage(bed.spec({ contextDir, buildTag: newTag() }), silent, never)
      const error = toAppError(await building.catch((thrown: unknown) => thrown))
      expect(error).toMatchObject({ code: 'image-build-failed', message: expect.stringContaining('7') as unknown })
      const log = error.details.log?.split('\n') ?? []
      expect(log).toContain('line-100')
      expect(log).not.toContain('line-1')
      expect(log.length).toBeLessThanOrEqual(40)
    })

    test('of a Dockerfile that cannot be read fail', async () => {
      const contextDir = await bed.folder({ Dockerfile: `${FROM}INVENTED instruction\n` })
      const building = bed.backend.ensureImage(bed.spec({ contextDir, buildTag: newTag() }), silent, never)
      await expect(building).rejects.toMatchObject({ code: 'image-build-failed' })
      await expect(building).rejects.toThrow(/invented/i)
    })

    test('of a Dockerfile that is not there fail', async () => {
      const spec = bed.spec({ contextDir: await bed.folder({ other: 'x' }), buildTag: newTag() })
      await expect(bed.backend.ensureImage(spec, silent, never)).rejects.toMatchObject({ code: 'image-build-failed' })
    })

    test('without an image and without a Dockerfile there is nothing to run', async () => {
      const spec = bed.spec({ hasDockerfile: false })
      await expect(bed.backend.ensureImage(spec, silent, never)).rejects.toMatchObject({ code: 'invalid-input' })
    })

    test('know BuildKit’s instructions', async () => {
      const cached = 'RUN --mount=type=cache,target=/cache echo stored > /cache/file && cp /cache/file /copied\n'
      const container = await bed.start({
        contextDir: await bed.folder({ Dockerfile: FROM + cached }),
        buildTag: newTag(),
      })
      expect((await run(container, 'cat /copied; test -e /cache/file || echo not in the image')).stdout).toBe(
        'stored\nnot in the image\n',
      )
      await container.stop()
    })

    test('take the context as it is, but for what .dockerignore leaves out', async () => {
      const contextDir = await bed.folder({
        Dockerfile: `${FROM}COPY . /context\n`,
        '.dockerignore': '# comment\n*.log\n!important.log\nbuild/**\n!build/keep\n**/cache\n',
        'a.log': 'x',
        'important.log': 'x',
        'sub/b.log': 'x',
        'sub/cache/c': 'x',
        'build/drop': 'x',
        'build/keep': 'x',
        'run.sh': '#!/bin/sh\n',
      })
      await writeFile(join(contextDir, 'tool'), '#!/bin/sh\n', { mode: 0o755 })
      await symlink('run.sh', join(contextDir, 'link'))
      await symlink('/etc/hostname', join(contextDir, 'outside'))
      await mkdir(join(contextDir, 'empty'))
      const container = await bed.start({ contextDir, buildTag: newTag() })
      const found = await run(
        container,
        'cd /context; find . -printf "%P %y %u\\n" | sort; stat -c %a tool; readlink outside',
      )
      const lines = found.stdout.split('\n').filter((line) => !/^( |Dockerfile|\.dockerignore)/.test(line))
      expect(lines).toEqual([
        'build d root',
        'build/keep f root',
        'empty d root',
        'important.log f root',
        'link l root',
        'outside l root',
        'run.sh f root',
        'sub d root',
        'sub/b.log f root',
        'tool f root',
        '755',
        '/etc/hostname',
        '',
      ])
      await container.stop()
    })

    test('take large contexts', async () => {
      const names = Array.from({ length: 400 }, (_, n) => `many/${n % 7}${'-'.repeat(n % 3)}/file ${n}`)
      const contextDir = await bed.folder({
        Dockerfile: `${FROM}COPY . /context\nRUN cd /context && find . -type f | wc -l > /count && sha256sum < big > /sum\n`,
        ...Object.fromEntries(names.map((name) => [name, name])),
      })
      const big = randomBytes(30_000_000)
      await writeFile(join(contextDir, 'big'), big)
      const container = await bed.start({ contextDir, buildTag: newTag() })
      const seen = await run(container, 'cat /count /sum; cat "/context/many/1-/file 1"; stat -c %a /context/big')
      expect(seen.stdout).toBe(`402\n${createHash('sha256').update(big).digest('hex')}  -\nmany/1-/file 1644\n`)
      await container.stop()
    })

    test('and environments trust a bundle of the host when told so', async () => {
      const caBundle = join(await bed.folder({ 'ca.pem': 'the bundle of this host\n' }), 'ca.pem')
      const check = 'test "$(cat $SSL_CERT_FILE)" = "the bundle of this host" && cp $SSL_CERT_FILE /seen\n'
      const spec = bed.spec({
        contextDir: await bed.folder({
          Dockerfile: `${FROM}RUN ${check}FROM debian:bookworm-slim AS other\nRUN ${check}COPY --from=0 /seen /first\nWORKDIR /w\n`,
          '.dockerignore': '*\n',
        }),
        buildTag: newTag(),
        options: { ...NO_OPTIONS, caBundle },
      })
      const container = await bed.start(spec)
      made.push((await bed.backend.ensureImage(spec, silent, never)).name)
      expect((await run(container, 'cat /first /seen $NODE_EXTRA_CA_CERTS')).stdout).toBe(
        'the bundle of this host\n'.repeat(3),
      )
      await container.stop()
      const missing = bed.start({ options: { ...NO_OPTIONS, caBundle: '/no/such/bundle' } })
      await expect(missing).rejects.toMatchObject({ code: 'invalid-input' })
    })
  })

  test('a bundle of the host is of the tag: a run with another one, or none, builds an image of its own', async () => {
    const contextDir = await bed.folder({ Dockerfile: `${FROM}RUN ls -A /usr/local/share > /found\n` })
    const buildTag = newTag()
    const ensure = async (bundle: string | null) => {
      const caBundle = bundle === null ? null : join(await bed.folder({ 'ca.pem': bundle }), 'ca.pem')
      const spec = bed.spec({ contextDir, buildTag, options: { ...NO_OPTIONS, caBundle } })
      const image = await bed.backend.ensureImage(spec, silent, never)
      made.push(image.name)
      return image
    }
    const [one, other, none] = [await ensure('one\n'), await ensure('other\n'), await ensure(null)]
    expect([one, other, none].map(({ source }) => source)).toEqual(['built', 'built', 'built'])
    expect(none.name).toBe(buildTag)
    expect(new Set([one, other, none].map(({ id }) => id)).size).toBe(3)
    expect(await ensure('one\n')).toMatchObject({ name: one.name, id: one.id, source: 'present' })
  })

  describe('several who want one image', () => {
    const slow = async () => {
      const contextDir = await bed.folder({
        Dockerfile: `${FROM}RUN echo stamp-$(date +%N)-; sleep 2 # ${randomUUID()}\n`,
      })
      return bed.spec({ contextDir, buildTag: newTag(), forceBuild: true })
    }
    const stamp = (lines: readonly ImageProgress[]) =>
      /stamp-\d+-/.exec(lines.map(({ text }) => text).join('\n'))?.[0] ?? 'none'

    test('share one build, and all see its progress', async () => {
      const spec = await slow()
      const seen: ImageProgress[][] = [[], [], []]
      const built = await Promise.all(
        seen.map(async (lines) => bed.backend.ensureImage(spec, (step) => lines.push(step), never)),
      )
      expect(new Set(built.map(({ id }) => id)).size).toBe(1)
      const stamps = new Set(seen.map(stamp))
      expect(stamps.size).toBe(1)
      expect([...stamps][0]).toMatch(/^stamp-\d+-$/)
    })

    test('one who gives up leaves it to the others', async () => {
      const spec = await slow()
      const [impatient, patient] = [new AbortController(), new AbortController()]
      const begun = Promise.withResolvers<void>()
      const first = bed.backend.ensureImage(spec, () => begun.resolve(), impatient.signal)
      const second = bed.backend.ensureImage(spec, silent, patient.signal)
      await begun.promise
      impatient.abort()
      await expect(first).rejects.toMatchObject({ code: 'cancelled' })
      await expect(second).resolves.toMatchObject({ source: 'built' })
    })

    test('when all give up, the build is given up', async () => {
      const spec = await slow()
      const controller = new AbortController()
      const begun = Promise.withResolvers<void>()
      const first = bed.backend.ensureImage(spec, () => begun.resolve(), controller.signal)
      const second = bed.backend.ensureImage(spec, silent, controller.signal)
      await begun.promise
      controller.abort()
      await expect(first).rejects.toMatchObject({ code: 'cancelled' })
      await expect(second).rejects.toMatchObject({ code: 'cancelled' })
      await new Promise((resolve) => setTimeout(resolve, 3000))
      expect((await bed.backend.hasImages([spec.buildTag])).get(spec.buildTag)?.present).toBe(false)
    })
  })

  describe('presence', () => {
    test('is told of many at once', async () => {
      const found = await bed.backend.hasImages(['debian:bookworm-slim', 'no/such/image:1', 'debian:no-such-tag'])
      expect(new Map([...found].map(([name, { present }]) => [name, present]))).toEqual(
        new Map([
          ['debian:bookworm-slim', true],
          ['no/such/image:1', false],
          ['debian:no-such-tag', false],
        ]),
      )
      expect(found.get('debian:bookworm-slim')?.sizeBytes).toBeGreaterThan(1_000_000)
    })
  })
}
