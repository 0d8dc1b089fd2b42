import fc from 'fast-check'
import { expect, test } from 'vitest'
import { announced, createRootPidReader } from './exec-root.ts'

test('the command stands behind the announcement as it was', () => {
  expect(announced('echo "$HOME"')).toEqual(['/bin/sh', '-c', 'echo $$; exec "$@"', 'sh', 'bash', '-c', 'echo "$HOME"'])
  expect(announced(['ls', '-l']).slice(-2)).toEqual(['ls', '-l'])
})

test('the announcement is taken out, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4_194_304 }),
      fc.string(),
      fc.integer({ min: 1, max: 5 }),
      async (pid, rest, step) => {
        const { text, found } = await read(Buffer.from(`${pid}\n${rest}`), step)
        expect({ text, found }).toEqual({ text: rest, found: pid })
      },
    ),
  )
})

test('what is no announcement is output', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('OCI runtime exec failed', '12x\n', '\n12\n', '123456789012', '12', ''),
      fc.integer({ min: 1, max: 5 }),
      async (text, step) => {
        expect(await read(Buffer.from(text), step)).toEqual({ text, found: null })
      },
    ),
  )
})

test('errors printed before it are passed on', async () => {
  const reader = createRootPidReader()
  const complaint = { stream: 'stderr', data: Buffer.from('7\n') } as const
  expect(reader.take(complaint)).toBe(complaint)
  reader.take({ stream: 'stdout', data: Buffer.from('42\n') })
  expect(await reader.pid).toBe(42)
})

async function read(bytes: Buffer, step: number): Promise<{ text: string; found: number | null }> {
  const reader = createRootPidReader()
  const passed: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += step) {
    const rest = reader.take({ stream: 'stdout', data: bytes.subarray(at, at + step) })
    if (rest !== null) passed.push(rest.data)
  }
  const rest = reader.end()
  if (rest !== null) passed.push(rest.data)
  return { text: Buffer.concat(passed).toString(), found: await reader.pid }
}
