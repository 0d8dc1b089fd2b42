import { create } from 'zustand'

/** The tabs of the sidebar, in order. */
export const TABS = ['dashboard', 'tasks', 'runs', 'compare', 'shell', 'settings'] as const
export type Tab = (typeof TABS)[number]

/** An address within a tab: `/runs/my-job/my-trial?tab=verifier`. */
export interface Address {
  readonly tab: Tab
  /** Decoded parts after the tab. */
  readonly parts: readonly string[]
  readonly query: Readonly<Record<string, string>>
}

interface Router {
  readonly tab: Tab
  /** Where each tab is, so that it is found as it was left. */
  readonly addresses: Readonly<Record<Tab, Address>>
}

const useRouter = create<Router>(() => {
  const here = parseAddress(location.hash)
  return { tab: here.tab, addresses: { ...homes(), [here.tab]: here } }
})

/** Follows the address bar; back and forward work because every view has an address. Returns how to stop. */
export function startRouter(): () => void {
  const onHash = (): void => {
    const here = parseAddress(location.hash)
    useRouter.setState((state) => ({ tab: here.tab, addresses: { ...state.addresses, [here.tab]: here } }))
  }
  addEventListener('hashchange', onHash)
  return () => removeEventListener('hashchange', onHash)
}

/** Goes to a path such as `/runs/job`. `replace`: without a step in the history, for filters and selections. */
export function navigate(path: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (replace) {
    history.replaceState(null, '', `#${path}`)
    dispatchEvent(new HashChangeEvent('hashchange'))
  } else location.hash = path
}

/** Goes to a tab where it was left; a second time to its start. */
export function openTab(tab: Tab): void {
  const { tab: current, addresses } = useRouter.getState()
  navigate(current === tab ? `/${tab}` : toPath(addresses[tab]))
}

export function useTab(): Tab {
  return useRouter((state) => state.tab)
}

/** Where a tab is, also while another one is shown. */
export function useAddress(tab: Tab): Address {
  return useRouter((state) => state.addresses[tab])
}

/** Sets or (null) removes query values of a tab's address. */
export function setQuery(tab: Tab, values: Readonly<Record<string, string | null>>): void {
  const address = useRouter.getState().addresses[tab]
  const query = Object.fromEntries(
    Object.entries({ ...address.query, ...values }).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  )
  navigate(toPath({ ...address, query }), { replace: true })
}

export function toPath({ tab, parts, query }: Address): string {
  const path = [tab, ...parts.map((part) => encodeURIComponent(part))].join('/')
  const search = new URLSearchParams(query).toString()
  return search === '' ? `/${path}` : `/${path}?${search}`
}

interface TrialAddress {
  readonly jobName: string
  readonly trialName: string
}

/** Paths of the things that links lead to. */
export const paths = {
  job: (jobName: string): string => toPath({ tab: 'runs', parts: [jobName], query: {} }),
  trial: (
    trial: { readonly jobName: string; readonly trialName: string },
    query: Record<string, string> = {},
  ): string => toPath({ tab: 'runs', parts: [trial.jobName, trial.trialName], query }),
  /** Two trials of one task, step by step. */
  compareTrials: (a: TrialAddress, b: TrialAddress): string =>
    toPath({
      tab: 'compare',
      parts: [],
      query: { a: `${a.jobName}/${a.trialName}`, b: `${b.jobName}/${b.trialName}` },
    }),
  task: (taskName: string): string => toPath({ tab: 'tasks', parts: [], query: { task: taskName } }),
  /** All trials with these values; several of one are joined by commas. */
  trials: (filter: Readonly<Record<string, string>>): string =>
    toPath({ tab: 'runs', parts: [], query: { view: 'trials', ...filter } }),
}

function parseAddress(hash: string): Address {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2)
  const [first, ...rest] = path.split('/').filter((part) => part !== '')
  const tab = TABS.find((name) => name === first) ?? 'dashboard'
  return { tab, parts: rest.map(decodePart), query: Object.fromEntries(new URLSearchParams(search)) }
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function homes(): Record<Tab, Address> {
  const home = (tab: Tab): Address => ({ tab, parts: [], query: {} })
  return {
    dashboard: home('dashboard'),
    tasks: home('tasks'),
    runs: home('runs'),
    compare: home('compare'),
    shell: home('shell'),
    settings: home('settings'),
  }
}
