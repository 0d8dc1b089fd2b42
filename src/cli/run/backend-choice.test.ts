import { expect, test } from 'vitest'
import { chooseBackend, withBackend } from './backend-choice.ts'

test.each([
  [{}, undefined, 'auto'],
  [{}, 'sandbox', 'sandbox'],
  [{}, 'DOCKER', 'docker'],
  [{ environment: { type: 'docker' } }, undefined, 'docker'],
  [{ environment: { type: 'podman' } }, 'auto', 'auto'],
  [{ environment: { type: null, import_path: 'tbcc:sandbox' } }, undefined, 'sandbox'],
  [{ environment: { import_path: 'tbcc:sandbox' } }, 'podman', 'podman'],
])('%j with -e %s runs on %s', (config, flag, backend) => {
  expect(chooseBackend(config, flag)).toBe(backend)
})

test.each(['daytona', 'a.b:C', ''])('-e %s is refused with what there is', (flag) => {
  expect(() => chooseBackend({}, flag)).toThrow(expect.objectContaining({ code: 'invalid-input' }))
})

test("the configuration has it in Harbor's words", () => {
  const config = { environment: { type: 'docker', delete: false } }
  expect(withBackend(config, 'sandbox')).toEqual({
    environment: { type: null, import_path: 'tbcc:sandbox', delete: false },
  })
  expect(withBackend(config, 'podman')).toEqual({ environment: { type: 'podman', delete: false } })
  expect(withBackend(config, 'auto')).toEqual({ environment: { delete: false } })
})
