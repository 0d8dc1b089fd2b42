import { BASE_IMAGE, SOLUTION, TESTS } from '../test/support/tasks.ts'
import { toTar, type BareEngine } from './bare-engine.ts'

/** What is sent into the container, made before anything is measured. */
export interface BareMaterial {
  readonly logs: Buffer
  readonly solution: Buffer
  readonly tests: Buffer
}

export async function bareMaterial(): Promise<BareMaterial> {
  const script = (text: string): string => `#!/bin/bash\n${text}\n`
  return {
    logs: await toTar([
      { name: 'logs/', mode: 0o755 },
      { name: 'logs/agent/', mode: 0o777 },
      { name: 'logs/verifier/', mode: 0o777 },
      { name: 'logs/artifacts/', mode: 0o777 },
    ]),
    solution: await toTar([{ name: 'solution/solve.sh', mode: 0o755, text: script(SOLUTION) }]),
    tests: await toTar([{ name: 'tests/test.sh', mode: 0o755, text: script(TESTS) }]),
  }
}

/** The engine calls of one trial in Harbor's order, bare: as many as the trial needs, one after the other. */
export async function bareTrial(engine: BareEngine, material: BareMaterial, agent: 'oracle' | 'nop'): Promise<void> {
  const id = await engine.start({
    Image: BASE_IMAGE,
    Cmd: ['sh', '-c', 'sleep infinity'],
    WorkingDir: '/app',
    HostConfig: {},
  })
  try {
    await engine.put(id, '/', material.logs)
    if (agent === 'oracle') {
      await engine.put(id, '/', material.solution)
      mustBeZero(await engine.exec(id, ['bash', '-c', '(/solution/solve.sh) > /logs/agent/oracle.txt 2>&1']))
    }
    mustBeThere(await engine.get(id, '/logs/agent'))
    mustBeThere(await engine.get(id, '/logs/artifacts'))
    await engine.changes(id)
    const clear = 'rm -rf -- /logs/verifier /tests; mkdir -p /logs/verifier /tests && chmod 777 /logs/verifier'
    mustBeZero(await engine.exec(id, ['sh', '-c', clear], { User: 'root', WorkingDir: '/' }))
    await engine.put(id, '/', material.tests)
    await engine.exec(id, ['bash', '-c', '(/tests/test.sh) > /logs/verifier/test-stdout.txt 2>&1'])
    mustBeThere(await engine.get(id, '/logs/verifier'))
  } finally {
    await engine.remove(id)
  }
}

function mustBeZero(exitCode: number): void {
  if (exitCode !== 0) throw new Error(`a bare command ended with exit code ${exitCode}`)
}

function mustBeThere(archive: Buffer | null): void {
  if (archive === null) throw new Error('a bare container lacks a folder')
}
