import { expect, test } from 'vitest'
import { wantsColour, wantsLiveView } from './style.ts'

test.each([
  [{}, true, true, true],
  [{}, false, false, false],
  [{ NO_COLOR: '1' }, true, false, true],
  [{ NO_COLOR: '' }, true, true, true],
  [{ FORCE_COLOR: '1' }, false, true, false],
  [{ FORCE_COLOR: '0' }, true, false, true],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false, true],
  [{ TERM: 'dumb' }, true, false, false],
  [{ CI: 'true' }, true, true, false],
  [{ CI: 'false' }, true, true, true],
])('with %o, terminal %s: colour %s, live view %s', (env, isTerminal, colour, live) => {
  expect([wantsColour({ isTerminal, env }), wantsLiveView({ isTerminal, env })]).toEqual([colour, live])
})
