import type { Earlier } from '../lib/api';
import { formatTime } from '../lib/time';

interface EarlierNoteProps {
  /** Nothing is shown for undefined. */
  readonly earlier: Earlier | undefined;
  readonly zone: string;
  readonly onRetry?: (() => void) | undefined;
}

/** That what is shown was read earlier, when that was, and who is in the way of reading it now. */
export function EarlierNote({ earlier, zone, onRetry }: EarlierNoteProps) {
  if (earlier === undefined) return null;
  const { at, why } = earlier;
  return (
    <div class="note warn" role="status">
      <p>
        <strong>{at === undefined ? 'As of earlier.' : `As of ${formatTime(at, zone)}, in ${zone}.`}</strong>{' '}
        It can’t be read now: {why}
      </p>
      {onRetry === undefined ? null : (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
