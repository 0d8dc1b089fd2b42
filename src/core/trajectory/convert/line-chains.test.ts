import { expect, it } from 'vitest'
import { createLineChains } from './line-chains.ts'

it('knows the lines of each chain, and how often each will be asked for', () => {
  const chains = createLineChains()
  const [first, second] = [chains.add(), chains.add()]
  chains.append(first, 0)
  chains.append(second, 70)
  chains.append(first, 200)
  chains.append(second, 200)
  chains.append(second, 900)
  expect([chains.length, chains.linesOf(first), chains.linesOf(second)]).toEqual([2, [0, 200], [70, 200, 900]])
  expect([0, 1, 70, 200, 900, 901].map((at) => chains.demandOf(at))).toEqual([
    'once',
    'none',
    'once',
    'several',
    'once',
    'none',
  ])
})
