import { Component, type ReactNode } from 'react'
import { toAppError } from '../../contract/errors.ts'
import { ErrorState } from './states.tsx'

interface BoundaryProps {
  readonly children: ReactNode
  /** Told in place of showing the error where the children were. */
  readonly onError?: (error: unknown) => void
}

/** Keeps a screen that broke from taking the others with it. React asks for a class here. */
export class Boundary extends Component<BoundaryProps, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: null }

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error }
  }

  override componentDidCatch(error: unknown): void {
    this.props.onError?.(error)
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === null) return this.props.children
    if (this.props.onError !== undefined) return null
    return <ErrorState error={error} retry={() => this.#retry(error)} />
  }

  #retry(error: unknown): void {
    if (toAppError(error).details.reload === true) location.reload()
    else this.setState({ error: null })
  }
}
