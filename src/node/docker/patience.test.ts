import { expect, test } from 'vitest'
import { lookUp } from './patience.ts'

const broken = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
const late = () => new DOMException('no answer in time', 'TimeoutError')
const refused = () => Object.assign(new Error('no such thing'), { statusCode: 404 })

/** Asks one that fails so, one after the other, before it answers. */
async function asking(...failures: readonly Error[]) {
  let asked = 0
  const answer = lookUp(async () => {
    const failure = failures[asked]
    asked += 1
    if (failure !== undefined) throw failure
    return 'the answer'
  })
  return answer.then(
    (told) => ({ told, asked }),
    (error: unknown) => ({ error, asked }),
  )
}

test('a question is asked again when its connection broke or its answer was late', async () => {
  expect(await asking()).toEqual({ told: 'the answer', asked: 1 })
  expect(await asking(broken(), late())).toEqual({ told: 'the answer', asked: 3 })
})

test('but not for ever', async () => {
  const last = broken()
  expect(await asking(late(), broken(), last)).toEqual({ error: last, asked: 3 })
})

test('a refusal is an answer', async () => {
  const refusal = refused()
  expect(await asking(refusal)).toEqual({ error: refusal, asked: 1 })
})
