import { ApiFailure } from '../lib/api';

interface ErrorNoteProps {
  /** Nothing is shown for undefined. */
  readonly error: Error | string | undefined;
  readonly onRetry?: (() => void) | undefined;
  /** What could not be done, before the message. */
  readonly title?: string | undefined;
}

/** What is wrong with what was asked for is no better the next time. */
const ASKED_WRONGLY = [400, 404];

/** An error, told to a screen reader at once. */
export function ErrorNote({ error, onRetry, title }: ErrorNoteProps) {
  if (error === undefined) return null;
  const text = typeof error === 'string' ? error : error.message;
  const isFinal = error instanceof ApiFailure && ASKED_WRONGLY.includes(error.status);
  return (
    <div class="note bad" role="alert">
      <p>
        <span class="note-sign" aria-hidden="true">
          !
        </span>{' '}
        {title === undefined ? null : <strong>{title} </strong>}
        {text}
        {error instanceof ApiFailure && error.status !== 0 ? <code class="dim"> {error.code}</code> : null}
      </p>
      {onRetry === undefined || isFinal ? null : (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
