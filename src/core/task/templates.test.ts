import { expect, test } from 'vitest'
import { JobConfig } from '../../contract/harbor/job-config.ts'
import { TaskConfig } from '../../contract/harbor/task-config.ts'
import { listHostVariables, listVariablesOfJob } from './host-variables.ts'
import { fillTemplates, resolveTemplates, templatesIn } from './templates.ts'

test('a value that is a template as a whole is filled in from the host', () => {
  const variables = {
    A: '${HOME_A}',
    B: '${UNSET:-x:-y}',
    C: '${EMPTY:-z}',
    D: 'pre ${HOME_A}',
    E: '${UNSET:-}',
    F: '$HOME_A',
  }
  expect(resolveTemplates(variables, { HOME_A: '1', EMPTY: '' })).toEqual({
    A: '1',
    B: 'x:-y',
    C: '',
    D: 'pre ${HOME_A}',
    E: '',
    F: '$HOME_A',
  })
})

test('a missing variable is named', () => {
  expect(() => resolveTemplates({ KEY: '${API_KEY}' }, {})).toThrow(
    'the host variable API_KEY, which KEY reads, is not set',
  )
  expect(() => resolveTemplates({ KEY: '${toString}' }, {})).toThrow('toString')
})

test('in a text they are filled in wherever they stand', () => {
  const fill = (text: string) => fillTemplates(text, 'a server', { A: '1', EMPTY: '', DOLLARS: '$& ${A}' })
  expect(fill('Bearer ${A}')).toBe('Bearer 1')
  expect(fill('${A}${EMPTY:-z}/${UNSET:-x:-y}?${UNSET:-}')).toBe('1/x:-y?')
  expect(fill('${DOLLARS}')).toBe('$& ${A}')
  expect(fill('$A ${1} ${A ${} $${')).toBe('$A ${1} ${A ${} $${')
  expect(() => fill('x ${toString}')).toThrow('the host variable toString, which a server reads, is not set')
  expect(templatesIn('${A} and ${B:-}${A}')).toEqual([
    { name: 'A', fallback: null },
    { name: 'B', fallback: '' },
    { name: 'A', fallback: null },
  ])
})

test('a job reads what it neither replaces nor leaves out', () => {
  const config = TaskConfig.parse({
    environment: { env: { A: '${ONE}', KEPT: '${KEPT}' } },
    verifier: { env: { A: '${TWO}', B: '${THREE}' } },
    solution: { env: { A: '${FOUR}' } },
  })
  const job = JobConfig.parse({ environment: { env: { A: '${JOB}' } }, verifier: { env: { B: 'x', C: '${JOB}' } } })
  const names = (runsSolution: boolean) => listVariablesOfJob(config, job, runsSolution).map(({ name }) => name)
  expect(names(false)).toEqual(['KEPT', 'TWO'])
  expect(names(true)).toEqual(['KEPT', 'TWO', 'FOUR'])
})

test('all host variables of a task are listed, with the key that reads them', () => {
  const config = TaskConfig.parse({
    environment: { env: { A: '${ONE}', B: 'plain' } },
    verifier: { env: { C: '${TWO:-2}' }, environment: { env: { D: '${ONE}' } } },
    solution: { env: { E: '${THREE}' } },
    steps: [{ name: 's', verifier: { env: { F: '${FOUR}' } } }],
  })
  expect(listHostVariables(config)).toEqual([
    { name: 'ONE', hasDefault: false, key: 'environment.env.A' },
    { name: 'TWO', hasDefault: true, key: 'verifier.env.C' },
    { name: 'ONE', hasDefault: false, key: 'verifier.environment.env.D' },
    { name: 'THREE', hasDefault: false, key: 'solution.env.E' },
    { name: 'FOUR', hasDefault: false, key: 'steps[0].verifier.env.F' },
  ])
})
