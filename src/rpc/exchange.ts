import { AppError } from '../contract/errors.ts'
import type { Link } from './link.ts'
import { fromErrorObject, notification, request, Request, Response } from './messages.ts'

/** The questions of a client over one link. */
export interface Exchange {
  /**
   * Exactly one of the two is called, in the tick in which the answer arrives and before any message after it; `fail`
   * also where the link closes first, with `disconnected`. The returned function tells the engine to give up instead.
   */
  ask(method: string, params: unknown, settle: Settle): () => void
  notify(method: string, params: unknown): void
  close(reason: string): void
}

export interface Settle {
  done(value: unknown): void
  fail(error: AppError): void
}

export function createExchange(link: Link, onNotification: (method: string, params: unknown) => void): Exchange {
  const asked = new Map<number, Settle>()
  let lastId = 0

  const settle = (message: unknown): void => {
    const { data } = Response.safeParse(message)
    const settle = typeof data?.id === 'number' ? asked.get(data.id) : undefined
    if (data === undefined || settle === undefined) return
    asked.delete(Number(data.id))
    if ('error' in data) settle.fail(fromErrorObject(data.error))
    else settle.done(data.result)
  }

  link.onMessage((message) => {
    const { data } = Request.safeParse(message)
    if (data === undefined) settle(message)
    else if (data.id === undefined) onNotification(data.method, data.params)
  })
  link.onClose((reason) => {
    const all = [...asked.values()]
    asked.clear()
    for (const settle of all)
      settle.fail(new AppError('disconnected', `the connection to the engine was lost: ${reason}`))
  })

  return {
    ask(method, params, settle) {
      const id = (lastId += 1)
      asked.set(id, settle)
      link.send(request(id, method, params))
      return () => {
        if (asked.delete(id)) link.send(notification('rpc.cancel', { id }))
      }
    },
    notify: (method, params) => link.send(notification(method, params)),
    close: (reason) => link.close(reason),
  }
}
