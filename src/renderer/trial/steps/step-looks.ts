import { Brain, CircleAlert, Cog, MessageSquare, SquareTerminal, User, Wrench, type LucideIcon } from 'lucide-react'
import type { StepKind } from '../../../contract/api/trials.ts'

/** How each kind of step is marked, on every list. */
export const STEP_LOOKS: Readonly<Record<StepKind, { readonly label: string; readonly icon: LucideIcon }>> = {
  message: { label: 'message', icon: MessageSquare },
  thought: { label: 'thought', icon: Brain },
  tool: { label: 'tool call', icon: Wrench },
  command: { label: 'command', icon: SquareTerminal },
  user: { label: 'user', icon: User },
  system: { label: 'system', icon: Cog },
  error: { label: 'error', icon: CircleAlert },
}
