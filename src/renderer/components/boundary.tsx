import { Component, type ReactNode } from 'react'
import { ErrorState } from './states.tsx'

/** Keeps a screen that broke from taking the others with it. React asks for a class here. */
export class Boundary extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: null }

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error }
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children
    return <ErrorState error={this.state.error} retry={() => this.setState({ error: null })} />
  }
}
