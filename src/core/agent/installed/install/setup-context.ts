import type { AgentContext } from '../../agent.ts'

/** The part of an agent's context that an installation needs. */
export type SetupContext = Pick<
  AgentContext,
  'container' | 'files' | 'env' | 'network' | 'timeoutMs' | 'signal' | 'exec' | 'output'
>
