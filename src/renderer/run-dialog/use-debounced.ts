import { useEffect, useState } from 'react'

/** The value as it was when it last stood still for a while. */
export function useDebounced<Value>(value: Value, key: string, waitMs: number): Value {
  const [settled, setSettled] = useState({ value, key })
  useEffect(() => {
    if (settled.key === key) return undefined
    const timer = setTimeout(() => setSettled({ value, key }), waitMs)
    return () => clearTimeout(timer)
  }, [value, key, settled.key, waitMs])
  return settled.value
}
