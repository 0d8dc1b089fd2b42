import { createContext, use } from 'react'
import { useAddress, type Address } from '../../app/router.ts'

/** Null: the one of the address bar. */
export const KeptAddress = createContext<Address | null>(null)

/** The address of the screen that asks: of one that lies below another, the one that it was left at. */
export function useRunsAddress(): Address {
  const here = useAddress('runs')
  return use(KeptAddress) ?? here
}
