import { expect, test } from 'vitest'
import { AppError } from '../../../contract/errors.ts'
import { parsePromptTemplate } from './prompt-template.ts'

const render = (template: string | null, instruction: string): string =>
  parsePromptTemplate('pi', template)(instruction)

test('the instruction stands in its place, as it is', () => {
  expect(render(null, 'Do it.\n')).toBe('Do it.\n')
  expect(render('{{ instruction }}', '$& {{ instruction }}\n')).toBe('$& {{ instruction }}\n')
  // As Jinja has it: the last line end is left out, the others are LF.
  expect(render('Mind: {{instruction}}\r\nAgain:\n{{\n instruction }}!\n\n', 'x')).toBe('Mind: x\nAgain:\nx!\n')
  expect(render('{ "a": {} } }} {{ instruction }}', 'x')).toBe('{ "a": {} } }} x')
})

test.each([
  ['', 'does not say where'],
  ['{ instruction }', 'does not say where'],
  ['{{ instruction }}{{ other }}', 'more in it'],
  ['{{ instruction | upper }}', 'more in it'],
  ['{% if instruction %}x{% endif %}', 'more in it'],
  ['{# a word #}{{ instruction }}', 'more in it'],
])('%j is refused', (template, why) => {
  expect(() => render(template, 'x')).toThrow(AppError)
  expect(() => render(template, 'x')).toThrow(why)
})
