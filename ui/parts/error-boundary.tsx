import { Component, type ComponentChildren } from 'preact';
import { ErrorNote } from './error-note';

interface ErrorBoundaryProps {
  readonly children: ComponentChildren;
}

interface ErrorBoundaryState {
  readonly error: Error | undefined;
}

/** Shows an error of what is in it in its place; the rest of the page stays. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: undefined };

  static override getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <ErrorNote
        title="This part of the page failed."
        error={error}
        onRetry={() => this.setState({ error: undefined })}
      />
    );
  }
}
