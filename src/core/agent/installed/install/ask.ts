import type { Toolchains } from '../../toolchains.ts'
import type { InstallRecipe } from '../installed-agent.ts'
import type { MachineFacts } from './machine.ts'
import type { SetupContext } from './setup-context.ts'
import type { SetupShell } from './setup-shell.ts'

/** What every way of an installation works with. */
export interface InstallAsk {
  readonly recipe: InstallRecipe
  /** Null: the newest. */
  readonly version: string | null
  readonly shell: SetupShell
  readonly machine: MachineFacts
  readonly context: SetupContext
  readonly toolchains: Toolchains
}

/** How a way ended: with the folders of what it brought, or with why it failed, in words. */
export type WayEnd = { readonly path: readonly string[] } | { readonly failed: string }

/** A way that can be tried, or why it cannot be here: known at once. */
export type Way = { readonly take: (ask: InstallAsk) => Promise<WayEnd> } | { readonly failed: string }

/** Of a program that no package brings, or one that only its vendor's installer sets up as it is run here. */
export const NO_PACKAGE = 'there is no package of a registry that brings it ready to run'

/** What decides whether a way can be tried. */
export type WayFacts = Pick<InstallAsk, 'recipe' | 'machine'>
